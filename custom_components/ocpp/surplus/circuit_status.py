"""How circuits fare, and what keeps chargers from more, for the owner to see."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass
import math

from .circuits import Limiting
from .headroom import BoundKey, Branch
from .rationing import TINY, Scene


@dataclass(frozen=True, slots=True)
class CircuitStatus:
    """How a circuit fares.

    Attributes:
        current_a: what each phase carries; None where that is not measured.
        headroom_a: how much more its most loaded phase could certainly carry.
        limiting: what keeps a car from having what it wants; None where nothing does.
        overloaded: whether a phase carries more than its fuse is made for.
        meter_dead: whether its meter has fallen silent.
    """

    current_a: tuple[float, ...] | None
    headroom_a: float
    limiting: Limiting | None = None
    overloaded: bool = False
    meter_dead: bool = False


def limited_by(scene: Scene, draws_a: Mapping[str, float]) -> dict[str, BoundKey]:
    """Return what keeps chargers from what they wish: the bound that leaves them the least."""
    short = {
        key
        for key, consumer in scene.consumers.items()
        if draws_a[key] < consumer.draw_a(consumer.wish_a) - TINY
    }
    tightest: dict[str, tuple[float, BoundKey]] = {}
    for bound in scene.bounds if short else ():
        room = scene.room(bound, draws_a)
        for key, weight in bound.flow.possible_weights.items():
            if key in short and (
                key not in tightest or room / weight < tightest[key][0]
            ):
                tightest[key] = room / weight, bound.key
    return {key: bound for key, (_, bound) in tightest.items()}


def status(
    branch: Branch,
    scene: Scene,
    draws_a: Mapping[str, float],
    limiting: Mapping[str, BoundKey],
    dead: AbstractSet[str],
) -> CircuitStatus:
    """Return how a circuit fares."""
    own = [key.limiting for key in limiting.values() if key.circuit == branch.name]
    current_a = None if branch.reading is None else branch.reading.current_a
    rooms_a = [
        scene.room(bound, draws_a)
        for bound in scene.bounds
        if bound.key.circuit == branch.name and bound.key.limiting is Limiting.FUSE
    ]
    return CircuitStatus(
        current_a,
        min(rooms_a, default=math.inf),
        own[0] if own else None,
        current_a is not None and max(current_a) > branch.circuit.fuse_a,
        branch.name in dead,
    )
