"""Guard: reduces limits to the headroom of the circuits, and has the last word on each decision.

Cuts apply at once, as soon as a circuit certainly carries too much. Raises wait until there certainly is headroom: not just
now but for some time, and after everything that cars may still draw until they have responded. In between nothing changes,
so that fuses do not blow and ovens do not toggle cars.
"""

from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
import math

from ..model import Decision
from .branches import Branch, branches_of
from .circuits import Installation, Limiting, SiteLimit
from .demand_peaks import DemandInterval, demand_bound, demand_intervals
from .distribution import TINY, Currents, DistributionContext, cut, fair_shares, raised
from .headroom import Bound, BoundKey, bounds
from .loads import (
    CircuitLoad,
    ControllableLoad,
    at_safe_current,
    controllable_loads,
    trusted,
    uncontrolled_loads,
)
from .meter_health import MeterHealth, dead_meters, updated_meters
from .recent import RAISE_S, START_S, RecentHighs, max_of_others, remembered, steadied
from .rotation import Rotation, rank, updated_rotation
from .single_phase_fallback import single_phase_fallbacks
from .status import CircuitStatus, ceilings_a, limited_by, status

FAIR_SHARE_INTERVAL_S = 30.0
"""Interval at which fair shares are determined."""


@dataclass(frozen=True, slots=True)
class GuardState:
    """Memory of the guard between steps.

    Attributes:
        meters: health of each circuit's meter.
        highs: recent highs of other loads under each bound.
        others: likely draw of other loads under each bound.
        intervals: energy of the present demand interval of each circuit with a peak limit.
        rotations: time since each charger is served, or waits.
        fallbacks: time since each charger on a single phase has been so for lack of headroom.
        shares_a: fair shares while some chargers have less than theirs.
        ceilings_a: the limit that each charger could have had in the last step.
        divided_s: the instant at which fair shares were determined last.
    """

    meters: Mapping[str, MeterHealth] = field(default_factory=dict)
    highs: Mapping[BoundKey, RecentHighs] = field(default_factory=dict)
    others: Mapping[BoundKey, float] = field(default_factory=dict)
    intervals: Mapping[str, DemandInterval] = field(default_factory=dict)
    rotations: Mapping[str, Rotation] = field(default_factory=dict)
    fallbacks: Mapping[str, float] = field(default_factory=dict)
    shares_a: Mapping[str, float] = field(default_factory=dict)
    ceilings_a: Mapping[str, float] = field(default_factory=dict)
    divided_s: float = -math.inf


@dataclass(frozen=True, slots=True)
class GuardOutcome:
    """Decisions that the circuits have headroom for, the bounds that limit chargers, and the status of the circuits."""

    state: GuardState = field(default_factory=GuardState)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    limited_by: Mapping[str, BoundKey] = field(default_factory=dict)
    circuits: Mapping[str, CircuitStatus] = field(default_factory=dict)


def guard(
    state: GuardState,
    installation: Installation,
    circuit_loads: Mapping[str, CircuitLoad],
    now_s: float,
) -> GuardOutcome:
    """Return the decisions that all circuits have headroom for.

    Args:
        state: the state after the last call.
        installation: the circuits, the readings of their meters, and external limits.
        circuit_loads: all chargers, with the limits requested for them.
        now_s: the present instant.
    """
    requests = {
        key: load.request for key, load in circuit_loads.items() if load.request
    }
    if not installation.circuits and not installation.limits:
        return GuardOutcome(decisions=requests)
    installation = installation.at(now_s)
    meters = updated_meters(state.meters, installation, now_s)
    dead = dead_meters(meters, installation, now_s)
    loads = controllable_loads(circuit_loads, state.fallbacks, now_s)
    unmetered = _below_dead_meters(loads, installation, dead)
    branches = branches_of(
        installation,
        {
            key: _supervised(load, installation, dead, key in unmetered)
            for key, load in loads.items()
        },
        list(uncontrolled_loads(circuit_loads, now_s)),
        dead,
    )
    intervals = demand_intervals(state.intervals, branches, now_s)
    all_bounds = list(
        steadied(state.others, _bounds(branches, installation.limits, intervals))
    )
    highs = remembered(state.highs, all_bounds)
    context = _context(state, branches, all_bounds, highs, meters, dead, now_s)
    draws_a, shares_a, divided_s = _distributed(state, context)
    limits_a = {
        key: _limit_a(context.loads[key], draw_a) for key, draw_a in draws_a.items()
    }
    after = GuardState(
        meters,
        highs,
        {bound.key: bound.likely for bound in all_bounds},
        intervals,
        _rotations(state, context, limits_a),
        single_phase_fallbacks(state.fallbacks, installation, context, draws_a),
        shares_a,
        ceilings_a(context, draws_a),
        divided_s,
    )
    decisions = {
        key: _allowed(request, limits_a.get(key), key in after.fallbacks)
        for key, request in requests.items()
    }
    limiting = unmetered | limited_by(context, draws_a, state.ceilings_a)
    statuses = {
        branch.name: status(branch, context, draws_a, limiting, dead)
        for branch in branches
    }
    return GuardOutcome(after, decisions, limiting, statuses)


