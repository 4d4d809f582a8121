"""Cars that do not draw although they could: tried to be woken, a few times."""

from dataclasses import dataclass
from enum import StrEnum
import math

from .response import Car, declines


class Rouse(StrEnum):
    """What wakes a car."""

    RAISE = "raise"
    """To be offered as much as possible: some do not charge at the least current."""
    INTERRUPT = "interrupt"
    """To be offered nothing and then something again: some answer nothing but the change."""


ATTEMPTS = (Rouse.RAISE, Rouse.INTERRUPT, Rouse.RAISE)
"""What is tried, one after the other; who does not wake up then is full, or has reasons of its own."""
DURATION_S = {Rouse.RAISE: 20.0, Rouse.INTERRUPT: 10.0}
APART_S = 300.0
"""How long a car is given to answer before the next attempt."""
AWAKE_S = 300.0
"""Who has charged for so long may be roused anew."""


@dataclass(frozen=True, slots=True)
class Rousing:
    """How often a car has been roused in vain, and when last."""

    attempts: int = 0
    began_s: float = -math.inf

    def at(self, now_s: float) -> Rouse | None:
        """Return what is being done to wake the car."""
        if self.attempts == 0:
            return None
        rouse = ATTEMPTS[self.attempts - 1]
        return rouse if now_s - self.began_s < DURATION_S[rouse] else None


def roused(rousing: Rousing, car: Car, now_s: float) -> Rousing:
    """Return what is to be done about a car that declines what it is offered."""
    if car.charging:
        return rousing if now_s - car.turned_s < AWAKE_S else Rousing()
    if not declines(car, now_s) or rousing.attempts == len(ATTEMPTS):
        return rousing
    if now_s - rousing.began_s < APART_S:
        return rousing
    return Rousing(rousing.attempts + 1, now_s)
