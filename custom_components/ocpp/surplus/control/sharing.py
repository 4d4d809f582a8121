"""Who gets how much: all cars that charge share what is there, in one pass.

First everybody has the least, then what is left is spread: in fair shares, or to each in turn as much as it can use. A
change of the sun is answered by as few chargers as will do; those move that are furthest from their shares.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
import math

from ..model import Estimate, Sharing

BAND_W, MOST_BAND_W = 250.0, 4000.0
"""How far from its share a car may be so that others need no new limit: so much for each other car, and at most. More saves
messages; at a car park half of them. What is unfair for a moment evens out, since who is furthest off moves first."""
SPACING_S = 5.0
"""How long a charger is left alone after a new limit while others can answer the sun."""
RAISE_INTERVAL_S = 5.0
CUT_INTERVAL_S = 2.0
"""The same for a charger that is alone. It has no others to answer for it, least of all to answer a cloud."""
CALM_S = 60.0
"""Once nobody was told anything for so long, shares are evened out."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A car that charges: what it can draw, and what it is expected to draw as it is.

    Claims of the same `rank` share in proportion to their `weight`; the higher rank is served first. `idle_s` ago its
    charger was told its limit.
    """

    key: str
    rank: int
    least_w: float
    most_w: float
    present_w: float
    weight: float = 1.0
    idle_s: float = math.inf


def shares(
    total_w: float, claims: Sequence[Claim], sharing: Sharing
) -> dict[str, float]:
    """Return the power that each car should be given; claims come in the order in which they are served.

    That is more than a car can draw where there is more than all can use.
    """
    result: dict[str, float] = {}
    left_w = total_w - sum(claim.least_w for claim in claims)
    for group in _groups(claims, sharing):
        least_w = sum(claim.least_w for claim in group)
        level_w = _water_level(least_w + max(0.0, left_w), group)
        for claim in group:
            share_w = max(claim.least_w, level_w * claim.weight)
            result[claim.key] = share_w
            left_w -= min(claim.most_w, share_w) - claim.least_w
    return result


def _groups(claims: Sequence[Claim], sharing: Sharing) -> Iterable[Sequence[Claim]]:
    if sharing is Sharing.STRICT:
        return ([claim] for claim in claims)
    return (list(group) for _, group in groupby(claims, key=lambda claim: claim.rank))


def _water_level(total_w: float, claims: Sequence[Claim]) -> float:
    """Return what a claim of weight 1 gets when all are filled up alike, each within what it can draw."""
    edges = sorted(
        [(claim.least_w / claim.weight, claim.weight) for claim in claims]
        + [(claim.most_w / claim.weight, -claim.weight) for claim in claims]
    )
    left_w = total_w - sum(claim.least_w for claim in claims)
    level_w, weight = 0.0, 0.0
    for edge_w, change in edges:
        rise_w = weight * (edge_w - level_w)
        if rise_w > left_w:
            return level_w + left_w / weight
        left_w -= rise_w
        level_w, weight = edge_w, weight + change
    return level_w + left_w / sum(claim.weight for claim in claims)


def moves(
    total_w: Estimate, claims: Sequence[Claim], sharing: Sharing
) -> dict[str, float]:
    """Return the power to give to each car whose limit should change.

    Raised is what is certainly there, and cut as soon as it is certainly too much.
    """
    present_w = sum(claim.present_w for claim in claims)
    band_w = 0.0
    if sharing is Sharing.FAIR:
        band_w = min(MOST_BAND_W, BAND_W * (len(claims) - 1))
    if total_w.low > present_w:
        share_w = shares(total_w.low, claims, sharing)
        return _raised(total_w.low - present_w, claims, share_w, band_w)
    if total_w.high < present_w:
        share_w = shares(total_w.high, claims, sharing)
        return _cut(present_w - total_w.high, claims, share_w, band_w)
    if len(claims) > 1 and all(claim.idle_s >= CALM_S for claim in claims):
        return _evened(claims, shares(total_w.likely, claims, sharing))
    return {}


def _raised(
    missing_w: float,
    claims: Sequence[Claim],
    share_w: dict[str, float],
    band_w: float,
) -> dict[str, float]:
    spacing_s = SPACING_S if len(claims) > 1 else RAISE_INTERVAL_S
    raised: dict[str, float] = {}
    for claim in sorted(claims, key=lambda claim: claim.present_w - share_w[claim.key]):
        if missing_w <= 0:
            break
        most_w = min(claim.most_w, share_w[claim.key] + band_w)
        rise_w = min(missing_w, most_w - claim.present_w)
        if rise_w > 0 and claim.idle_s >= spacing_s:
            missing_w -= rise_w
            raised[claim.key] = claim.present_w + rise_w
            if raised[claim.key] >= claim.most_w:
                # It may show that it can draw more than it used to.
                raised[claim.key] = max(claim.most_w, share_w[claim.key])
    return raised


def _cut(
    excess_w: float,
    claims: Sequence[Claim],
    share_w: dict[str, float],
    band_w: float,
) -> dict[str, float]:
    spacing_s = SPACING_S if len(claims) > 1 else CUT_INTERVAL_S
    cut: dict[str, float] = {}
    for claim in sorted(claims, key=lambda claim: share_w[claim.key] - claim.present_w):
        if excess_w <= 0:
            break
        least_w = max(claim.least_w, share_w[claim.key] - band_w)
        fall_w = min(excess_w, claim.present_w - least_w)
        if fall_w > 0 and claim.idle_s >= spacing_s:
            excess_w -= fall_w
            cut[claim.key] = claim.present_w - fall_w
    return cut


def _evened(claims: Sequence[Claim], share_w: dict[str, float]) -> dict[str, float]:
    """Bring the two that are furthest from their shares closer to them."""
    by_excess = sorted(claims, key=lambda claim: claim.present_w - share_w[claim.key])
    under, over = by_excess[0], by_excess[-1]
    amount_w = min(
        over.present_w - share_w[over.key],
        min(share_w[under.key], under.most_w) - under.present_w,
    )
    if amount_w <= 0:
        return {}
    return {
        over.key: over.present_w - amount_w,
        under.key: under.present_w + amount_w,
    }