def _below_dead_meters(
    loads: Mapping[str, ControllableLoad],
    installation: Installation,
    dead: AbstractSet[str],
) -> dict[str, BoundKey]:
    """Return the chargers below dead meters, each with the bound that this means."""
    if not dead:
        return {}
    return {
        key: BoundKey(name, Limiting.METER)
        for key, load in loads.items()
        for name in installation.path(load.settings.connection.circuit)
        if name in dead
    }


def _supervised(
    load: ControllableLoad,
    installation: Installation,
    dead: AbstractSet[str],
    unmetered: bool,
) -> ControllableLoad:
    """Return a load limited to its safe current below a dead meter, and trusted below live meters."""
    if unmetered:
        load = at_safe_current(load)
    circuits = installation.path(load.settings.connection.circuit)
    if all(
        installation.circuits[name].metered and name not in dead for name in circuits
    ):
        return trusted(load)
    return load


def _bounds(
    branches: Sequence[Branch],
    limits: Sequence[SiteLimit],
    intervals: Mapping[str, DemandInterval],
) -> Iterator[Bound]:
    """Yield all bounds on the chargers."""
    for branch in branches:
        own = [limit for limit in limits if limit.circuit == branch.name]
        yield from bounds(branch, own)
        if (peak_w := branch.circuit.peak_w) is not None:
            yield demand_bound(branch, intervals[branch.name], peak_w)


def _is_late(
    branch: Branch,
    meters: Mapping[str, MeterHealth],
    dead: AbstractSet[str],
    now_s: float,
) -> bool:
    """Return True if a circuit's meter is alive, but its report is overdue."""
    meter = meters.get(branch.name)
    if meter is None or branch.name in dead:
        return False
    return branch.reading is None or meter.is_late(now_s)


def _context(
    state: GuardState,
    branches: Sequence[Branch],
    all_bounds: Sequence[Bound],
    highs: Mapping[BoundKey, RecentHighs],
    meters: Mapping[str, MeterHealth],
    dead: AbstractSet[str],
    now_s: float,
) -> DistributionContext:
    late = {branch.name for branch in branches if _is_late(branch, meters, dead, now_s)}
    slow = {name for name, meter in meters.items() if meter.is_slow}
    loads = {key: load for branch in branches for key, load in branch.loads.items()}
    return DistributionContext(
        loads=loads,
        bounds=all_bounds,
        others=max_of_others(highs, all_bounds, RAISE_S, slow),
        others_at_start=max_of_others(highs, all_bounds, START_S, slow),
        late=late,
        ranks={
            key: rank(load.priority, state.rotations.get(key), now_s)
            for key, load in loads.items()
        },
        pausing={
            key
            for key, rotation in state.rotations.items()
            if rotation.is_pausing(now_s) and key not in state.fallbacks
        },
        now_s=now_s,
    )


def _distributed(
    state: GuardState, context: DistributionContext
) -> tuple[Currents, Mapping[str, float], float]:
    """Return the draw of each load, the fair shares, and the instant at which these were determined."""
    draws_a = raised(context, cut(context), state.shares_a)
    if context.now_s - state.divided_s < FAIR_SHARE_INTERVAL_S:
        return draws_a, state.shares_a, state.divided_s
    shares_a = fair_shares(context, draws_a)
    draws_a = {key: min(a, shares_a.get(key, a)) for key, a in draws_a.items()}
    return draws_a, shares_a, context.now_s


def _rotations(
    state: GuardState, context: DistributionContext, limits_a: Mapping[str, float]
) -> dict[str, Rotation]:
    return {
        key: updated_rotation(
            state.rotations.get(key), limits_a[key] > 0, context.now_s
        )
        for key, load in context.loads.items()
        if load.requested_a > 0
    }


def _limit_a(load: ControllableLoad, draw_a: float) -> float:
    """Return the limit at which a car draws no more than a current, rounded down to the charger's step."""
    settings = load.settings
    limit_a = load.limit_a(draw_a)
    if limit_a >= load.requested_a - TINY:
        return load.requested_a
    limit_a = math.floor(limit_a / settings.step_a + TINY) * settings.step_a
    return limit_a if limit_a >= settings.min_current_a - TINY else 0.0


def _allowed(request: Decision, limit_a: float | None, single_phase: bool) -> Decision:
    """Return a request reduced to a limit and to a single phase."""
    return Decision(
        request.current_a if limit_a is None else limit_a,
        1 if single_phase else request.phases,
    )
