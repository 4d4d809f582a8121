"""What others drew of late: they go on with it, and they may draw it again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, replace

from .circuits import Limiting
from .headroom import Bound, BoundKey

RAISE_S = 25.0
"""For how long there must have been room before a car is offered more: ovens and hobs switch on and off."""
START_S = 60.0
"""For how long there must have been room before a car is started again."""
SLOW_RAISE_S = 600.0
"""For how long there must have been room where the meter is slow: what was on is likely to come back."""
SURGE_A = 9.0
"""What may be switched on at any time and has not been seen yet, where the meter is slow: about 2 kW."""


@dataclass(frozen=True, slots=True)
class RecentHighs:
    """The highest values of late and when they were seen, each lower than the one before it."""

    values: tuple[tuple[float, float], ...] = ()

    def highest(self, within_s: float) -> float:
        """Return the highest of the seconds before the last value."""
        last_s = self.values[-1][0]
        return max(value for at_s, value in self.values if at_s > last_s - within_s)


def added(highs: RecentHighs, at_s: float, value: float) -> RecentHighs:
    """Return the highs with a new value, and without those that have become too old."""
    kept = [
        (then_s, before)
        for then_s, before in highs.values
        if at_s - SLOW_RAISE_S < then_s < at_s and before > value
    ]
    return RecentHighs((*kept, (at_s, value)))


def steadied(
    known: Mapping[BoundKey, float], bounds: Iterable[Bound]
) -> Iterator[Bound]:
    """Return the bounds with what others are likely to draw: what they did last, unless that cannot be.

    While a car is on its way from one current to another, nobody can tell it from an oven that is switched just then.
    """
    for bound in bounds:
        others = bound.flow.others
        if bound.measured_at_s is None or bound.key not in known:
            yield bound
            continue
        likely = min(others.high, max(others.likely, known[bound.key]))
        yield replace(bound, likely=likely)


def remembered(
    known: Mapping[BoundKey, RecentHighs], bounds: Sequence[Bound]
) -> dict[BoundKey, RecentHighs]:
    """Return what others certainly drew of late, where that is measured."""
    return {
        bound.key: added(
            known.get(bound.key, RecentHighs()),
            bound.measured_at_s,
            bound.flow.others.low,
        )
        for bound in bounds
        if bound.measured_at_s is not None
    }


def max_of_others(
    known: Mapping[BoundKey, RecentHighs],
    bounds: Sequence[Bound],
    within_s: float,
    slow: AbstractSet[str],
) -> dict[BoundKey, float]:
    """Return the most that others must be expected to draw under each bound; `slow` are the circuits with slow meters."""
    most = {
        bound.key: bound.flow.others.high
        + (SURGE_A if _reserves_surge(bound.key, slow) else 0.0)
        for bound in bounds
    }
    for key, highs in known.items():
        seen_s = max(within_s, SLOW_RAISE_S) if _reserves_surge(key, slow) else within_s
        most[key] = max(most[key], highs.highest(seen_s))
    return most


def _reserves_surge(key: BoundKey, slow: AbstractSet[str]) -> bool:
    """Whether a fuse must bear what a slow meter has not told of yet."""
    return key.limiting is Limiting.FUSE and key.circuit in slow
