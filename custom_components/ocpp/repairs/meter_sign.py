"""Repairs for meters whose sign lies, and how one click mends them."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import (
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    DOMAIN,
)
from ..surplus.controller import State
from ..surplus.model import ChargerReading, SiteReading
from ..surplus.power.meter_sign import Meter, Watch, draw_of, watched

SIGN_ISSUES = {
    Meter.GRID: "grid_sign",
    Meter.BATTERY: "battery_sign",
}


class SignRepairs:
    """Watches what the meters show when the cars draw more or less, and tells of those that lie."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize; nothing is watched yet."""
        self._hass = hass
        self._entry = entry
        self._watch: Watch | None = None
        self._judged_at_s: float | None = None
        self._told: frozenset[Meter] = frozenset()

    @callback
    def async_start(self) -> None:
        """Watch the meters that are set up; called again when the user chose others or mended one."""
        options = self._entry.options
        metered = CONF_GRID_POWER in options or CONF_GRID_IMPORT in options
        self._watch = Watch() if metered else None
        self._async_tell(frozenset())

    @callback
    def async_stop(self) -> None:
        """Take back what was told."""
        self._async_tell(frozenset())

    @callback
    def async_observe(
        self,
        site: SiteReading | None,
        readings: Mapping[str, ChargerReading],
        state: State,
    ) -> None:
        """Take in a sample of the meters together with what the cars draw, and were told of late."""
        if self._watch is None or site is None or site.grid_at_s == self._judged_at_s:
            return
        draw = draw_of(readings, site.grid_at_s)
        if draw is None:
            return
        self._judged_at_s = site.grid_at_s
        commands_s = [
            command.at_s
            for charger in state.chargers.values()
            for command in charger.car.commands
        ]
        self._watch = watched(self._watch, site, draw, commands_s)
        self._async_tell(self._watch.liars)

    @callback
    def _async_tell(self, liars: frozenset[Meter]) -> None:
        for meter in liars - self._told:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                self._issue_id(meter),
                data={"entry_id": self._entry.entry_id, "meter": meter.value},
                is_fixable=True,
                severity=ir.IssueSeverity.ERROR,
                translation_key=SIGN_ISSUES[meter],
                translation_placeholders={
                    "entity": _entity(self._entry.options, meter)
                },
            )
        for meter in self._told - liars:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id(meter))
        self._told = liars

    def _issue_id(self, meter: Meter) -> str:
        return f"{SIGN_ISSUES[meter]}_{self._entry.entry_id}"


def _entity(options: Mapping[str, Any], meter: Meter) -> str:
    keys = (
        (CONF_BATTERY_POWER,)
        if meter is Meter.BATTERY
        else (CONF_GRID_POWER, CONF_GRID_IMPORT)
    )
    return next((options[key] for key in keys if key in options), "")


def mended(options: Mapping[str, Any], meter: Meter) -> dict[str, Any]:
    """Return options in which a meter's sign is the other way round."""
    if meter is Meter.BATTERY:
        inverted = not options.get(CONF_BATTERY_POWER_INVERTED, False)
        return {**options, CONF_BATTERY_POWER_INVERTED: inverted}
    if CONF_GRID_POWER in options:
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
