"""What charging costs in a slot, as steps of power that become dearer and dearer.

The first watts are the sun's: they cost what the grid would have paid for them. What goes beyond comes from the grid.
A car draws either nothing or at least its minimum, but for as long within a slot as is wanted; so weak sun is
used by running at the minimum for a while, at a price in between. That makes the costs of a slot a convex function of
its energy, which is what lets a plan be found by sorting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .outlook import Slot

SUN_YIELD = 0.9
"""How much of the sun that was forecast a charger makes use of: clouds pass, and currents come in steps."""
SUFFICIENT_SHARE = 0.65
"""The share of a car's least power from which the sun alone makes it charge."""


class Source(StrEnum):
    """Where the energy of a planned slot comes from, and why."""

    SUN = "sun"
    """From the sun."""
    TOP_UP = "top_up"
    """From a weak sun, with so much from the grid that the car can charge at all."""
    CHEAP = "cheap"
    """From the grid, at a price at which the owner always wants to charge."""
    GRID = "grid"
    """From the grid, as otherwise the car would not be ready in time."""


@dataclass(frozen=True, slots=True)
class PowerRange:
    """Between which powers a charger and its car can be set; besides that, to nothing."""

    min_w: float
    max_w: float


@dataclass(frozen=True, slots=True)
class PowerStep:
    """Some power that can be had in a slot, on top of the steps before; `sun_w` of it is the sun's.

    What is `automatic` is charged anyhow, whether a plan needs it or not.
    """

    source: Source
    power_w: float
    sun_w: float
    price_per_kwh: float
    automatic: bool


def power_steps(
    slot: Slot, power_range: PowerRange, price_limit: float | None = None
) -> Iterator[PowerStep]:
    """Return the steps of a slot, the cheapest first.

    Args:
        slot: what is expected.
        draw: what can be drawn.
        price_limit: the price per kWh up to which the owner wants to charge in any case; None for no such price.
    """
    sun_w = min(slot.sun_w * SUN_YIELD, power_range.max_w)
    most_w = min(power_range.max_w, sun_w + slot.grid_limit_w)
    if most_w < power_range.min_w:
        return
    if not slot.guessed and slot.price_per_kwh <= _cheap_price(slot, price_limit):
        yield _power_step(Source.CHEAP, slot, most_w, sun_w, automatic=True)
        return
    used_w = 0.0
    if sun_w >= max(power_range.min_w, 1.0):
        used_w = sun_w
        yield _power_step(Source.SUN, slot, used_w, sun_w, automatic=True)
    elif power_range.min_w > sun_w > 0:
        used_w = power_range.min_w
        enough = sun_w >= SUFFICIENT_SHARE * power_range.min_w
        yield _power_step(Source.TOP_UP, slot, used_w, sun_w, automatic=enough)
    if used_w < most_w:
        yield _power_step(Source.GRID, slot, most_w - used_w, 0.0, automatic=False)


def full_power_step(slot: Slot, power_range: PowerRange) -> PowerStep | None:
    """Return the one step that gives as much as there can be, whatever it costs; None where that is too little."""
    sun_w = min(slot.sun_w * SUN_YIELD, power_range.max_w)
    most_w = min(power_range.max_w, sun_w + slot.grid_limit_w)
    if most_w < power_range.min_w:
        return None
    return _power_step(Source.GRID, slot, most_w, sun_w, automatic=False)


def _cheap_price(slot: Slot, price_limit: float | None) -> float:
    """Return the price up to which the grid is as good as the sun: selling the sun then earns as much."""
    feed_in = slot.feed_in_per_kwh
    return feed_in if price_limit is None else max(feed_in, price_limit)


def _power_step(
    source: Source, slot: Slot, power_w: float, sun_w: float, *, automatic: bool
) -> PowerStep:
    grid_w = power_w - sun_w
    cost = sun_w * slot.feed_in_per_kwh + grid_w * slot.price_per_kwh
    return PowerStep(source, power_w, sun_w, cost / power_w, automatic)
