"""Wake-ups of cars that do not draw although they are offered current: a few attempts."""

from dataclasses import dataclass
from enum import StrEnum
import math

from .response import Car, is_declining


class WakeUp(StrEnum):
    """Way to wake up a car."""

    RAISE = "raise"
    """As high a limit as possible: some cars do not charge at the minimum."""
    INTERRUPT = "interrupt"
    """A pause and a limit again: some cars respond to nothing but the change."""


ATTEMPTS = (WakeUp.RAISE, WakeUp.INTERRUPT, WakeUp.RAISE)
"""Attempts in their order; a car that declines them all is full, or has reasons of its own."""
DURATION_S = {WakeUp.RAISE: 20.0, WakeUp.INTERRUPT: 10.0}
ATTEMPT_INTERVAL_S = 300.0
"""Backoff between attempts."""
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
        wake_up = ATTEMPTS[self.attempts - 1]
        return wake_up if now_s - self.began_s < DURATION_S[wake_up] else None


def updated_wake_ups(wake_ups: WakeUps, car: Car, now_s: float) -> WakeUps:
    """Return the wake-ups of a car after an observation."""
    if car.charging:
        return wake_ups if now_s - car.charging_changed_s < AWAKE_S else WakeUps()
    if not is_declining(car, now_s) or wake_ups.attempts == len(ATTEMPTS):
        return wake_ups
    if now_s - wake_ups.began_s < ATTEMPT_INTERVAL_S:
        return wake_ups
    return WakeUps(wake_ups.attempts + 1, now_s)
