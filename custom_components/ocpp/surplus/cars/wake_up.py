"""Cars that do not draw although they could: tried to be woken, a few times."""

from dataclasses import dataclass
from enum import StrEnum
import math

from .response import Car, is_declining


class WakeUp(StrEnum):
    """What wakes a car."""

    RAISE = "raise"
    """To be offered as much as possible: some do not charge at the least current."""
    INTERRUPT = "interrupt"
    """To be offered nothing and then something again: some answer nothing but the change."""


ATTEMPTS = (WakeUp.RAISE, WakeUp.INTERRUPT, WakeUp.RAISE)
"""What is tried, one after the other; who does not wake up then is full, or has reasons of its own."""
DURATION_S = {WakeUp.RAISE: 20.0, WakeUp.INTERRUPT: 10.0}
ATTEMPT_INTERVAL_S = 300.0
"""How long a car is given to answer before the next attempt."""
AWAKE_S = 300.0
"""Who has charged for so long may be roused anew."""


@dataclass(frozen=True, slots=True)
class WakeUps:
    """How often a car has been roused in vain, and when last."""

    attempts: int = 0
    began_s: float = -math.inf

    def at(self, now_s: float) -> WakeUp | None:
        """Return what is being done to wake the car."""
        if self.attempts == 0:
            return None
        wake_up = ATTEMPTS[self.attempts - 1]
        return wake_up if now_s - self.began_s < DURATION_S[wake_up] else None


def updated_wake_ups(wake_ups: WakeUps, car: Car, now_s: float) -> WakeUps:
    """Return what is to be done about a car that declines what it is offered."""
    if car.charging:
        return wake_ups if now_s - car.charging_changed_s < AWAKE_S else WakeUps()
    if not is_declining(car, now_s) or wake_ups.attempts == len(ATTEMPTS):
        return wake_ups
    if now_s - wake_ups.began_s < ATTEMPT_INTERVAL_S:
        return wake_ups
    return WakeUps(wake_ups.attempts + 1, now_s)
