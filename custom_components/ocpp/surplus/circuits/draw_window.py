"""Window of the current that a meter may have seen a car draw, to derive the draw of other loads from it."""

from dataclasses import replace
import math

from ..cars.response import Car, drawn_a
from ..model import Estimate

CUT_RESPONSE_S = 4.0
"""Time after a cut during which an excess is attributed to the car."""
EVIDENCE_S = 90.0
"""Time for which the last measured current counts after the limit was raised."""


def draw_window_a(car: Car, at_s: float) -> Estimate:
    """Return the window of a car's current: its least, its most plausible and its greatest value.

    Unlike `drawn_a`, it assumes neither that a car draws more until that is measured, nor that it responds slower than IEC
    61851-1 demands. A car may draw what it is offered before its charger reports so.
    """
    bounds_a = drawn_a(car, at_s)
    quick = replace(car, response_s=min(car.response_s, CUT_RESPONSE_S))
    plausible_a, high_a = drawn_a(quick, at_s).high, bounds_a.high
    low_a = min(bounds_a.low, _measured_a(car, at_s))
    if not car.charging or at_s < car.charging_changed_s:
        high_a = max(high_a, car.possible_a(car.offered_a))
    if car.charging and at_s < car.charging_changed_s:
        plausible_a = high_a
    return Estimate(low_a, max(low_a, min(plausible_a, high_a)), high_a)


def _measured_a(car: Car, at_s: float) -> float:
    """Return the current that a car certainly drew at an instant, as far as it was measured."""
    if car.measured_at_s is None or at_s - car.measured_at_s >= EVIDENCE_S:
        return math.inf
    if car.measured_at_s <= at_s:
        return car.current_a
    # The car may still have been rising to the current measured later.
    return drawn_a(replace(car, measured_at_s=None), at_s).low
