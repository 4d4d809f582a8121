"""Load of the house without cars, remembered while all meters agree: with the sun, it stands in for a grid meter."""

from dataclasses import dataclass
import math

from .samples import Samples

AVERAGE_S = 45.0
"""Time constant of the average."""
CAUTION = 0.97
"""Share of the sun that is counted on while the load is only remembered."""
MARGIN_W = 50.0
"""Power that is not counted on then."""


@dataclass(frozen=True, slots=True)
class House:
    """Remembered load, and the instant until which it was known; None while nothing is known."""

    load_w: float | None = None
    known_s: float = -math.inf


def observed(house: House, load_w: float, at_s: float) -> House:
    """Return the memory after the load has been known at an instant."""
    if house.load_w is None:
        return House(load_w, at_s)
    seconds = max(1.0, at_s - house.known_s)
    share = min(1.0, seconds / AVERAGE_S)
    return House(house.load_w + share * (load_w - house.load_w), at_s)


def left_by_house_w(house: House, solar: Samples, at_s: float) -> float | None:
    """Return the sun that the house leaves; None while that is unknown."""
    if house.load_w is None or solar.last is None:
        return None
    return solar.at(at_s).likely - house.load_w


def counted_on_w(left_w: float) -> float:
    """Return the careful part of the sun that the house should leave."""
    return CAUTION * left_w - MARGIN_W
