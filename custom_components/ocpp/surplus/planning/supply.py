"""Cost of charging in a slot, as power steps of increasing price.

The first watts are the sun's and cost the feed-in revenue; everything beyond comes from the grid. A car draws either nothing
or at least its minimum, but for any part of a slot; weak sun is therefore used by charging at the minimum for a part of
the slot, at a price in between. Where feeding in pays more than the grid costs, the mean price is lowest at full power. This
makes the cost of a slot a convex function of its energy, so that sorting finds a plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .outlook import Slot

SUN_YIELD = 0.9
"""Share of the forecast sun that a charger makes use of: clouds pass, and currents come in steps."""
SUFFICIENT_SHARE = 0.65
"""Share of a car's minimum power from which the sun alone makes it charge."""


class Source(StrEnum):
    """Source of a planned slot's energy, and the reason for it."""

    SUN = "sun"
    """The sun."""
    TOP_UP = "top_up"
    """A weak sun, topped up from the grid to the car's minimum power."""
    CHEAP = "cheap"
    """The grid, at a price at which the owner always wants to charge."""
    GRID = "grid"
    """The grid, since otherwise the car would not be ready in time."""


@dataclass(frozen=True, slots=True)
class PowerRange:
    """Powers at which a car can charge; apart from these it can only pause."""

    min_w: float
    max_w: float


@dataclass(frozen=True, slots=True)
class PowerStep:
    """Power available in a slot on top of the steps before it, `sun_w` of it from the sun."""

    source: Source
    power_w: float
    sun_w: float
    price_per_kwh: float

    @property
    def is_welcome(self) -> bool:
        """True if the owner wants it even if no departure needs it."""
        if self.source is Source.TOP_UP:
            return self.sun_w >= SUFFICIENT_SHARE * self.power_w
        return self.source is not Source.GRID


def power_steps(
    slot: Slot, power_range: PowerRange, price_limit: float | None = None
) -> Iterator[PowerStep]:
    """Yield the power steps of a slot, the cheapest first.

    Args:
        slot: the slot.
        power_range: powers at which the car can charge.
        price_limit: price per kWh up to which the owner wants to charge in any case; None without one.
    """
    sun_w, max_w = _most_w(slot, power_range)
    if max_w < power_range.min_w:
        return
    cheap = not slot.guessed and slot.price_per_kwh <= _cheap_price(slot, price_limit)
    from_grid = Source.CHEAP if cheap else Source.GRID
    if slot.price_per_kwh < slot.feed_in_per_kwh:
        yield _power_step(from_grid, slot, max_w, sun_w)
        return
    used_w = 0.0
    if sun_w >= max(power_range.min_w, 1.0):
        used_w = sun_w
        yield _power_step(Source.SUN, slot, used_w, sun_w)
    elif power_range.min_w > sun_w > 0:
        used_w = power_range.min_w
        yield _power_step(Source.TOP_UP, slot, used_w, sun_w)
    if used_w < max_w:
        yield _power_step(from_grid, slot, max_w - used_w, 0.0)


def full_power_step(slot: Slot, power_range: PowerRange) -> PowerStep | None:
    """Return the one step with the highest power at any price; None if that is below the minimum power."""
    sun_w, max_w = _most_w(slot, power_range)
    if max_w < power_range.min_w:
        return None
    return _power_step(Source.GRID, slot, max_w, sun_w)


def _most_w(slot: Slot, power_range: PowerRange) -> tuple[float, float]:
    """Return the power that the sun can give, and that which can be had in all."""
    most_w = min(power_range.max_w, slot.power_limit_w)
    sun_w = min(slot.sun_w * SUN_YIELD, most_w)
    return sun_w, min(most_w, sun_w + slot.grid_limit_w)


def _cheap_price(slot: Slot, price_limit: float | None) -> float:
    """Return the price up to which the grid is as good as the sun: feeding the sun in then earns as much."""
    feed_in = slot.feed_in_per_kwh
    return feed_in if price_limit is None else max(feed_in, price_limit)


def _power_step(source: Source, slot: Slot, power_w: float, sun_w: float) -> PowerStep:
    grid_w = power_w - sun_w
    cost = sun_w * slot.feed_in_per_kwh + grid_w * slot.price_per_kwh
    return PowerStep(source, power_w, sun_w, cost / power_w)
