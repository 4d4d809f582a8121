"""Power available for the cars, as an interval.

The meter measures the house and the cars together. The draw of the cars at that instant is known only within bounds, and so
is the remainder.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
import math

from ..cars.response import Car, drawn_w
from ..model import NOTHING, Estimate, SiteReading

STALE_AFTER_S = 60.0
"""Silence of a meter after which no limit is raised."""
LOST_AFTER_S = 120.0
"""Silence of a meter after which no sun can be counted on."""
MAX_SKEW_S = 15.0
"""Age of the battery's sample relative to the grid's beyond which it is assumed to be unchanged."""
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """Measured power with its instant."""

    at_s: float
    watts: float


@dataclass(frozen=True, slots=True)
class MeterSamples:
    """Recent samples of the grid and of the battery, oldest first."""

    grid: tuple[Sample, ...] = ()
    battery: tuple[Sample, ...] = ()


def with_reading(meters: MeterSamples, site: SiteReading) -> MeterSamples:
    """Return the samples with a new reading."""
    battery_at_s = site.grid_at_s if site.battery_at_s is None else site.battery_at_s
    return MeterSamples(
        _with(meters.grid, Sample(site.grid_at_s, site.grid_power_w)),
        _with(meters.battery, Sample(battery_at_s, site.battery_power_w)),
    )


def _with(samples: tuple[Sample, ...], sample: Sample) -> tuple[Sample, ...]:
    if samples and samples[-1].at_s >= sample.at_s:
        return samples
    return (*samples[1 - _REMEMBERED :], sample)


@dataclass(frozen=True, slots=True)
class Balance:
    """Power from the grid and from the battery at the same instant."""

    at_s: float
    grid_w: Estimate
    battery_w: Estimate


def balance(meters: MeterSamples) -> Balance:
    """Return the power of grid and battery at the last instant for which both are known.

    The battery follows the grid within seconds. With values of different instants, power that moved from one to the other
    would look like surplus.
    """
    at_s, battery_at_s = meters.grid[-1].at_s, meters.battery[-1].at_s
    if at_s - battery_at_s <= MAX_SKEW_S:
        at_s = min(at_s, battery_at_s)
    return Balance(at_s, _at(meters.grid, at_s), _at(meters.battery, at_s))


def _at(samples: tuple[Sample, ...], at_s: float) -> Estimate:
    """Return the power at an instant, between the samples around it and likely on the line between them."""
    if samples[-1].at_s <= at_s:
        return Estimate.exactly(samples[-1].watts)
    for later, earlier in pairwise(reversed(samples)):
        if earlier.at_s == at_s:
            return Estimate.exactly(earlier.watts)
        if earlier.at_s < at_s:
            share = (at_s - earlier.at_s) / (later.at_s - earlier.at_s)
            likely = earlier.watts + share * (later.watts - earlier.watts)
            return Estimate(
                min(earlier.watts, later.watts), likely, max(earlier.watts, later.watts)
            )
    return Estimate.exactly(samples[0].watts)


@dataclass(frozen=True, slots=True)
class MeasuredSurplus:
    """Last balance of the meters, and their silence since; no balance before the first reading."""

    balance: Balance | None
    silent_s: float

    @property
    def at_s(self) -> float | None:
        """Instant of the balance."""
        return None if self.balance is None else self.balance.at_s

    @property
    def is_lost(self) -> bool:
        """True if the meters have been silent for too long to count on any sun."""
        return self.silent_s > LOST_AFTER_S

    def available_w(self, cars: Iterable[Car]) -> Estimate | None:
        """Return the power that cars could draw without import: their draw less the import.

        A battery's charging counts as available, its discharge does not.
        """
        if self.balance is None:
            return None
        given_w = self.balance.grid_w + self.balance.battery_w
        return total_drawn_w(cars, self.balance.at_s) + -given_w

    def usable_w(self, cars: Iterable[Car]) -> Estimate | None:
        """Return the power that cars may count on; None if the sample is stale."""
        if self.is_lost:
            return NOTHING
        return None if self.silent_s > STALE_AFTER_S else self.available_w(cars)


def measured_surplus(
    meters: MeterSamples, began_s: float, now_s: float
) -> MeasuredSurplus:
    """Return the surplus of meters that have been read since `began_s`."""
    if not meters.grid:
        return MeasuredSurplus(None, now_s - began_s)
    return MeasuredSurplus(balance(meters), now_s - meters.grid[-1].at_s)


def total_drawn_w(cars: Iterable[Car], at_s: float) -> Estimate:
    """Return the power that all cars drew at an instant.

    Their uncertainties are independent and add up accordingly: twenty cars are not twenty times as uncertain as one.
    """
    likely = below = above = 0.0
    for car in cars:
        drawn = drawn_w(car, at_s)
        likely += drawn.likely
        below += (drawn.likely - drawn.low) ** 2
        above += (drawn.high - drawn.likely) ** 2
    return Estimate(likely - math.sqrt(below), likely, likely + math.sqrt(above))
