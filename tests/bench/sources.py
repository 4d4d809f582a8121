"""Sources of the benchmark's site, told as Home Assistant would show them."""

from collections.abc import Mapping
from typing import Any

from custom_components.ocpp.surplus.sensing.told import Told, ToldSite

type Message = Mapping[str, Any]


class Sources:
    """Sensors of one run, which remember when they changed."""

    def __init__(self, *, has_battery: bool, has_solar: bool = True) -> None:
        """Initialize with sensors that have told nothing yet."""
        self._has_battery = has_battery
        self._has_solar = has_solar
        self._told: dict[str, Told] = {}

    def told_by(self, measured: Message) -> ToldSite:
        """Return what the sensors tell at present."""
        is_net = "grid_export_p" not in measured
        return ToldSite(
            grid=self._powers(measured, "grid") if is_net else (),
            imports=self._powers(measured, "grid_import"),
            exports=self._powers(measured, "grid_export"),
            solar=self._powers(measured, "pv") if self._has_solar else (),
            batteries=self._powers(measured, "bat") if self._has_battery else (),
            battery_soc_percent=self._soc(measured) if self._has_battery else None,
        )

    def _powers(self, measured: Message, source: str) -> tuple[Told, ...]:
        if f"{source}_ts" not in measured:
            return ()
        at_s = measured[f"{source}_ts"]
        return (self._noted(source, measured[f"{source}_p"], at_s),)

    def _soc(self, measured: Message) -> Told:
        soc = measured["bat_soc"]
        percent = None if soc is None else 100 * soc
        return self._noted("soc", percent, measured["bat_ts"])

    def _noted(self, source: str, value: float | None, at_s: float | None) -> Told:
        if at_s is None:
            return Told()
        before = self._told.get(source, Told())
        changed_s = before.changed_s if value == before.value else at_s
        told = self._told[source] = Told(value, at_s, changed_s)
        return told
