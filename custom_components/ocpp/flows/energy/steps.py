"""The steps that ask for the power flows of the house, for the first flow and for the options."""

from abc import abstractmethod
from collections.abc import Mapping

import probatio

from homeassistant.config_entries import ConfigEntryBaseFlow, ConfigFlowResult

from ...config.energy_sources import measuring_grid
from ...texts import neutral
from ..base import NOTHING, Input, show_form
from .cadence import async_slow_sensors, named
from .choices import all_named, objections_to, without_insisting
from .now import power_now, sensor_names, silent_sensors
from .sources import as_lists
from .suggestions import async_suggest_sources
from .ways import FORMS, Way, missing_sensors, reversed_way, way_of, without_meter


class EnergySteps(ConfigEntryBaseFlow):
    """The part of a flow that finds out how the grid is measured, and shows what the sensors tell now.

    It begins with the step `energy`, or with what can be found before that, and ends in `async_energy_done`.
    """

    _way: Way | None = None
    _energy: Input

    @property
    @abstractmethod
    def options_before(self) -> Mapping[str, object]:
        """The options that are changed."""

    @property
    @abstractmethod
    def asked_beside(self) -> probatio.Schema:
        """The fields that are asked for beside those of each way."""

    @abstractmethod
    async def async_energy_done(self, options: Input) -> ConfigFlowResult:
        """Go on with the options that were chosen."""

    async def async_step_found(self, _: Input | None = None) -> ConfigFlowResult:
        """Show what the sensors tell that can be found without a question; ask where there are none."""
        suggested = await async_suggest_sources(self.hass)
        way = way_of(suggested)
        if way is None:
            return await self.async_step_energy()
        form = self._form(way)
        found: Input = form(
            {key: suggested[key] for key in map(str, form.schema) if key in suggested}
        )
        self._energy = self._changed(form, found)
        if objections_to(self.hass, self._energy, found) is not None:
            return await self.async_step_energy()
        return await self.async_step_energy_now()

    async def async_step_energy(self, _: Input | None = None) -> ConfigFlowResult:
        """Ask how the grid is measured, beginning with the way that is in use or was found."""
        shown = {**await async_suggest_sources(self.hass), **self.options_before}
        known = way_of(self.options_before) or way_of(shown)
        ways = sorted(Way, key=lambda way: way is not known)
        return self.async_show_menu(step_id="energy", menu_options=[*ways, "no_meter"])

    async def async_step_one_sensor(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for sensors that tell both directions."""
        return await self._async_ask_for(Way.ONE_SENSOR, user_input)

    async def async_step_import_export(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for sensors of import and export."""
        return await self._async_ask_for(Way.IMPORT_EXPORT, user_input)

    async def async_step_solar_house(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for sensors of the sun and of the house."""
        return await self._async_ask_for(Way.SOLAR_HOUSE, user_input)

    async def async_step_no_meter(self, _: Input | None = None) -> ConfigFlowResult:
        """Go on without a meter."""
        return await self.async_energy_done(without_meter(self.options_before))

    async def async_step_energy_now(self, _: Input | None = None) -> ConfigFlowResult:
        """Show what the sensors tell at this moment, and ask whether that is right."""
        states, options = self.hass.states, self._energy
        silent = silent_sensors(states, options)
        now = power_now(states, options)
        if silent or now is None:
            sensors = neutral(all_named(self.hass, silent))
            return self.async_show_menu(
                step_id="now_silent",
                menu_options=["energy_right", "energy_again"],
                description_placeholders={"sensors": sensors},
            )
        reversible = reversed_way(options) is not None
        reverse = ["energy_reversed"] if reversible else []
        return self.async_show_menu(
            step_id=now.step_id,
            menu_options=["energy_right", *reverse, "energy_again"],
            description_placeholders={
                **now.placeholders,
                "sensors": neutral(sensor_names(states, options)),
            },
        )

    # The frontend asks for a step again when it is opened again.
    async_step_now_importing = async_step_now_exporting = async_step_energy_now
    async_step_now_importing_sun = async_step_now_exporting_sun = async_step_energy_now
    async_step_now_importing_charging = async_step_energy_now
    async_step_now_exporting_charging = async_step_energy_now
    async_step_now_importing_discharging = async_step_energy_now
    async_step_now_exporting_discharging = async_step_energy_now
    async_step_now_silent = async_step_energy_now

    async def async_step_energy_reversed(
        self, _: Input | None = None
    ) -> ConfigFlowResult:
        """Take the other direction, and show what that means."""
        self._energy = reversed_way(self._energy) or self._energy
        return await self.async_step_energy_now()

    async def async_step_energy_again(self, _: Input | None = None) -> ConfigFlowResult:
        """Ask for other sensors."""
        if self._way is None:
            return await self.async_step_energy()
        return show_form(self, self._way, self._form(self._way), self._energy)

    async def async_step_energy_right(self, _: Input | None = None) -> ConfigFlowResult:
        """Go on, unless a meter is slow."""
        return await self.async_step_slow()

    async def async_step_slow(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Say which of the meters are slow, if any."""
        if user_input is None:
            meters = measuring_grid(self._energy)
            if slow := await async_slow_sensors(self.hass, meters):
                return show_form(self, "slow", NOTHING, sensors=named(slow))
        return await self.async_energy_done(self._energy)

    async def _async_ask_for(
        self, way: Way, user_input: Input | None
    ) -> ConfigFlowResult:
        form = self._form(way)
        if user_input is None:
            suggested = await async_suggest_sources(self.hass)
            shown = {**suggested, **as_lists(self.options_before)}
            return show_form(self, way, form, shown)
        chosen = without_insisting(user_input)
        if missing := missing_sensors(way, chosen):
            return show_form(self, way, form, chosen, missing)
        self._way, self._energy = way, self._changed(form, chosen)
        objections = objections_to(self.hass, self._energy, user_input)
        if objections is None:
            return await self.async_step_energy_now()
        return objections.show(self, way, form, chosen)

    def _form(self, way: Way) -> probatio.Schema:
        """Return the form of a way, with what is asked for beside it."""
        own = FORMS[way].schema
        beside = self.asked_beside.schema.items()
        return FORMS[way].extend(
            {field: selector for field, selector in beside if field not in own}
        )

    def _changed(self, form: probatio.Schema, chosen: Input) -> Input:
        """Return the options with what was chosen in place of all former meters of the grid."""
        fields = {str(field) for field in form.schema}
        others = without_meter(self.options_before)
        return {k: v for k, v in others.items() if k not in fields} | chosen
