"""Power range of a charger and its car."""

from ..cars.response import Car
from ..control.phases import phase_options
from ..model import ChargerSettings
from .supply import PowerRange


def power_range_of(settings: ChargerSettings, car: Car) -> PowerRange:
    """Return the power range: from the minimum current on the fewest phases to the maximum current on all of them."""
    options = phase_options(settings, car)
    min_a = min(max(settings.min_current_a, car.min_a), settings.max_current_a)
    return PowerRange(
        car.expected_w(min_a, min(options)),
        car.expected_w(settings.max_current_a, max(options)),
    )
