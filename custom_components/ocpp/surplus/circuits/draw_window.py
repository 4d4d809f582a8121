"""What a meter may have seen a car draw, for those who must not be wrong about everybody else."""

from dataclasses import replace
import math

from ..cars.response import Car, drawn_a
from ..model import Estimate

CUT_RESPONSE_S = 4.0
"""How long after a cut a meter that shows too much is not believed."""
EVIDENCE_S = 90.0
"""For how long it counts what a car was last measured to draw, if it has been told to draw more since."""


def draw_window_a(car: Car, at_s: float) -> Estimate:
    """Return what a meter may have seen the car draw: the least, the most, and the most that is plausible.

    Unlike `drawn_a`, it does not take for granted that a car draws more until that was measured, nor that it is any slower
    to follow than it ought to be (IEC 61851-1). One that is offered something may draw it before it says so.
    """
    bounds_a = drawn_a(car, at_s)
    quick = replace(car, response_s=min(car.response_s, CUT_RESPONSE_S))
    plausible_a, high_a = drawn_a(quick, at_s).high, bounds_a.high
    low_a = min(bounds_a.low, _measured_a(car, at_s))
    if not car.charging or at_s < car.turned_s:
        high_a = max(high_a, car.possible_a(car.offered_a))
    if car.charging and at_s < car.turned_s:
        plausible_a = high_a
    return Estimate(low_a, max(low_a, min(plausible_a, high_a)), high_a)


def _measured_a(car: Car, at_s: float) -> float:
    """Return what the car certainly drew at an instant, as far as it was measured."""
    if car.measured_at_s is None or at_s - car.measured_at_s >= EVIDENCE_S:
        return math.inf
    if car.measured_at_s <= at_s:
        return car.current_a
    # It may have been on its way up to what was measured later.
    return drawn_a(replace(car, measured_at_s=None), at_s).low
