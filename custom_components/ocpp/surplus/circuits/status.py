"""Status of circuits, and the limiting factors of chargers, for the owner."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass
import math

from .branches import Branch
from .circuits import Limiting
from .distribution import TINY, DistributionContext
from .headroom import BoundKey
from .loads import ControllableLoad


@dataclass(frozen=True, slots=True)
class CircuitStatus:
    """Status of a circuit.

    Attributes:
        current_a: current on each phase; None without a measurement.
        headroom_a: certain headroom of the most loaded phase.
        limiting: limiting factor of a car; None if no car is limited.
        overloaded: a phase carries more than its rated current.
        meter_dead: the meter has fallen silent.
    """

    current_a: tuple[float, ...] | None
    headroom_a: float
    limiting: Limiting | None = None
    overloaded: bool = False
    meter_dead: bool = False


def ceilings_a(
    context: DistributionContext, draws_a: Mapping[str, float]
) -> dict[str, float]:
    """Return the limit that each charger could have if all others stayed at theirs."""
    spare_a = dict.fromkeys(draws_a, math.inf)
    for bound in context.bounds:
        headroom = max(0.0, context.headroom(bound, draws_a))
        for key, weight in bound.flow.possible_weights.items():
            spare_a[key] = min(spare_a[key], headroom / weight)
    return {
        key: context.loads[key].limit_a(draw_a + spare_a[key])
        for key, draw_a in draws_a.items()
    }


def limited_by(
    context: DistributionContext,
    draws_a: Mapping[str, float],
    ceilings_a: Mapping[str, float],
) -> dict[str, BoundKey]:
    """Return the tightest bound of each charger that gets less than requested.

    A charger that knows its ceiling requests no more than that.
    """
    short = {
        key
        for key, load in context.loads.items()
        if draws_a[key] < load.draw_a(load.requested_a) - TINY
        or _requests_ceiling(load, ceilings_a.get(key, math.inf))
    }
    tightest: dict[str, tuple[float, BoundKey]] = {}
    for bound in context.bounds if short else ():
        headroom = context.headroom(bound, draws_a)
        for key, weight in bound.flow.possible_weights.items():
            if key in short and (
                key not in tightest or headroom / weight < tightest[key][0]
            ):
                tightest[key] = headroom / weight, bound.key
    return {key: bound for key, (_, bound) in tightest.items()}


def _requests_ceiling(load: ControllableLoad, ceiling_a: float) -> bool:
    """Return True if a charger requests just its last ceiling."""
    settings = load.settings
    requests_all = load.requested_a >= settings.max_current_a - TINY
    return not requests_all and load.requested_a >= ceiling_a - settings.step_a


def status(
    branch: Branch,
    context: DistributionContext,
    draws_a: Mapping[str, float],
    limiting: Mapping[str, BoundKey],
    dead: AbstractSet[str],
) -> CircuitStatus:
    """Return the status of a circuit."""
    own = [key.limiting for key in limiting.values() if key.circuit == branch.name]
    current_a = None if branch.reading is None else branch.reading.current_a
    headrooms_a = [
        context.headroom(bound, draws_a)
        for bound in context.bounds
        if bound.key.circuit == branch.name and bound.key.limiting is Limiting.FUSE
    ]
    return CircuitStatus(
        current_a,
        min(headrooms_a, default=math.inf),
        own[0] if own else None,
        current_a is not None and max(current_a) > branch.circuit.fuse_a,
        branch.name in dead,
    )
