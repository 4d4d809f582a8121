"""Between which powers a car can charge, as far as it has shown that."""

from ..cars.response import Car
from ..control.phases import choices
from ..model import ChargerSettings
from .supply import PowerRange


def power_range_of(settings: ChargerSettings, car: Car) -> PowerRange:
    """Return what a car can draw: at least on the fewest phases that it can be given, at most on all of them."""
    options = choices(settings, car)
    least_a = min(max(settings.min_current_a, car.least_a), settings.max_current_a)
    return PowerRange(
        car.expected_w(least_a, min(options)),
        car.expected_w(settings.max_current_a, max(options)),
    )
