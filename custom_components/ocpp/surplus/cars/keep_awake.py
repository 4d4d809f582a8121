"""Pulses that keep cars awake which fall asleep in long pauses.

The longest pause of a car is learned: from pauses that it resumed from, and from those that it did not.
"""

from dataclasses import dataclass, replace
import math

from ..model import ChargerSettings
from .response import Car, is_declining

DEFAULT_MAX_PAUSE_S = 540.0
"""Longest pause of an unknown car: the sleepiest fall asleep after ten minutes."""
PROVEN_PAUSE_S = 1800.0
"""Pause from which a car has to resume to count as one that does not fall asleep. Shorter ones prove little, and a wrong
conclusion costs the rest of the day."""
PAUSE_MARGIN = 0.7
"""Share of a pause that put a car to sleep which later pauses may take."""
MAX_PULSES = 8
"""Number of pulses in a row: they are to bridge clouds, not the night."""
REAL_CHARGE_S = 300.0
"""Time of charging that is more than a pulse."""


@dataclass(frozen=True, slots=True)
class SleepHabits:
    """Sleep habits of a car.

    Attributes:
        proven_pause_s: the longest pause that it resumed from.
        asleep_after_s: a pause that it did not resume from.
        paused_s: start of the present pause; None while it charges, or if it stopped by itself.
        pulses: number of pulses in a row.
        overslept: it has not come back from the last pause.
        sated: it stopped by itself while it was offered current, most likely since it is full.
    """

    proven_pause_s: float = 0.0
    asleep_after_s: float = math.inf
    paused_s: float | None = None
    pulses: int = 0
    overslept: bool = False
    sated: bool = False

    def max_pause_s(self, settings: ChargerSettings) -> float:
        """Return the longest pause for the car."""
        if settings.max_pause_s is not None:
            return settings.max_pause_s
        if self.asleep_after_s < math.inf:
            return PAUSE_MARGIN * self.asleep_after_s
        return DEFAULT_MAX_PAUSE_S if self.proven_pause_s < PROVEN_PAUSE_S else math.inf

    def needs_pulse(self, settings: ChargerSettings, now_s: float) -> bool:
        """Return True if the car has been paused for so long that it needs a pulse."""
        if self.paused_s is None or self.pulses >= MAX_PULSES:
            return False
        return now_s - self.paused_s >= self.max_pause_s(settings)


def learned(habits: SleepHabits, before: Car, car: Car, now_s: float) -> SleepHabits:
    """Return the habits after an observation of the car, which was like `before` until then."""
    pause_s = None
    if habits.paused_s is not None and car.offered_since_s is not None:
        pause_s = car.offered_since_s - habits.paused_s
    if car.charging:
        if pause_s is not None:
            asleep_after_s = (
                habits.asleep_after_s if pause_s < habits.asleep_after_s else math.inf
            )
            proven_pause_s = max(habits.proven_pause_s, pause_s)
            habits = replace(
                habits, proven_pause_s=proven_pause_s, asleep_after_s=asleep_after_s
            )
        pulses = 0 if now_s - car.charging_changed_s >= REAL_CHARGE_S else habits.pulses
        return replace(
            habits, paused_s=None, pulses=pulses, overslept=False, sated=False
        )
    if before.charging:
        if car.offered_a == 0:
            return replace(habits, paused_s=now_s)
        return replace(habits, paused_s=None, sated=car.switched_s is None)
    if pause_s is not None and is_declining(car, now_s):
        asleep_after_s = min(habits.asleep_after_s, pause_s)
        return replace(
            habits, asleep_after_s=asleep_after_s, paused_s=None, overslept=True
        )
    return habits


def pulsed(habits: SleepHabits) -> SleepHabits:
    """Return the habits of a car that gets a pulse."""
    return replace(habits, pulses=habits.pulses + 1)


def unplugged(habits: SleepHabits) -> SleepHabits:
    """Return the habits that remain once the car is gone: most likely the same one will return."""
    return SleepHabits(habits.proven_pause_s, habits.asleep_after_s)
