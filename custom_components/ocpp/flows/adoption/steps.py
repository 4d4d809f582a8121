"""The steps by which a charger is adopted that waits for it."""

from abc import abstractmethod
from typing import Any

from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult

from ...chargers.discovery import introduction
from ...csms.pki.security_profiles import new_password
from ...csms.station import ChargingStation
from ...hub import Hub
from ..base import Errors, Input, show_form
from ..numbers import NumberFaults, number_faults
from ..security import CONF_WRITE_PASSWORD, PASSWORD, password_required_once_used
from ..station_commands import async_write_password
from .adopted import AdoptedCharger
from .form import (
    AUTOMATIC,
    BY_PASSWORD,
    CONF_AREA,
    adoption_data,
    adoption_errors,
    adoption_form,
    async_suggest,
    protection_of,
)


class AdoptionSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """The part of a flow that asks for a charger's settings; it ends in `async_adopted`."""

    identity: str
    _introduced_as: str | None = None
    _entered: Input
    _password: str

    @property
    @abstractmethod
    def hub(self) -> Hub | None:
        """The central system, while it runs."""

    @abstractmethod
    async def async_adopted(self, adopted: AdoptedCharger) -> ResultT:
        """Go on with the charger that was adopted."""

    async def async_step_adopt(self, user_input: Input | None = None) -> ResultT:
        """Ask for the settings of the charger, and adopt it."""
        hub = self.hub
        if hub is None:
            return self.async_abort(reason="not_running")
        if self.identity in hub.chargers:
            return self.async_abort(reason="already_adopted")
        form, errors, faults = adoption_form(hub.entry), self._changes(), NumberFaults()
        if user_input is not None and not errors:
            faults = number_faults(form, user_input)
            errors = faults.errors or adoption_errors(hub.entry, user_input)
            if not errors:
                self._entered = user_input
                if protection_of(user_input) == BY_PASSWORD:
                    return await self.async_step_new_password()
                return await self._async_adopt(hub, {})
        suggested = await async_suggest(self.hass, hub.entry, self.station)
        return show_form(
            self,
            "adopt",
            form,
            user_input or suggested,
            errors,
            faults.placeholders,
            name=self._introduced_as or self.identity,
        )

    def introduce(self, name: str) -> None:
        """Take note of the name by which the charger was shown before."""
        self._introduced_as = name

    def _changes(self) -> Errors:
        """Return an error if the charger has gone, or is another one than was shown."""
        station = self.station
        if station is None or not station.connected:
            return {"base": "charger_gone"}
        shown, self._introduced_as = self._introduced_as, introduction(station)
        changed = shown not in (None, self._introduced_as)
        return {"base": "charger_changed"} if changed else {}

    async def async_step_new_password(self, user_input: Input | None = None) -> ResultT:
        """Show the password of a new charger, this once, and write it to the charger unless that is not wanted."""
        errors: Errors = {}
        if user_input is None:
            self._password = new_password()
        else:
            hub = self.hub
            if hub is None:
                return self.async_abort(reason="not_running")
            if self.identity in hub.chargers:
                return self.async_abort(reason="already_adopted")
            if user_input[CONF_WRITE_PASSWORD]:
                errors = await async_write_password(self.station, self._password)
            if not errors:
                data = password_required_once_used(self._password)
                return await self._async_adopt(hub, data)
        name, _ = adoption_data(self._entered)
        return show_form(
            self,
            "new_password",
            PASSWORD,
            user_input or {CONF_WRITE_PASSWORD: True},
            errors,
            charger=name,
            identity=self.identity,
            password=self._password,
        )

    async def _async_adopt(self, hub: Hub, access: Input) -> ResultT:
        name, data = adoption_data(self._entered)
        hub.chargers.async_set_up(self.identity, name, {**data, **access})
        return await self.async_adopted(
            AdoptedCharger(
                hub.entry.entry_id,
                self.identity,
                name,
                self._entered.get(CONF_AREA),
                protection_of(self._entered) == AUTOMATIC,
            )
        )

    @property
    def station(self) -> ChargingStation | None:
        """The charger, while its central system runs."""
        hub = self.hub
        return None if hub is None else hub.chargers.station(self.identity)
