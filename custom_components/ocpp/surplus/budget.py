"""What power is there for the cars, as an interval.

The meter sees the house and the cars together. What the cars drew when it looked is known only within bounds, and
so is what would be left without them.
"""

from collections.abc import Iterable

from .car import Car, drawn_a
from .model import NOTHING, Estimate, SiteReading

STALE_AFTER_S = 60.0
"""A meter that has been silent for longer says nothing about now: nothing is raised on its word."""
LOST_AFTER_S = 120.0
"""A meter that has been silent for longer is lost: no sun can be counted on."""


def available_w(site: SiteReading, cars: Iterable[Car]) -> Estimate:
    """Return the power that the cars could draw without any import: what they drew, less what was imported.

    A battery's charging counts as available, its discharge does not.
    """
    total_w = NOTHING
    for car in cars:
        total_w += drawn_a(car, site.grid_at_s) * car.w_per_a
    return total_w - site.grid_power_w - site.battery_power_w
