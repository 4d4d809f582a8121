"""Distribution of scarce current: immediate cuts, raises once there certainly is headroom, and fair shares.

All currents are the cars' draw on each of their phases, not the limits that they are offered.
"""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
import math

from ..cars.response import drawn_a
from .division import CurrentRequest, SharedHeadroom, divide
from .headroom import Bound, BoundKey
from .loads import ControllableLoad
from .rotation import Rank

MIN_RAISE_A = 0.5
"""Smallest raise worth a message, unless it fulfills a request."""
MIN_GAIN_A = 1.0
"""Least gain of a car for which others are cut."""
MAX_RAISE_A = 4.0
"""Greatest raise in one step: until the car has responded, other loads that rise are mistaken for it."""
MAX_ANSWER_S = 8.0
"""Response time after which a car is raised further even if it has not responded."""
TINY = 1e-6

type Currents = dict[str, float]


@dataclass(frozen=True, slots=True)
class DistributionContext:
    """Loads, bounds and order of a distribution.

    Attributes:
        loads: the controllable chargers on limited circuits.
        bounds: all bounds on them.
        others: the most that other loads must be expected to draw under each bound.
        others_at_start: the same for paused cars, over a longer time.
        late: the circuits whose meters are overdue.
        ranks: order in which the chargers are served.
        pausing: the chargers that have only just been paused.
        now_s: the present instant.
    """

    loads: Mapping[str, ControllableLoad]
    bounds: Sequence[Bound]
    others: Mapping[BoundKey, float]
    others_at_start: Mapping[BoundKey, float]
    late: AbstractSet[str]
    ranks: Mapping[str, Rank]
    pausing: AbstractSet[str]
    now_s: float

    def request(self, key: str, max_a: float, base_a: float = 0.0) -> CurrentRequest:
        """Return the current request of a charger."""
        load = self.loads[key]
        return CurrentRequest(
            min_a=load.min_a,
            max_a=max_a,
            base_a=base_a,
            priority=load.priority,
            rank=self.ranks[key],
        )

    def reach_a(self, key: str, draw_a: float) -> float:
        """Return the draw to which a car may be raised at once: one step higher once it has responded to the last one."""
        car = self.loads[key].car
        if draw_a <= 0 or not car.commands:
            return math.inf
        answers = self.now_s - car.commands[-1].at_s < min(car.response_s, MAX_ANSWER_S)
        return draw_a if answers else draw_a + MAX_RAISE_A

    def headroom(self, bound: Bound, draws_a: Mapping[str, float]) -> float:
        """Return the certain headroom under a bound at a draw of the cars."""
        flow = bound.flow
        certain = sum(weight * draws_a[key] for key, weight in flow.weights.items())
        doubtful = sum(
            max(0.0, draws_a[key] - before_a.low)
            for key, before_a in flow.doubtful.items()
        )
        return bound.target - self.others[bound.key] - certain - doubtful

    def rise_at_start(self, bound: Bound) -> float:
        """Return the additional headroom that a car needs to start."""
        return self.others_at_start[bound.key] - self.others[bound.key]


def cut(context: DistributionContext) -> Currents:
    """Return the draw of the cars, reduced so that no bound is exceeded."""
    draws_a = {
        key: load.draw_a(min(load.requested_a, load.car.offered_a))
        for key, load in context.loads.items()
    }
    excess_a = {
        key: more_a for key, load in context.loads.items() if (more_a := load.excess_a)
    }
    short: list[SharedHeadroom] = []
    for bound in context.bounds:
        flow = bound.flow
        certain = sum(
            weight * (draws_a[key] + excess_a.get(key, 0.0))
            for key, weight in flow.weights.items()
        )
        excess = bound.likely + certain - bound.limit
        if excess > TINY:
            for key in excess_a.keys() & flow.weights.keys():
                # A car that ignores a limit may follow a lower one, and most likely a pause.
                draws_a[key] -= excess / flow.weights[key]
            short.append(SharedHeadroom(_left(context, bound), flow.weights))
            over_target = excess + bound.limit - bound.target
            for key, before_a in flow.doubtful.items():
                draws_a[key] = min(draws_a[key], before_a.likely - over_target)
    for key, draw_a in draws_a.items():
        if draw_a < context.loads[key].min_a - TINY:
            draws_a[key] = 0.0
    touched = {key for share in short for key in share.weights}
    return draws_a | divide(
        {key: context.request(key, draws_a[key]) for key in touched}, short
    )


