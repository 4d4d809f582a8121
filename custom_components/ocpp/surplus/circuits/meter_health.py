"""Watchdog of the circuits' meters, based on their usual reporting interval."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .circuits import Installation

INITIAL_PERIOD_S = 10.0
MIN_TIMEOUT_S, MAX_TIMEOUT_S = 15.0, 120.0
"""Bounds of the silence after which a meter counts as dead; between them, it is three times its interval."""
SLOW_S = 7.5
"""Least interval of a slow meter."""
ENOUGH_REPORTS = 8
"""Number of reports after which the interval is known."""
_FADING = 0.1


@dataclass(frozen=True, slots=True)
class MeterHealth:
    """Instant of a meter's last report, or since when one is awaited, and its reporting interval."""

    at_s: float
    period_s: float = INITIAL_PERIOD_S
    reports: int = 0

    @property
    def is_slow(self) -> bool:
        """True if the meter is known to report other loads too late for a limit to help at once."""
        return self.reports >= ENOUGH_REPORTS and self.period_s >= SLOW_S

    def is_dead(self, now_s: float, timeout_s: float | None) -> bool:
        """Return True after too long a silence; without a timeout, it is derived from the interval."""
        if timeout_s is None:
            timeout_s = min(MAX_TIMEOUT_S, max(MIN_TIMEOUT_S, 3 * self.period_s))
        return now_s - self.at_s > timeout_s

    def is_late(self, now_s: float) -> bool:
        """Return True if a report is overdue."""
        return now_s - self.at_s > max(MIN_TIMEOUT_S / 2, 1.5 * self.period_s)


def reported(meter: MeterHealth, at_s: float) -> MeterHealth:
    """Return a meter's health after a report.

    One long silence is an outage and hardly changes the interval; several do.
    """
    gap_s = at_s - meter.at_s
    if gap_s <= 0:
        return meter
    if gap_s > MAX_TIMEOUT_S:
        return replace(meter, at_s=at_s)
    if gap_s > meter.period_s:
        period_s = min(gap_s, 2 * meter.period_s)
    else:
        period_s = meter.period_s - _FADING * (meter.period_s - gap_s)
    return MeterHealth(at_s, period_s, meter.reports + 1)


def updated_meters(
    meters: Mapping[str, MeterHealth], installation: Installation, now_s: float
) -> dict[str, MeterHealth]:
    """Return the health of all meters; one that never reported is awaited from now on."""
    return {
        name: _updated_meter(meters.get(name), installation, name, now_s)
        for name, circuit in installation.circuits.items()
        if circuit.metered
    }


def _updated_meter(
    meter: MeterHealth | None, installation: Installation, name: str, now_s: float
) -> MeterHealth:
    reading = installation.readings.get(name)
    if reading is None:
        return meter or MeterHealth(now_s)
    return MeterHealth(reading.at_s) if meter is None else reported(meter, reading.at_s)


def dead_meters(
    meters: Mapping[str, MeterHealth], installation: Installation, now_s: float
) -> set[str]:
    """Return the circuits whose meters are dead."""
    return {
        name
        for name, meter in meters.items()
        if meter.is_dead(now_s, installation.circuits[name].meter_timeout_s)
    }
