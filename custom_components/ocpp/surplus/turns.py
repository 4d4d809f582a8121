"""Whose turn it is where not all cars fit, not even at their least current."""

from dataclasses import dataclass

LENGTH_S = 900.0
"""How long a car may charge while others wait that do not fit beside it."""

type Rank = tuple[float, ...]
"""Who has the lower one is served first."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Since when a car has been served, or has waited."""

    served: bool
    since_s: float


def taken(turn: Turn | None, served: bool, now_s: float) -> Turn:
    """Return the turn of a car that is served now, or is not."""
    return turn if turn and turn.served is served else Turn(served, now_s)


def rank(priority: int, turn: Turn | None, now_s: float) -> Rank:
    """Rank a car: by priority; then those in their turn, those who wait, and those whose turn is over."""
    if turn is None or not turn.served:
        return (-priority, 1, now_s if turn is None else turn.since_s)
    is_over = now_s - turn.since_s > LENGTH_S
    return (-priority, 2 if is_over else 0, turn.since_s)
