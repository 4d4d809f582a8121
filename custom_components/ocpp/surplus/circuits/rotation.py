"""Whose turn it is where not all cars fit, not even at their least current."""

from dataclasses import dataclass

LENGTH_S = 900.0
"""How long a car may charge while others wait that do not fit beside it."""
LEAST_PAUSE_S = 60.0
"""How long a car that was cut off waits at least before it is served again."""

type Rank = tuple[float, ...]
"""Who has the lower one is served first."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Since when a car has been served, or has waited; and whether it was served before that."""

    served: bool
    since_s: float
    cut_off: bool = False

    def is_pausing(self, now_s: float) -> bool:
        """Whether it has been cut off only just now."""
        return self.cut_off and now_s - self.since_s < LEAST_PAUSE_S


def updated_rotation(rotation: Rotation | None, served: bool, now_s: float) -> Rotation:
    """Return the turn of a car that is served now, or is not."""
    if rotation is not None and rotation.served is served:
        return rotation
    return Rotation(served, now_s, cut_off=rotation is not None and rotation.served)


def rank(priority: int, rotation: Rotation | None, now_s: float) -> Rank:
    """Rank a car: by priority; then those in their turn, those who wait, and those whose turn is over."""
    if rotation is None or not rotation.served:
        return (-priority, 1, now_s if rotation is None else rotation.since_s)
    is_over = now_s - rotation.since_s > LENGTH_S
    return (-priority, 2 if is_over else 0, rotation.since_s)
