"""Cars that fall asleep when they are paused for long: kept awake by charging a little now and then.

How long a car bears is learned: from a pause that it resumed from, and from one that it did not.
"""

from dataclasses import dataclass, replace
import math

from ..model import ChargerSettings
from .response import Car, is_declining

DEFAULT_MAX_PAUSE_S = 540.0
"""How long a car is paused of which nothing is known: the sleepiest fall asleep after ten minutes."""
PROVEN_PAUSE_S = 1800.0
"""Who has resumed after so long a pause does not fall asleep. A shorter one proves little: what is tried with a car that
does fall asleep costs the rest of the day."""
PAUSE_MARGIN = 0.7
"""Which share of a pause that put a car to sleep it is spared from then on."""
MAX_PULSES = 8
"""How often in a row a car is kept awake. It is to bridge clouds, not the night."""
REAL_CHARGE_S = 300.0
"""Who has charged for so long is not just kept awake."""


@dataclass(frozen=True, slots=True)
class SleepHabits:
    """What is known of a car's sleep.

    It has resumed after a pause of `proven_pause_s`, and not after one of `asleep_after_s`. It is paused since `paused_s`; None while it
    charges, and when it ceased to by itself. It has been kept awake `pulses` times in a row.
    """

    proven_pause_s: float = 0.0
    asleep_after_s: float = math.inf
    paused_s: float | None = None
    pulses: int = 0

    def max_pause_s(self, settings: ChargerSettings) -> float:
        """Return for how long the car may be paused."""
        if settings.max_pause_s is not None:
            return settings.max_pause_s
        if self.asleep_after_s < math.inf:
            return PAUSE_MARGIN * self.asleep_after_s
        return DEFAULT_MAX_PAUSE_S if self.proven_pause_s < PROVEN_PAUSE_S else math.inf

    def needs_pulse(self, settings: ChargerSettings, now_s: float) -> bool:
        """Return whether the car has been paused for so long that it should be kept awake."""
        if self.paused_s is None or self.pulses >= MAX_PULSES:
            return False
        return now_s - self.paused_s >= self.max_pause_s(settings)


def learned(habits: SleepHabits, before: Car, car: Car, now_s: float) -> SleepHabits:
    """Return the habits after the car was observed, that was like `before` until now."""
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
        return replace(habits, paused_s=None, pulses=pulses)
    if before.charging:
        return replace(habits, paused_s=now_s if car.offered_a == 0 else None)
    if pause_s is not None and is_declining(car, now_s):
        asleep_after_s = min(habits.asleep_after_s, pause_s)
        return replace(habits, asleep_after_s=asleep_after_s, paused_s=None)
    return habits


def pulsed(habits: SleepHabits) -> SleepHabits:
    """Return the habits of a car that is made to charge so that it does not fall asleep."""
    return replace(habits, pulses=habits.pulses + 1)


def unplugged(habits: SleepHabits) -> SleepHabits:
    """Return what is still known when the car is gone: most likely the same car will come again."""
    return SleepHabits(habits.proven_pause_s, habits.asleep_after_s)
