"""The repairs of meters with the wrong sign, and the flow that inverts it."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..config.energy_sources import entity_ids
from ..const import (
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
)
from ..issues import FixData, Issue, Issues
from ..surplus.model import ChargerReading, SiteReading
from ..surplus.power.meter_sign import Meter, SignDetector, observed, total_draw
from ..surplus.state import State

SIGN_ISSUES = {
    Meter.GRID: "grid_sign",
    Meter.BATTERY: "battery_sign",
}


class _SignFlow(ConfirmRepairFlow):
    """Inverts the sign of a meter, once the owner agrees."""

    def __init__(self, entry_id: str, meter: Meter) -> None:
        """Initialize."""
        self._entry_id = entry_id
        self._meter = meter

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Change the options; the meters are then watched anew."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if user_input is not None and entry is not None:
            self.hass.config_entries.async_update_entry(
                entry, options=_inverted(entry.options, self._meter)
            )
        return await super().async_step_confirm(user_input)


def sign_flow(data: FixData) -> RepairsFlow:
    """Return the flow that fixes a repair of a meter's sign."""
    return _SignFlow(str(data["entry_id"]), Meter(str(data["meter"])))


class SignRepairs:
    """Compares the meters with the draw of the cars, and shows those whose sign is wrong."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize; `async_start` watches the meters."""
        self._entry = entry
        self._watch: SignDetector | None = None
        self._judged_at_s: float | None = None
        self._issues = Issues(hass)

    @callback
    def async_start(self) -> None:
        """Watch the meters that are set up; call it again after a change of the options."""
        options = self._entry.options
        metered = any(
            entity_ids(options, key) for key in (CONF_GRID_POWER, CONF_GRID_IMPORT)
        )
        self._watch = SignDetector() if metered else None
        self._issues.async_clear()

    @callback
    def async_stop(self) -> None:
        """Delete the repairs."""
        self._issues.async_clear()

    @callback
    def async_observe(
        self,
        site: SiteReading | None,
        readings: Mapping[str, ChargerReading],
        state: State,
    ) -> None:
        """Compare a sample of the meters with the draw of the cars and their latest commands."""
        if self._watch is None or site is None or site.grid_at_s == self._judged_at_s:
            return
        draw = total_draw(readings, site.grid_at_s)
        if draw is None:
            return
        self._judged_at_s = site.grid_at_s
        commands_s = [
            command.at_s
            for charger in state.chargers.values()
            for command in charger.car.commands
        ]
        self._watch = observed(self._watch, site, draw, commands_s)
        self._async_show(self._watch.inverted)

    @callback
    def _async_show(self, inverted: frozenset[Meter]) -> None:
        self._issues.async_replace(
            {
                f"{SIGN_ISSUES[meter]}_{self._entry.entry_id}": Issue(
                    SIGN_ISSUES[meter],
                    {"entity": _entity(self._entry.options, meter)},
                    ir.IssueSeverity.ERROR,
                    {"entry_id": self._entry.entry_id, "meter": meter.value},
                )
                for meter in inverted
            }
        )


def _entity(options: Mapping[str, Any], meter: Meter) -> str:
    keys = (
        (CONF_BATTERY_POWER,)
        if meter is Meter.BATTERY
        else (CONF_GRID_POWER, CONF_GRID_IMPORT)
    )
    chosen = (entity_ids(options, key) for key in keys)
    return ", ".join(next(filter(None, chosen), ()))


def _inverted(options: Mapping[str, Any], meter: Meter) -> dict[str, Any]:
    """Return options in which the sign of a meter is inverted."""
    if meter is Meter.BATTERY:
        inverted = not options.get(CONF_BATTERY_POWER_INVERTED, False)
        return {**options, CONF_BATTERY_POWER_INVERTED: inverted}
    if entity_ids(options, CONF_GRID_POWER):
        inverted = not options.get(CONF_GRID_POWER_INVERTED, False)
        return {**options, CONF_GRID_POWER_INVERTED: inverted}
    others = {
        key: value
        for key, value in options.items()
        if key not in (CONF_GRID_IMPORT, CONF_GRID_EXPORT)
    }
    if CONF_GRID_IMPORT in options:
        others[CONF_GRID_EXPORT] = options[CONF_GRID_IMPORT]
    if CONF_GRID_EXPORT in options:
        others[CONF_GRID_IMPORT] = options[CONF_GRID_EXPORT]
    return others
