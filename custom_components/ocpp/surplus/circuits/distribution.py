"""Who gets how much when circuits are short: cuts at once, raises when certain, and fair division in between.

All currents here are what cars draw on each of their phases, not what they are offered.
"""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
import math

from ..cars.response import drawn_a
from .division import Claim, Share, allot
from .headroom import Bound, BoundKey
from .loads import Consumer
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

type Draws = dict[str, float]


@dataclass(frozen=True, slots=True)
class Scene:
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

    consumers: Mapping[str, Consumer]
    bounds: Sequence[Bound]
    others: Mapping[BoundKey, float]
    others_at_start: Mapping[BoundKey, float]
    late: AbstractSet[str]
    ranks: Mapping[str, Rank]
    pausing: AbstractSet[str]
    now_s: float

    def claim(self, key: str, most_a: float, base_a: float = 0.0) -> Claim:
        """Return what a charger asks for."""
        consumer = self.consumers[key]
        return Claim(
            least_a=consumer.least_a,
            most_a=most_a,
            base_a=base_a,
            priority=consumer.priority,
            rank=self.ranks[key],
        )

    def reach_a(self, key: str, draw_a: float) -> float:
        """Return how far a car may be raised at once: by a step once it has answered the last one."""
        car = self.consumers[key].car
        if draw_a <= 0 or not car.commands:
            return math.inf
        answers = self.now_s - car.commands[-1].at_s < min(
            car.response_s, MOST_ANSWER_S
        )
        return draw_a if answers else draw_a + MOST_RAISE_A

    def room(self, bound: Bound, draws: Mapping[str, float]) -> float:
        """Return how much certainly is left if cars draw so much."""
        flow = bound.flow
        certain = sum(weight * draws[key] for key, weight in flow.weights.items())
        doubtful = sum(
            max(0.0, draws[key] - before_a.low)
            for key, before_a in flow.doubtful.items()
        )
        return bound.target - self.others[bound.key] - certain - doubtful

    def rise_at_start(self, bound: Bound) -> float:
        """Return how much more room there must be for a car to start."""
        return self.others_at_start[bound.key] - self.others[bound.key]


def cut(scene: Scene) -> Draws:
    """Return what cars may draw of what they draw now, so that nothing carries too much."""
    draws = {
        key: consumer.draw_a(min(consumer.wish_a, consumer.car.offered_a))
        for key, consumer in scene.consumers.items()
    }
    unheeded_a = {
        key: more_a
        for key, consumer in scene.consumers.items()
        if (more_a := consumer.unheeded_a)
    }
    short: list[Share] = []
    for bound in scene.bounds:
        flow = bound.flow
        certain = sum(
            weight * (draws[key] + unheeded_a.get(key, 0.0))
            for key, weight in flow.weights.items()
        )
        excess = bound.likely + certain - bound.most
        if excess > TINY:
            for key in unheeded_a.keys() & flow.weights.keys():
                # Who does not heed a small limit may heed a smaller one, and a pause most likely.
                draws[key] -= excess / flow.weights[key]
            short.append(Share(_left(scene, bound), flow.weights))
            over_target = excess + bound.most - bound.target
            for key, before_a in flow.doubtful.items():
                draws[key] = min(draws[key], before_a.likely - over_target)
    for key, draw_a in draws.items():
        if draw_a < scene.consumers[key].least_a - TINY:
            draws[key] = 0.0
    touched = {key for share in short for key in share.weights}
    return draws | allot({key: scene.claim(key, draws[key]) for key in touched}, short)


def _left(scene: Scene, bound: Bound) -> float:
    """Return what is left for cars beside others when a bound is exceeded.

    That is enough for their least currents where only cars that have not followed the last cut yet may be to blame.
    """
    plausible, weights = bound.flow.others.likely, bound.flow.weights
    least = sum(
        weight * scene.consumers[key].least_a for key, weight in weights.items()
    )
    return max(bound.target - bound.likely, min(bound.target - plausible, least))


def raised(scene: Scene, draws: Draws, shares_a: Mapping[str, float]) -> Draws:
    """Return what cars may draw where there certainly is room for more, within their shares.

    What a car has been told already counts, and so does what it may still be drawing until it answers.
    """
    wanting = {}
    for key, consumer in scene.consumers.items():
        most_a = consumer.draw_a(consumer.wish_a)
        most_a = min(
            most_a, shares_a.get(key, math.inf), scene.reach_a(key, draws[key])
        )
        if most_a > draws[key] + TINY and key not in scene.pausing:
            wanting[key] = most_a
    if not wanting:
        return draws
    held = {
        key: max(draw_a, drawn_a(scene.consumers[key].car, scene.now_s).high)
        for key, draw_a in draws.items()
    }
    shares: list[Share] = []
    for bound in scene.bounds:
        weights = bound.flow.possible_weights
        if wanting.keys().isdisjoint(weights):
            continue
        room = scene.room(bound, held)
        late = bound.key.circuit in scene.late
        at_start = room - scene.rise_at_start(bound)
        for key, weight in weights.items():
            missing = weight * (scene.consumers[key].least_a - held[key])
            if late or room <= TINY or (draws[key] == 0 and at_start < missing - TINY):
                wanting.pop(key, None)
        shares.append(Share(room, weights))
    claims = {
        key: scene.claim(key, most_a, held[key]) for key, most_a in wanting.items()
    }
    levels = allot(claims, shares)
    return draws | {
        key: level_a
        for key, held_a in levels.items()
        if (level_a := min(held_a, wanting[key])) > draws[key]
        and level_a >= scene.consumers[key].least_a - TINY
        and level_a >= min(draws[key] + LEAST_RAISE_A, wanting[key] - TINY)
    }


def fair_shares(scene: Scene, draws: Mapping[str, float]) -> Draws:
    """Return what each may draw so that nobody has more than others who want more; nothing where nobody gains by it.

    Those who have more are cut first, the others raised once these have followed.
    """
    wishes = {
        key: consumer.draw_a(min(consumer.wish_a, consumer.useful_a))
        for key, consumer in scene.consumers.items()
    }
    if all(wishes[key] < draws[key] + LEAST_GAIN_A for key in draws):
        return {}
    claims = {key: scene.claim(key, wish_a) for key, wish_a in wishes.items()}
    shares = []
    for bound in scene.bounds:
        drawn_a = sum(before_a.low for before_a in bound.flow.doubtful.values())
        room = bound.target - scene.others[bound.key] + drawn_a
        shares.append(Share(room, bound.flow.possible_weights))
    fair = allot(claims, shares)
    gains = any(fair[key] >= draws[key] + LEAST_GAIN_A for key in draws)
    return fair if gains else {}
