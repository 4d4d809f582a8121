"""The last word: no car gets more than the circuits above it have room for.

Cuts come at once, as soon as a circuit certainly carries too much. Raises wait until there certainly is room: not
just now but for some time, and after all that cars may still draw until they have answered. In between nothing
changes, so that neither is a fuse blown nor are cars toggled by an oven.
"""

from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field, replace
import math

from ..cars.response import drawn_a
from ..model import Decision
from .circuits import Installation, Limiting, SiteLimit
from .demand_peaks import Quarter, allowance, passed
from .distribution import TINY, Scene, cut, fair_shares, raised
from .headroom import Bound, BoundKey, Branch, bounds, power_w
from .loads import TRUSTED_A, Bystander, Consumer, Party, bystanders, consumers
from .meter_health import Meter, listened
from .recent import RAISE_S, START_S, Highs, most_of_others, remembered, steadied
from .rotation import Turn, rank, taken
from .single_phase_fallback import retreats
from .status import CircuitStatus, ceilings_a, limited_by, status

DIVIDE_S = 30.0
"""How often it is asked who has more than a fair share."""


@dataclass(frozen=True, slots=True)
class GuardState:
    """What is remembered between steps.

    That is what meters said, what others drew, who was served, since when who is on one phase, the fair shares while some
    have less, and what each could have had.
    """

    meters: Mapping[str, Meter] = field(default_factory=dict)
    highs: Mapping[BoundKey, Highs] = field(default_factory=dict)
    others: Mapping[BoundKey, float] = field(default_factory=dict)
    quarters: Mapping[str, Quarter] = field(default_factory=dict)
    turns: Mapping[str, Turn] = field(default_factory=dict)
    retreats: Mapping[str, float] = field(default_factory=dict)
    shares_a: Mapping[str, float] = field(default_factory=dict)
    ceilings_a: Mapping[str, float] = field(default_factory=dict)
    divided_s: float = -math.inf


@dataclass(frozen=True, slots=True)
class Guarded:
    """What each charger may have, what keeps it from more, and how the circuits fare."""

    state: GuardState = field(default_factory=GuardState)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    limited_by: Mapping[str, BoundKey] = field(default_factory=dict)
    circuits: Mapping[str, CircuitStatus] = field(default_factory=dict)


def guard(
    state: GuardState,
    installation: Installation,
    parties: Mapping[str, Party],
    now_s: float,
) -> Guarded:
    """Return the decisions that all circuits have room for.

    Args:
        state: what the last call left.
        installation: the circuits, what their meters say, and limits from outside.
        parties: all chargers, with what they shall have if there is room.
        now_s: the present instant.
    """
    wishes = {key: party.wish for key, party in parties.items() if party.wish}
    if not installation.circuits and not installation.limits:
        return Guarded(decisions=wishes)
    installation = installation.at(now_s)
    meters = listened(state.meters, installation, now_s)
    dead = {
        name
        for name, meter in meters.items()
        if meter.is_dead(now_s, installation.circuits[name].patience_s)
    }
    told = consumers(parties, state.retreats, now_s)
    blind = _below(installation, told, dead)
    told |= {key: _safe(told[key]) for key in blind}
    told |= {
        key: _trusted(each)
        for key, each in told.items()
        if _is_seen(installation, each, dead)
    }
    beside = list(bystanders(parties, now_s))
    branches = list(_branches(installation, told, beside, dead))
    quarters = _quarters(state.quarters, branches, now_s)
    found = list(_bounds(branches, installation.limits, quarters))
    found = list(steadied(state.others, found))
    highs = remembered(state.highs, found)
    late = {branch.name for branch in branches if _is_late(branch, meters, dead, now_s)}
    slow = {name for name, meter in meters.items() if meter.is_slow}
    scene = _scene(state, branches, found, highs, late, slow, now_s)
    draws_a = raised(scene, cut(scene), state.shares_a)
    shares_a, divided_s = state.shares_a, state.divided_s
    if now_s - divided_s >= DIVIDE_S:
        shares_a, divided_s = fair_shares(scene, draws_a), now_s
        draws_a = {key: min(a, shares_a.get(key, a)) for key, a in draws_a.items()}
    limits_a = {
        key: _limit_a(scene.consumers[key], draw_a) for key, draw_a in draws_a.items()
    }
    after = GuardState(
        meters=meters,
        highs=highs,
        others={bound.key: bound.likely for bound in found},
        quarters=quarters,
        turns={
            key: taken(state.turns.get(key), limits_a[key] > 0, now_s)
            for key, consumer in scene.consumers.items()
            if consumer.wish_a > 0
        },
        retreats=retreats(state.retreats, installation, scene, draws_a),
        shares_a=shares_a,
        ceilings_a=ceilings_a(scene, draws_a),
        divided_s=divided_s,
    )
    limiting = blind | limited_by(scene, draws_a, state.ceilings_a)
    return Guarded(
        after,
        {
            key: _allowed(wish, limits_a.get(key), key in after.retreats)
            for key, wish in wishes.items()
        },
        limiting,
        {
            branch.name: status(branch, scene, draws_a, limiting, dead)
            for branch in branches
        },
    )


