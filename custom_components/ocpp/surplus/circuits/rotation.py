"""Rotation of cars that do not all fit on a circuit, not even at their minimum current."""

from dataclasses import dataclass

LENGTH_S = 900.0
"""Time for which a car may charge while others wait that do not fit beside it."""
MIN_PAUSE_S = 60.0
"""Least time for which a car that was cut off waits until it is served again."""

type Rank = tuple[float, ...]
"""Order of service; lower ranks come first."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Time since a car is served, or waits; `cut_off` if it was served before."""

    served: bool
    since_s: float
    cut_off: bool = False

    def is_pausing(self, now_s: float) -> bool:
        """Return True if the car has only just been cut off."""
        return self.cut_off and now_s - self.since_s < MIN_PAUSE_S


def updated_rotation(rotation: Rotation | None, served: bool, now_s: float) -> Rotation:
    """Return the rotation of a car that is served now, or is not."""
    if rotation is not None and rotation.served is served:
        return rotation
    return Rotation(served, now_s, cut_off=rotation is not None and rotation.served)


def rank(priority: int, rotation: Rotation | None, now_s: float) -> Rank:
    """Return the rank of a car: by priority, then served cars, waiting cars, and cars whose time is over."""
    if rotation is None or not rotation.served:
        return (-priority, 1, now_s if rotation is None else rotation.since_s)
    is_over = now_s - rotation.since_s > LENGTH_S
    return (-priority, 2 if is_over else 0, rotation.since_s)