def _left(context: DistributionContext, bound: Bound) -> float:
    """Return the share of the cars under an exceeded bound.

    It suffices for their minimum currents if only cars that have not yet followed the last cut may be to blame.
    """
    plausible, weights = bound.flow.others.likely, bound.flow.weights
    least = sum(weight * context.loads[key].min_a for key, weight in weights.items())
    return max(bound.target - bound.likely, min(bound.target - plausible, least))


def raised(
    context: DistributionContext, draws_a: Currents, shares_a: Mapping[str, float]
) -> Currents:
    """Return the draw of the cars, raised where there certainly is headroom, within their shares.

    Limits that a car has not followed yet count as drawn, and so does what it may still draw until it has responded.
    """
    targets_a = _targets_a(context, draws_a, shares_a)
    if not targets_a:
        return draws_a
    held = {
        key: max(draw_a, drawn_a(context.loads[key].car, context.now_s).high)
        for key, draw_a in draws_a.items()
    }
    targets_a, shares = _with_headroom(context, draws_a, held, targets_a)
    requests = {
        key: context.request(key, max_a, held[key]) for key, max_a in targets_a.items()
    }
    levels = {
        key: min(held_a, targets_a[key])
        for key, held_a in divide(requests, shares).items()
    }
    return draws_a | {
        key: level_a
        for key, level_a in levels.items()
        if level_a > draws_a[key]
        and level_a >= context.loads[key].min_a - TINY
        and level_a >= min(draws_a[key] + MIN_RAISE_A, targets_a[key] - TINY)
    }


def _targets_a(
    context: DistributionContext, draws_a: Currents, shares_a: Mapping[str, float]
) -> Currents:
    """Return the draw to which each car should rise, as far as it may be raised at once."""
    targets_a = {}
    for key, load in context.loads.items():
        max_a = min(
            load.draw_a(load.requested_a),
            shares_a.get(key, math.inf),
            context.reach_a(key, draws_a[key]),
        )
        if max_a > draws_a[key] + TINY and key not in context.pausing:
            targets_a[key] = max_a
    return targets_a


def _with_headroom(
    context: DistributionContext, draws_a: Currents, held: Currents, targets_a: Currents
) -> tuple[Currents, list[SharedHeadroom]]:
    """Return the targets of the cars that have headroom under all their bounds, and that headroom."""
    targets_a = dict(targets_a)
    shares: list[SharedHeadroom] = []
    for bound in context.bounds:
        weights = bound.flow.possible_weights
        if targets_a.keys().isdisjoint(weights):
            continue
        headroom = context.headroom(bound, held)
        at_start = headroom - context.rise_at_start(bound)
        closed = bound.key.circuit in context.late or headroom <= TINY
        for key, weight in weights.items():
            missing = weight * (context.loads[key].min_a - held[key])
            if closed or (draws_a[key] == 0 and at_start < missing - TINY):
                targets_a.pop(key, None)
        shares.append(SharedHeadroom(headroom, weights))
    return targets_a, shares


def fair_shares(context: DistributionContext, draws_a: Mapping[str, float]) -> Currents:
    """Return shares such that no car has more than others that request more; nothing if that gains nothing.

    Cars above their shares are cut first; the others are raised once these have followed.
    """
    requested_a = {
        key: load.draw_a(min(load.requested_a, load.useful_a))
        for key, load in context.loads.items()
    }
    if all(requested_a[key] < draws_a[key] + MIN_GAIN_A for key in draws_a):
        return {}
    requests = {key: context.request(key, max_a) for key, max_a in requested_a.items()}
    shares = []
    for bound in context.bounds:
        drawn_a = sum(before_a.low for before_a in bound.flow.doubtful.values())
        headroom = bound.target - context.others[bound.key] + drawn_a
        shares.append(SharedHeadroom(headroom, bound.flow.possible_weights))
    fair = divide(requests, shares)
    gains = any(fair[key] >= draws_a[key] + MIN_GAIN_A for key in draws_a)
    return fair if gains else {}
