"""Recent draw of other loads: they are likely to continue, and may return."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, replace

from .circuits import Limiting
from .headroom import Bound, BoundKey

RAISE_S = 25.0
"""Time for which there must have been headroom before a car is raised: ovens and hobs switch on and off."""
START_S = 60.0
"""Time for which there must have been headroom before a car is started again."""
SLOW_RAISE_S = 300.0
"""Time for which there must have been headroom below a slow meter, since recent loads are likely to return."""
SURGE_A = 6.0
"""Load that may be switched on at any time and is not reported yet by a slow meter. Less gives cars more; at 6 A, a fuse
carries what kettles and dryers add beyond that for as long as with a reserve of all of it, 12 s."""


@dataclass(frozen=True, slots=True)
class RecentHighs:
    """Recent highs with their instants, each lower than the one before."""

    values: tuple[tuple[float, float], ...] = ()

    def highest(self, within_s: float) -> float:
        """Return the highest value within some seconds before the last one."""
        last_s = self.values[-1][0]
        return max(value for at_s, value in self.values if at_s > last_s - within_s)


def added(highs: RecentHighs, at_s: float, value: float) -> RecentHighs:
    """Return the highs with a new value and without outdated ones."""
    kept = [
        (then_s, before)
        for then_s, before in highs.values
        if at_s - SLOW_RAISE_S < then_s < at_s and before > value
    ]
    return RecentHighs((*kept, (at_s, value)))


def steadied(
    known: Mapping[BoundKey, float], bounds: Iterable[Bound]
) -> Iterator[Bound]:
    """Yield the bounds with the likely draw of other loads: the last one, unless that is impossible.

    While a car is in transition from one current to another, it cannot be told from an oven that is switched just then.
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
    """Return the recent certain draw of other loads where it is measured."""
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
    """Return the most that other loads must be expected to draw under each bound; `slow` are circuits with slow meters."""
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
    """Return True if a fuse must bear loads that a slow meter has not reported yet."""
    return key.limiting is Limiting.FUSE and key.circuit in slow
