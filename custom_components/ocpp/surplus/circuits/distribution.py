"""Who gets how much when circuits are short: cuts at once, raises when certain, and fair division in between.

All currents here are what cars draw on each of their phases, not what they are offered.
"""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
import math

from ..cars.response import drawn_a
from .division import CurrentRequest, SharedHeadroom, divide
from .headroom import Bound, BoundKey
from .loads import ControllableLoad
from .rotation import Rank

LEAST_RAISE_A = 0.5
"""Smaller raises are not worth a message, unless they fulfil a wish."""
LEAST_GAIN_A = 1.0
"""What somebody must gain by it before others are cut."""
MOST_RAISE_A = 4.0
"""How much a car is raised at once: while it answers, others who draw more meanwhile are mistaken for it."""
MOST_ANSWER_S = 8.0
"""A car that needs longer to answer than this is raised again nevertheless."""
TINY = 1e-6

type Currents = dict[str, float]


@dataclass(frozen=True, slots=True)
class DistributionContext:
    """What is divided among whom.

    Attributes:
        consumers: the chargers that do as they are told, and whose circuits are limited.
        bounds: all that limits them.
        others: the most that everybody else must be expected to draw under each bound.
        others_at_start: the same for cars that are paused; it looks further back.
        late: the circuits whose meters have not reported when they should have.
        ranks: who is served first.
        pausing: who has been cut off only just now.
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

    def request(self, key: str, most_a: float, base_a: float = 0.0) -> CurrentRequest:
        """Return what a charger asks for."""
        load = self.loads[key]
        return CurrentRequest(
            least_a=load.least_a,
            most_a=most_a,
            base_a=base_a,
            priority=load.priority,
            rank=self.ranks[key],
        )

    def reach_a(self, key: str, draw_a: float) -> float:
        """Return how far a car may be raised at once: by a step once it has answered the last one."""
        car = self.loads[key].car
        if draw_a <= 0 or not car.commands:
            return math.inf
        answers = self.now_s - car.commands[-1].at_s < min(
            car.response_s, MOST_ANSWER_S
        )
        return draw_a if answers else draw_a + MOST_RAISE_A

    def headroom(self, bound: Bound, draws_a: Mapping[str, float]) -> float:
        """Return how much certainly is left if cars draw so much."""
        flow = bound.flow
        certain = sum(weight * draws_a[key] for key, weight in flow.weights.items())
        doubtful = sum(
            max(0.0, draws_a[key] - before_a.low)
            for key, before_a in flow.doubtful.items()
        )
        return bound.target - self.others[bound.key] - certain - doubtful

    def rise_at_start(self, bound: Bound) -> float:
        """Return how much more room there must be for a car to start."""
        return self.others_at_start[bound.key] - self.others[bound.key]


def cut(context: DistributionContext) -> Currents:
    """Return what cars may draw of what they draw now, so that nothing carries too much."""
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
        excess = bound.likely + certain - bound.most
        if excess > TINY:
            for key in excess_a.keys() & flow.weights.keys():
                # Who does not heed a small limit may heed a smaller one, and a pause most likely.
                draws_a[key] -= excess / flow.weights[key]
            short.append(SharedHeadroom(_left(context, bound), flow.weights))
            over_target = excess + bound.most - bound.target
            for key, before_a in flow.doubtful.items():
                draws_a[key] = min(draws_a[key], before_a.likely - over_target)
    for key, draw_a in draws_a.items():
        if draw_a < context.loads[key].least_a - TINY:
            draws_a[key] = 0.0
    touched = {key for share in short for key in share.weights}
    return draws_a | divide(
        {key: context.request(key, draws_a[key]) for key in touched}, short
    )


def _left(context: DistributionContext, bound: Bound) -> float:
    """Return what is left for cars beside others when a bound is exceeded.

    That is enough for their least currents where only cars that have not followed the last cut yet may be to blame.
    """
    plausible, weights = bound.flow.others.likely, bound.flow.weights
    least = sum(weight * context.loads[key].least_a for key, weight in weights.items())
    return max(bound.target - bound.likely, min(bound.target - plausible, least))


def raised(
    context: DistributionContext, draws_a: Currents, shares_a: Mapping[str, float]
) -> Currents:
    """Return what cars may draw where there certainly is room for more, within their shares.

    What a car has been told already counts, and so does what it may still be drawing until it answers.
    """
    rising = {}
    for key, load in context.loads.items():
        most_a = load.draw_a(load.requested_a)
        most_a = min(
            most_a, shares_a.get(key, math.inf), context.reach_a(key, draws_a[key])
        )
        if most_a > draws_a[key] + TINY and key not in context.pausing:
            rising[key] = most_a
    if not rising:
        return draws_a
    held = {
        key: max(draw_a, drawn_a(context.loads[key].car, context.now_s).high)
        for key, draw_a in draws_a.items()
    }
    shares: list[SharedHeadroom] = []
    for bound in context.bounds:
        weights = bound.flow.possible_weights
        if rising.keys().isdisjoint(weights):
            continue
        headroom = context.headroom(bound, held)
        late = bound.key.circuit in context.late
        at_start = headroom - context.rise_at_start(bound)
        for key, weight in weights.items():
            missing = weight * (context.loads[key].least_a - held[key])
            if (
                late
                or headroom <= TINY
                or (draws_a[key] == 0 and at_start < missing - TINY)
            ):
                rising.pop(key, None)
        shares.append(SharedHeadroom(headroom, weights))
    requests = {
        key: context.request(key, most_a, held[key]) for key, most_a in rising.items()
    }
    levels = divide(requests, shares)
    return draws_a | {
        key: level_a
        for key, held_a in levels.items()
        if (level_a := min(held_a, rising[key])) > draws_a[key]
        and level_a >= context.loads[key].least_a - TINY
        and level_a >= min(draws_a[key] + LEAST_RAISE_A, rising[key] - TINY)
    }


def fair_shares(context: DistributionContext, draws_a: Mapping[str, float]) -> Currents:
    """Return what each may draw so that nobody has more than others who want more; nothing where nobody gains by it.

    Those who have more are cut first, the others raised once these have followed.
    """
    requested_a = {
        key: load.draw_a(min(load.requested_a, load.useful_a))
        for key, load in context.loads.items()
    }
    if all(requested_a[key] < draws_a[key] + LEAST_GAIN_A for key in draws_a):
        return {}
    requests = {
        key: context.request(key, most_a) for key, most_a in requested_a.items()
    }
    shares = []
    for bound in context.bounds:
        drawn_a = sum(before_a.low for before_a in bound.flow.doubtful.values())
        headroom = bound.target - context.others[bound.key] + drawn_a
        shares.append(SharedHeadroom(headroom, bound.flow.possible_weights))
    fair = divide(requests, shares)
    gains = any(fair[key] >= draws_a[key] + LEAST_GAIN_A for key in draws_a)
    return fair if gains else {}
