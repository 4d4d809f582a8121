"""Load of the house without cars, remembered while all meters agree: with the sun, it stands in for a grid meter."""

from dataclasses import dataclass

from .samples import Samples

AVERAGE_S = 45.0
"""Time constant of the average."""
KNOWN_AFTER_S = 15.0
"""Time for which the load must have been seen: a single sample may be of a kettle, or of a car that just begins to draw."""
CAUTION = 0.97
"""Share of the sun that is counted on while the load is only remembered."""
MARGIN_W = 50.0
"""Power that is not counted on then."""


@dataclass(frozen=True, slots=True)
class House:
    """Load as it was seen so far.

    Attributes:
        average_w: average of what was seen.
        seen_s: time for which it was seen, up to that of the average.
    """

    average_w: float = 0.0
    seen_s: float = 0.0

    @property
    def is_settled(self) -> bool:
        """True if enough was seen for an average."""
        return self.seen_s >= AVERAGE_S

    @property
    def load_w(self) -> float | None:
        """Remembered load; None while too little of it was seen."""
        return self.average_w if self.seen_s >= KNOWN_AFTER_S else None


def observed(house: House, load_w: float, seconds: float) -> House:
    """Return the memory after a load has been seen for some time."""
    if seconds <= 0:
        return house
    seen_s = min(AVERAGE_S, house.seen_s + seconds)
    share = min(1.0, seconds / seen_s)
    return House(house.average_w + share * (load_w - house.average_w), seen_s)


def left_by_house_w(house: House, solar: Samples, at_s: float) -> float | None:
    """Return the sun that the house leaves; None while that is unknown."""
    if house.load_w is None or solar.last is None:
        return None
    return solar.at(at_s).likely - house.load_w


def counted_on_w(left_w: float) -> float:
    """Return the careful part of the sun that the house should leave."""
    return CAUTION * left_w - MARGIN_W
