"""What power is there for the cars, as an interval.

The meter sees the house and the cars together. What the cars drew when it looked is known only within bounds, and
so is what would be left without them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
import math

from ..cars.response import Car, drawn_w
from ..model import NOTHING, Estimate, SiteReading

STALE_AFTER_S = 60.0
"""A meter that has been silent for longer says nothing about now: nothing is raised on its word."""
LOST_AFTER_S = 120.0
"""A meter that has been silent for longer is lost: no sun can be counted on."""
MAX_SKEW_S = 15.0
"""A battery that was heard of longer before the grid is taken to do still what it did."""
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """A power, and when it was measured."""

    at_s: float
    watts: float


@dataclass(frozen=True, slots=True)
class MeterSamples:
    """The last samples of the grid and of the battery, oldest first."""

    grid: tuple[Sample, ...] = ()
    battery: tuple[Sample, ...] = ()


def with_reading(meters: MeterSamples, site: SiteReading) -> MeterSamples:
    """Return the samples with what a new reading brings."""
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
    """What grid and battery gave at the same instant."""

    at_s: float
    grid_w: Estimate
    battery_w: Estimate


def balance(meters: MeterSamples) -> Balance:
    """Return what grid and battery gave at the last instant at which both are known.

    The battery answers the grid within seconds. Values of different instants would show as sun what has moved from one
    to the other in between.
    """
    at_s, battery_at_s = meters.grid[-1].at_s, meters.battery[-1].at_s
    if at_s - battery_at_s <= MAX_SKEW_S:
        at_s = min(at_s, battery_at_s)
    return Balance(at_s, _at(meters.grid, at_s), _at(meters.battery, at_s))


def _at(samples: tuple[Sample, ...], at_s: float) -> Estimate:
    """Return the power at an instant: between the samples around it, and likely on the line between them."""
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
    """What the meters told last, and how long ago; no balance before they told anything."""

    balance: Balance | None
    silent_s: float

    @property
    def at_s(self) -> float | None:
        """The instant that the meters told of."""
        return None if self.balance is None else self.balance.at_s

    @property
    def is_lost(self) -> bool:
        """Whether the meters have been silent for so long that no sun can be counted on."""
        return self.silent_s > LOST_AFTER_S

    def available_w(self, cars: Iterable[Car]) -> Estimate | None:
        """Return the power that cars could draw without any import: what they drew, less what was imported.

        A battery's charging counts as available, its discharge does not.
        """
        if self.balance is None:
            return None
        given_w = self.balance.grid_w + self.balance.battery_w
        return total_drawn_w(cars, self.balance.at_s) + -given_w

    def usable_w(self, cars: Iterable[Car]) -> Estimate | None:
        """Return what cars may count on; None where a stale sample says too little."""
        if self.is_lost:
            return NOTHING
        return None if self.silent_s > STALE_AFTER_S else self.available_w(cars)


def measured_surplus(
    meters: MeterSamples, began_s: float, now_s: float
) -> MeasuredSurplus:
    """Return what is known of the sun when the meters have been asked since `began_s`."""
    if not meters.grid:
        return MeasuredSurplus(None, now_s - began_s)
    return MeasuredSurplus(balance(meters), now_s - meters.grid[-1].at_s)


def total_drawn_w(cars: Iterable[Car], at_s: float) -> Estimate:
    """Return what all cars drew at an instant.

    What is not known of one has nothing to do with the others, so the uncertainties add up like those of independent
    quantities: twenty cars are not twenty times as uncertain as one.
    """
    likely = below = above = 0.0
    for car in cars:
        drawn = drawn_w(car, at_s)
        likely += drawn.likely
        below += (drawn.likely - drawn.low) ** 2
        above += (drawn.high - drawn.likely) ** 2
    return Estimate(likely - math.sqrt(below), likely, likely + math.sqrt(above))
