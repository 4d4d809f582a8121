"""Sharing of the power among all cars that charge.

Each car gets its minimum, then the rest is spread: fairly, or to each in order as much as it can use. A change of the sun is
answered by as few chargers as possible, those furthest from their shares.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
import math

from ..model import Estimate, Sharing

BAND_W, MAX_BAND_W = 250.0, 4000.0
"""Tolerance band around a car's share in which its limit stays, per other car and at most. More saves messages, half of them
at a car park. Momentary unfairness evens out, since the car furthest from its share changes first."""
SPACING_S = 5.0
"""Rate limit of a charger's limits while other chargers can answer the sun."""
RAISE_INTERVAL_S = 5.0
CUT_INTERVAL_S = 2.0
"""The same for the cuts of a single charger, which has no others to answer a cloud."""
CALM_S = 60.0
"""Time without any change after which shares are evened out."""


@dataclass(frozen=True, slots=True)
class PowerRequest:
    """Power request of a car that charges.

    Attributes:
        key: key of the charger.
        rank: priority; higher ones are served first.
        min_w: power at the minimum.
        max_w: the most that it can draw.
        present_w: power that it is expected to draw at its present limit.
        weight: weight within its rank.
        idle_s: time since its limit changed.
    """

    key: str
    rank: int
    min_w: float
    max_w: float
    present_w: float
    weight: float = 1.0
    idle_s: float = math.inf


def shares(
    total_w: float, requests: Sequence[PowerRequest], sharing: Sharing
) -> dict[str, float]:
    """Return the power of each request, in the order in which they are served.

    It may exceed the most that a car can draw if there is more than all can use.
    """
    result: dict[str, float] = {}
    left_w = total_w - sum(request.min_w for request in requests)
    for group in _groups(requests, sharing):
        min_w = sum(request.min_w for request in group)
        level_w = _water_level(min_w + max(0.0, left_w), group)
        for request in group:
            share_w = max(request.min_w, level_w * request.weight)
            result[request.key] = share_w
            left_w -= min(request.max_w, share_w) - request.min_w
    return result


def _groups(
    requests: Sequence[PowerRequest], sharing: Sharing
) -> Iterable[Sequence[PowerRequest]]:
    if sharing is Sharing.STRICT:
        return ([request] for request in requests)
    return (
        list(group) for _, group in groupby(requests, key=lambda request: request.rank)
    )


def _water_level(total_w: float, requests: Sequence[PowerRequest]) -> float:
    """Return the power of a request of weight 1 when all are filled alike within their ranges."""
    edges = sorted(
        [(request.min_w / request.weight, request.weight) for request in requests]
        + [(request.max_w / request.weight, -request.weight) for request in requests]
    )
    left_w = total_w - sum(request.min_w for request in requests)
    level_w, weight = 0.0, 0.0
    for edge_w, change in edges:
        rise_w = weight * (edge_w - level_w)
        if rise_w > left_w:
            return level_w + left_w / weight
        left_w -= rise_w
        level_w, weight = edge_w, weight + change
    return level_w + left_w / sum(request.weight for request in requests)


def moves(
    total_w: Estimate, requests: Sequence[PowerRequest], sharing: Sharing
) -> dict[str, float]:
    """Return the power of each car whose limit should change.

    Cars are raised by what is certainly available, and cut once it is certainly too much. So samples count that were taken while
    cars had not followed yet: if both extremes of what they may have drawn say the same, the nearer one is aimed at.
    """
    present_w = sum(request.present_w for request in requests)
    band_w = 0.0
    if sharing is Sharing.FAIR:
        band_w = min(MAX_BAND_W, BAND_W * (len(requests) - 1))
    calm = len(requests) > 1 and all(request.idle_s >= CALM_S for request in requests)
    if calm and abs(total_w.likely - present_w) <= SETTLED_W:
        # Less than a step is missing: what is certain would keep cars from being evened out for ever.
        return _evened(requests, shares(total_w.likely, requests, sharing))
    if total_w.low > present_w:
        share_w = shares(total_w.low, requests, sharing)
        return _raised(total_w.low - present_w, requests, share_w, band_w)
    if total_w.high < present_w:
        share_w = shares(total_w.high, requests, sharing)
        return _cut(present_w - total_w.high, requests, share_w, band_w)
    if calm:
        return _evened(requests, shares(total_w.likely, requests, sharing))
    return {}


def _raised(
    missing_w: float,
    requests: Sequence[PowerRequest],
    share_w: dict[str, float],
    band_w: float,
) -> dict[str, float]:
    spacing_s = SPACING_S if len(requests) > 1 else RAISE_INTERVAL_S
    raised: dict[str, float] = {}
    for request in sorted(
        requests, key=lambda request: request.present_w - share_w[request.key]
    ):
        if missing_w <= 0:
            break
        max_w = min(request.max_w, share_w[request.key] + band_w)
        rise_w = min(missing_w, max_w - request.present_w)
        if rise_w > 0 and request.idle_s >= spacing_s:
            missing_w -= rise_w
            raised[request.key] = request.present_w + rise_w
            if raised[request.key] >= request.max_w:
                # The car may be able to draw more than it used to.
                raised[request.key] = max(request.max_w, share_w[request.key])
    return raised


def _cut(
    excess_w: float,
    requests: Sequence[PowerRequest],
    share_w: dict[str, float],
    band_w: float,
) -> dict[str, float]:
    spacing_s = SPACING_S if len(requests) > 1 else CUT_INTERVAL_S
    cut: dict[str, float] = {}
    for request in sorted(
        requests, key=lambda request: share_w[request.key] - request.present_w
    ):
        if excess_w <= 0:
            break
        min_w = max(request.min_w, share_w[request.key] - band_w)
        fall_w = min(excess_w, request.present_w - min_w)
        if fall_w > 0 and request.idle_s >= spacing_s:
            excess_w -= fall_w
            cut[request.key] = request.present_w - fall_w
    return cut


def _evened(
    requests: Sequence[PowerRequest], share_w: dict[str, float]
) -> dict[str, float]:
    """Bring the two cars furthest from their shares closer to them."""
    by_excess = sorted(
        requests, key=lambda request: request.present_w - share_w[request.key]
    )
    under, over = by_excess[0], by_excess[-1]
    amount_w = min(
        over.present_w - share_w[over.key],
        min(share_w[under.key], under.max_w) - under.present_w,
    )
    if amount_w <= 0:
        return {}
    return {
        over.key: over.present_w - amount_w,
        under.key: under.present_w + amount_w,
    }


SETTLED_W = 25.0
"""Difference from the available power that is less than a step."""
