"""Whether a circuit's meter is alive, judged by how often it used to report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .circuits import Installation

INITIAL_PERIOD_S = 10.0
LEAST_PATIENCE_S, MOST_PATIENCE_S = 15.0, 120.0
"""A meter that has been silent for longer is dead; within these bounds, it is three times its period."""
SLOW_S = 7.5
"""How seldom a slow meter reports."""
ENOUGH_REPORTS = 8
"""After so many it is known how often a meter reports."""
_FADING = 0.1


@dataclass(frozen=True, slots=True)
class Meter:
    """When a meter was heard last, or waited for first, and how often it reports."""

    at_s: float
    period_s: float = INITIAL_PERIOD_S
    reports: int = 0

    @property
    def is_slow(self) -> bool:
        """Whether it is known to tell of an oven too late for a limit to help at once."""
        return self.reports >= ENOUGH_REPORTS and self.period_s >= SLOW_S

    def is_dead(self, now_s: float, patience_s: float | None) -> bool:
        """Whether it has been silent for so long that its last word means nothing; None to judge by its habit."""
        if patience_s is None:
            patience_s = min(MOST_PATIENCE_S, max(LEAST_PATIENCE_S, 3 * self.period_s))
        return now_s - self.at_s > patience_s

    def is_late(self, now_s: float) -> bool:
        """Whether it has been silent for longer than it should."""
        return now_s - self.at_s > max(LEAST_PATIENCE_S / 2, 1.5 * self.period_s)


def heard(meter: Meter, at_s: float) -> Meter:
    """Return a meter after it has reported.

    One long silence is an outage and teaches little; several are a habit.
    """
    gap_s = at_s - meter.at_s
    if gap_s <= 0:
        return meter
    if gap_s > MOST_PATIENCE_S:
        return replace(meter, at_s=at_s)
    if gap_s > meter.period_s:
        period_s = min(gap_s, 2 * meter.period_s)
    else:
        period_s = meter.period_s - _FADING * (meter.period_s - gap_s)
    return Meter(at_s, period_s, meter.reports + 1)


def listened(
    meters: Mapping[str, Meter], installation: Installation, now_s: float
) -> dict[str, Meter]:
    """Return the meters of all circuits; one that has never spoken is waited for from now on."""
    return {
        name: _listened(meters.get(name), installation, name, now_s)
        for name, circuit in installation.circuits.items()
        if circuit.metered
    }


def _listened(
    meter: Meter | None, installation: Installation, name: str, now_s: float
) -> Meter:
    reading = installation.readings.get(name)
    if reading is None:
        return meter or Meter(now_s)
    return Meter(reading.at_s) if meter is None else heard(meter, reading.at_s)
