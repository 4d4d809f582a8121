"""Wake-ups of cars that do not draw although they are offered current.

A few attempts follow soon. A car that stopped by itself is then left in peace, since it is most likely full; any other one may
be asleep, and is tried again less and less often, and anew with new sun.
"""

from dataclasses import dataclass
from enum import StrEnum
import math

from .keep_awake import SleepHabits
from .response import Car, is_declining


class WakeUp(StrEnum):
    """Way to wake up a car."""

    RAISE = "raise"
    """As high a limit as possible: some cars do not charge at the minimum."""
    INTERRUPT = "interrupt"
    """A pause and a limit again: some cars respond to nothing but the change."""


ATTEMPTS = (WakeUp.RAISE, WakeUp.INTERRUPT, WakeUp.RAISE)
"""Attempts in their order."""
DURATION_S = {WakeUp.RAISE: 20.0, WakeUp.INTERRUPT: 10.0}
ATTEMPT_INTERVAL_S, MAX_ATTEMPT_INTERVAL_S = 300.0, 3600.0
"""Time between the first attempts, which then doubles each time, and the most that it grows to."""
NEW_SUN_S = 600.0
"""Pause after which current that is offered is a new occasion for all attempts."""
AWAKE_S = 300.0
"""Time of charging after which attempts are granted anew."""


@dataclass(frozen=True, slots=True)
class WakeUps:
    """Number of failed attempts, and the start of the last one."""

    attempts: int = 0
    began_s: float = -math.inf

    def at(self, now_s: float) -> WakeUp | None:
        """Return the wake-up in progress; None without one."""
        if self.attempts == 0:
            return None
        wake_up = ATTEMPTS[(self.attempts - 1) % len(ATTEMPTS)]
        return wake_up if now_s - self.began_s < DURATION_S[wake_up] else None

    @property
    def in_vain(self) -> bool:
        """True if each way to wake the car up has been tried."""
        return self.attempts >= len(ATTEMPTS)

    @property
    def interval_s(self) -> float:
        """Time from the last attempt to the next one."""
        doublings = max(0, self.attempts - len(ATTEMPTS) + 1)
        return min(MAX_ATTEMPT_INTERVAL_S, ATTEMPT_INTERVAL_S * 2.0**doublings)


def updated_wake_ups(
    wake_ups: WakeUps, car: Car, habits: SleepHabits, now_s: float
) -> WakeUps:
    """Return the wake-ups of a car after an observation."""
    if car.charging:
        return wake_ups if now_s - car.charging_changed_s < AWAKE_S else WakeUps()
    if habits.sated and wake_ups.in_vain:
        return wake_ups
    if car.commands and car.offered_a == 0:
        is_new_sun = now_s - car.commands[-1].at_s >= NEW_SUN_S
        return WakeUps() if is_new_sun else wake_ups
    if not is_declining(car, now_s) or now_s - wake_ups.began_s < wake_ups.interval_s:
        return wake_ups
    return WakeUps(wake_ups.attempts + 1, now_s)
