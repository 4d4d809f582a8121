"""Division of shared headroom: minimum currents first, then even shares, under any number of bounds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
import heapq
import math

_TINY = 1e-9
_ABOUT_A = 0.25
"""Difference below which levels are raised together, so that the work does not grow with their number."""


@dataclass(frozen=True, slots=True)
class CurrentRequest:
    """Request of one charger, in amperes.

    Attributes:
        least_a: the minimum; less is useless.
        most_a: the maximum.
        base_a: the current that it holds in any case.
        priority: higher priorities are filled up first.
        rank: lower ranks get their minimum first.
    """

    min_a: float
    max_a: float
    base_a: float = 0.0
    priority: int = 0
    rank: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedHeadroom:
    """Headroom that requests share beyond their bases; each ampere of a request takes its weight."""

    headroom: float
    weights: Mapping[str, float]


def divide(
    requests: Mapping[str, CurrentRequest], shares: Sequence[SharedHeadroom]
) -> dict[str, float]:
    """Return the current of each request, never less than its base.

    Minimum currents are granted in the order of ranks, as long as there is headroom. The remainder goes evenly to the highest
    priority, then to the next one.
    """
    levels = {key: request.base_a for key, request in requests.items()}
    pool = _Pool(shares)
    for key in sorted(requests, key=lambda key: requests[key].rank):
        request = requests[key]
        missing_a = request.min_a - request.base_a
        if request.max_a < request.min_a - _TINY:
            continue
        if missing_a <= 0 or pool.takes(key, missing_a):
            levels[key] = max(request.base_a, request.min_a)
    for priority in sorted(
        {request.priority for request in requests.values()}, reverse=True
    ):
        rising = {
            key
            for key, request in requests.items()
            if request.priority == priority
            and request.min_a - _TINY <= levels[key] < request.max_a
        }
        _fill(levels, rising, requests, pool)
    return levels


class _Pool:
    """Remaining headroom of all shares, and the requests that are taking it."""

    def __init__(self, shares: Sequence[SharedHeadroom]) -> None:
        self._headroom = [share.headroom for share in shares]
        self._rates = [0.0 for _ in shares]
        self._takers: list[set[str]] = [set() for _ in shares]
        self._shares: dict[str, list[tuple[int, float]]] = {}
        for number, share in enumerate(shares):
            for key, weight in share.weights.items():
                self._shares.setdefault(key, []).append((number, weight))

    def takes(self, key: str, amperes: float) -> bool:
        """Take headroom for one request if all its shares have it; return True if they had."""
        shares = self._shares.get(key, ())
        if any(
            self._headroom[number] < weight * amperes - _TINY
            for number, weight in shares
        ):
            return False
        for number, weight in shares:
            self._headroom[number] -= weight * amperes
        return True

    def join(self, key: str) -> None:
        """Make a request take from its shares from now on."""
        for number, weight in self._shares.get(key, ()):
            self._takers[number].add(key)
            self._rates[number] += weight

    def leave(self, key: str) -> None:
        """Make a request take no more."""
        for number, weight in self._shares.get(key, ()):
            takers = self._takers[number]
            takers.discard(key)
            self._rates[number] = self._rates[number] - weight if takers else 0.0

    def rise(self, max_a: float) -> float:
        """Give the same current to all takers as far as there is headroom, and return it."""
        taken = [number for number, takers in enumerate(self._takers) if takers]
        amperes = max_a
        for number in taken:
            amperes = min(
                amperes, max(0.0, self._headroom[number]) / self._rates[number]
            )
        for number in taken:
            self._headroom[number] -= self._rates[number] * amperes
        return amperes

    @property
    def exhausted(self) -> set[str]:
        """Takers under a share without headroom."""
        return {
            key
            for number, takers in enumerate(self._takers)
            if takers and self._headroom[number] <= _TINY * self._rates[number]
            for key in takers
        }


def _fill(
    levels: dict[str, float],
    rising: Iterable[str],
    requests: Mapping[str, CurrentRequest],
    pool: _Pool,
) -> None:
    """Raise the lowest levels first, all at the same pace, until no request can use or get any more."""
    waiting = sorted(rising, key=lambda key: levels[key], reverse=True)
    leaving: list[tuple[float, str]] = []
    active = set[str]()
    level_a = 0.0
    while waiting or active:
        if not active:
            level_a = levels[waiting[-1]]
        while waiting and levels[waiting[-1]] <= level_a + _ABOUT_A:
            key = waiting.pop()
            active.add(key)
            pool.join(key)
            heapq.heappush(leaving, (requests[key].max_a, key))
        next_a = min(leaving[0][0], levels[waiting[-1]] if waiting else math.inf)
        level_a += pool.rise(max(0.0, next_a - level_a))
        done = pool.exhausted
        while leaving and (leaving[0][1] in done or leaving[0][0] <= level_a + _TINY):
            done.add(heapq.heappop(leaving)[1])
        for key in done & active:
            levels[key] = max(levels[key], min(level_a, requests[key].max_a))
            pool.leave(key)
        active -= done
        while leaving and leaving[0][1] not in active:
            heapq.heappop(leaving)
