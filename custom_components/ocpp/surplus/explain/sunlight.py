"""The sun's part in a charge as it is told: a passing cloud does not change it."""

from dataclasses import dataclass
import math

from ..model import ChargerReading, Estimate

ENOUGH = 0.95
"""Share of its power that the sun must give for a car to count as charging from it."""
STILL_ENOUGH = 0.8
"""Share below which it no longer does; currents come in steps, and meters lag behind."""
LASTING_S = 60.0
"""Time for which the sun must give more or less before that is told: a cloud that pauses no charge need not be told of."""


@dataclass(frozen=True, slots=True)
class Sunlight:
    """Verdict on the sun.

    Attributes:
        suffices: the sun gives the car's power.
        doubted_since_s: the instant since which the readings say the opposite; None while they agree.
    """

    suffices: bool
    doubted_since_s: float | None = None


def judged(
    before: Sunlight | None,
    reading: ChargerReading,
    surplus_w: Estimate | None,
    now_s: float,
) -> Sunlight | None:
    """Return the verdict on the sun by now; None while the car does not charge.

    Args:
        before: the last verdict; None at the first one of a charge.
        reading: the reading of the charger.
        surplus_w: power that all cars could draw without import; None while it is unknown.
        now_s: the present instant.
    """
    if not reading.charging:
        return None
    share = _share(surplus_w, reading.drawn_w)
    if before is None:
        return Sunlight(share >= ENOUGH)
    suffices = share >= (STILL_ENOUGH if before.suffices else ENOUGH)
    if suffices is before.suffices:
        return Sunlight(suffices)
    since_s = now_s if before.doubted_since_s is None else before.doubted_since_s
    if 0 <= now_s - since_s < LASTING_S:
        return Sunlight(before.suffices, since_s)
    return Sunlight(suffices)


def _share(surplus_w: Estimate | None, drawn_w: float) -> float:
    if surplus_w is None:
        return 0.0
    return surplus_w.likely / drawn_w if drawn_w > 0 else math.inf