def _scene(
    state: GuardState,
    branches: Sequence[Branch],
    found: Sequence[Bound],
    highs: Mapping[BoundKey, Highs],
    late: AbstractSet[str],
    slow: AbstractSet[str],
    now_s: float,
) -> Scene:
    """Return what is to be divided among whom."""
    known = {key: each for branch in branches for key, each in branch.consumers.items()}
    return Scene(
        consumers=known,
        bounds=found,
        others=most_of_others(highs, found, RAISE_S, slow),
        others_at_start=most_of_others(highs, found, START_S, slow),
        late=late,
        ranks={
            key: rank(consumer.priority, state.turns.get(key), now_s)
            for key, consumer in known.items()
        },
        pausing={
            key
            for key, turn in state.turns.items()
            if turn.pauses(now_s) and key not in state.retreats
        },
        now_s=now_s,
    )


def _allowed(wish: Decision, limit_a: float | None, one_phase: bool) -> Decision:
    """Return what is left of a wish."""
    return Decision(
        wish.current_a if limit_a is None else limit_a, 1 if one_phase else wish.phases
    )


def _below(
    installation: Installation,
    consumers: Mapping[str, Consumer],
    dead: AbstractSet[str],
) -> dict[str, BoundKey]:
    """Return the chargers below meters that are dead."""
    if not dead:
        return {}
    return {
        key: BoundKey(name, Limiting.METER)
        for key, consumer in consumers.items()
        for name in installation.way(consumer.settings.connection.circuit)
        if name in dead
    }


def _safe(consumer: Consumer) -> Consumer:
    """Return a charger that wishes no more than what is safe when nobody knows what others draw."""
    safe_a = consumer.settings.connection.safe_current_a
    return replace(consumer, wish_a=min(consumer.wish_a, safe_a))


def _is_seen(
    installation: Installation, consumer: Consumer, dead: AbstractSet[str]
) -> bool:
    """Whether meters watch all circuits that a charger hangs on."""
    return all(
        installation.circuits[name].metered and name not in dead
        for name in installation.way(consumer.settings.connection.circuit)
    )


def _trusted(consumer: Consumer) -> Consumer:
    return replace(consumer, trusted_a=TRUSTED_A)


def _branches(
    installation: Installation,
    consumers: Mapping[str, Consumer],
    bystanders: Sequence[Bystander],
    dead: AbstractSet[str],
) -> Iterator[Branch]:
    """Return the circuits with the chargers below them, and with the readings of meters that are alive."""
    below: dict[str, dict[str, Consumer]] = {name: {} for name in installation.circuits}
    for key, consumer in consumers.items():
        for name in installation.way(consumer.settings.connection.circuit):
            below[name][key] = consumer
    beside: dict[str, list[Bystander]] = {name: [] for name in installation.circuits}
    for bystander in bystanders:
        for name in installation.way(bystander.settings.connection.circuit):
            beside[name].append(bystander)
    for name, circuit in installation.circuits.items():
        is_read = circuit.metered and name not in dead
        reading = installation.readings.get(name) if is_read else None
        yield Branch.of(name, circuit, below[name], beside[name], reading)


def _is_late(
    branch: Branch, meters: Mapping[str, Meter], dead: AbstractSet[str], now_s: float
) -> bool:
    """Whether a circuit's meter is alive, but has not reported when it should have."""
    meter = meters.get(branch.name)
    if meter is None or branch.name in dead:
        return False
    return branch.reading is None or meter.is_late(now_s)


def _quarters(
    quarters: Mapping[str, Quarter], branches: Sequence[Branch], now_s: float
) -> dict[str, Quarter]:
    """Return what has been drawn in the present quarter of an hour where its mean is limited."""
    return {
        branch.name: passed(
            quarters.get(branch.name), _total_w(branch, now_s), peak_w, now_s
        )
        for branch in branches
        if (peak_w := branch.circuit.peak_w) is not None
    }


def _total_w(branch: Branch, now_s: float) -> float:
    """Return what a circuit draws, as its meter says, or as its chargers do."""
    if branch.reading is not None:
        return branch.reading.watts
    return power_w(branch).others.likely + sum(
        drawn_a(consumer.car, now_s).likely * consumer.w_per_a
        for consumer in branch.consumers.values()
    )


def _bounds(
    branches: Sequence[Branch],
    limits: Sequence[SiteLimit],
    quarters: Mapping[str, Quarter],
) -> Iterator[Bound]:
    """Return all that limits the chargers."""
    for branch in branches:
        own = [limit for limit in limits if limit.circuit == branch.name]
        yield from bounds(branch, own)
        if (peak_w := branch.circuit.peak_w) is not None:
            allowed = allowance(quarters[branch.name], peak_w)
            key = BoundKey(branch.name, Limiting.PEAK)
            flow = power_w(branch)
            likely = flow.others.likely
            yield Bound(key, allowed.target_w, allowed.most_w, flow, likely)


def _limit_a(consumer: Consumer, draw_a: float) -> float:
    """Return the limit that makes a car draw no more than that, as finely as its charger can be set."""
    settings = consumer.settings
    limit_a = consumer.limit_a(draw_a)
    if limit_a >= consumer.wish_a - TINY:
        return consumer.wish_a
    limit_a = math.floor(limit_a / settings.step_a + TINY) * settings.step_a
    return limit_a if limit_a >= settings.min_current_a - TINY else 0.0
