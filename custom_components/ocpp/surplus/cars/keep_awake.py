"""Cars that fall asleep when they are paused for long: kept awake by charging a little now and then.

How long a car bears is learned: from a pause that it resumed from, and from one that it did not.
"""

from dataclasses import dataclass, replace
import math

from ..model import ChargerSettings
from .response import Car, declines

WARY_S = 540.0
"""How long a car is paused of which nothing is known: the sleepiest fall asleep after ten minutes."""
PROOF_S = 1800.0
"""Who has resumed after so long a pause does not fall asleep. A shorter one proves little: what is tried with a car that
does fall asleep costs the rest of the day."""
MARGIN = 0.7
"""Which share of a pause that put a car to sleep it is spared from then on."""
MOST_KEPT = 8
"""How often in a row a car is kept awake. It is to bridge clouds, not the night."""
REAL_CHARGE_S = 300.0
"""Who has charged for so long is not just kept awake."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is known of a car's sleep.

    It has resumed after a pause of `proven_s`, and not after one of `sleeps_s`. It is paused since `paused_s`; None while it
    charges, and when it ceased to by itself. It has been kept awake `kept` times in a row.
    """

    proven_s: float = 0.0
    sleeps_s: float = math.inf
    paused_s: float | None = None
    kept: int = 0

    def longest_pause_s(self, settings: ChargerSettings) -> float:
        """Return for how long the car may be paused."""
        if settings.longest_pause_s is not None:
            return settings.longest_pause_s
        if self.sleeps_s < math.inf:
            return MARGIN * self.sleeps_s
        return WARY_S if self.proven_s < PROOF_S else math.inf

    def tires(self, settings: ChargerSettings, now_s: float) -> bool:
        """Return whether the car has been paused for so long that it should be kept awake."""
        if self.paused_s is None or self.kept >= MOST_KEPT:
            return False
        return now_s - self.paused_s >= self.longest_pause_s(settings)


def learned(habits: Habits, before: Car, car: Car, now_s: float) -> Habits:
    """Return the habits after the car was observed, that was like `before` until now."""
    pause_s = None
    if habits.paused_s is not None and car.roused_s is not None:
        pause_s = car.roused_s - habits.paused_s
    if car.charging:
        if pause_s is not None:
            sleeps_s = habits.sleeps_s if pause_s < habits.sleeps_s else math.inf
            proven_s = max(habits.proven_s, pause_s)
            habits = replace(habits, proven_s=proven_s, sleeps_s=sleeps_s)
        kept = 0 if now_s - car.turned_s >= REAL_CHARGE_S else habits.kept
        return replace(habits, paused_s=None, kept=kept)
    if before.charging:
        return replace(habits, paused_s=now_s if car.offered_a == 0 else None)
    if pause_s is not None and declines(car, now_s):
        sleeps_s = min(habits.sleeps_s, pause_s)
        return replace(habits, sleeps_s=sleeps_s, paused_s=None)
    return habits


def kept_awake(habits: Habits) -> Habits:
    """Return the habits of a car that is made to charge so that it does not fall asleep."""
    return replace(habits, kept=habits.kept + 1)


def unplugged(habits: Habits) -> Habits:
    """Return what is still known when the car is gone: most likely the same car will come again."""
    return Habits(habits.proven_s, habits.sleeps_s)
