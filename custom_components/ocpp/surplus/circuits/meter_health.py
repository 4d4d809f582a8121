"""Whether a circuit's meter is alive, judged by how often it used to report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .circuits import Installation

INITIAL_PERIOD_S = 10.0
MIN_TIMEOUT_S, MAX_TIMEOUT_S = 15.0, 120.0
"""A meter that has been silent for longer is dead; within these bounds, it is three times its period."""
SLOW_S = 7.5
"""How seldom a slow meter reports."""
ENOUGH_REPORTS = 8
"""After so many it is known how often a meter reports."""
_FADING = 0.1


@dataclass(frozen=True, slots=True)
class MeterHealth:
    """When a meter was heard last, or waited for first, and how often it reports."""

    at_s: float
    period_s: float = INITIAL_PERIOD_S
    reports: int = 0

    @property
    def is_slow(self) -> bool:
        """Whether it is known to tell of an oven too late for a limit to help at once."""
        return self.reports >= ENOUGH_REPORTS and self.period_s >= SLOW_S

    def is_dead(self, now_s: float, timeout_s: float | None) -> bool:
        """Whether it has been silent for so long that its last word means nothing; None to judge by its habit."""
        if timeout_s is None:
            timeout_s = min(MAX_TIMEOUT_S, max(MIN_TIMEOUT_S, 3 * self.period_s))
        return now_s - self.at_s > timeout_s

    def is_late(self, now_s: float) -> bool:
        """Whether it has been silent for longer than it should."""
        return now_s - self.at_s > max(MIN_TIMEOUT_S / 2, 1.5 * self.period_s)


def reported(meter: MeterHealth, at_s: float) -> MeterHealth:
    """Return a meter after it has reported.

    One long silence is an outage and teaches little; several are a habit.
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
    """Return the meters of all circuits; one that has never spoken is waited for from now on."""
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
