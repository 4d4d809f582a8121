"""Whose turn it is where not all cars fit, not even at their least current."""

from dataclasses import dataclass

LENGTH_S = 900.0
"""How long a car may charge while others wait that do not fit beside it."""
LEAST_PAUSE_S = 60.0
"""How long a car that was cut off waits at least before it is served again."""

type Rank = tuple[float, ...]
"""Who has the lower one is served first."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Since when a car has been served, or has waited; and whether it was served before that."""

    served: bool
    since_s: float
    cut_off: bool = False

    def pauses(self, now_s: float) -> bool:
        """Whether it has been cut off only just now."""
        return self.cut_off and now_s - self.since_s < LEAST_PAUSE_S


def taken(turn: Turn | None, served: bool, now_s: float) -> Turn:
    """Return the turn of a car that is served now, or is not."""
    if turn is not None and turn.served is served:
        return turn
    return Turn(served, now_s, cut_off=turn is not None and turn.served)


def rank(priority: int, turn: Turn | None, now_s: float) -> Rank:
    """Rank a car: by priority; then those in their turn, those who wait, and those whose turn is over."""
    if turn is None or not turn.served:
        return (-priority, 1, now_s if turn is None else turn.since_s)
    is_over = now_s - turn.since_s > LENGTH_S
    return (-priority, 2 if is_over else 0, turn.since_s)
