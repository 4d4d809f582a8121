"""What a meter may have seen a car draw, for those who must not be wrong about everybody else."""

from dataclasses import replace

from .car import Car, drawn_a
from .model import Estimate

CUT_RESPONSE_S = 4.0
"""How long after a cut a meter that shows too much is not believed."""


def seen_a(car: Car, at_s: float) -> Estimate:
    """Return what a meter may have seen the car draw: the least, the most, and what it likely saw.

    Unlike `drawn_a`, it takes a car to draw the most that it may just now, so that nobody else is blamed for it; and to be
    as quick to follow a limit as it ought to be (IEC 61851-1). One that is offered something may draw it before it says so.
    """
    bounds_a = drawn_a(car, at_s)
    quick = replace(car, response_s=min(car.response_s, CUT_RESPONSE_S))
    likely_a, high_a = drawn_a(quick, at_s).high, bounds_a.high
    if not car.charging or at_s < car.turned_s:
        high_a = max(high_a, car.possible_a(car.offered_a))
    if car.charging and at_s < car.turned_s:
        likely_a = high_a
    return Estimate(bounds_a.low, min(likely_a, high_a), high_a)
