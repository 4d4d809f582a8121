"""Headroom of a circuit: its bounds, less the draw of all other loads.

A meter measures the sum of all loads. The draw of our own cars at that instant is known only within a window, and so is the
draw of the others. To protect a fuse, the others count with the most that they may draw; to decide on a cut, with the
least, so that no car is cut again for a limit that it has not followed yet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
import itertools
import math

from ..model import NOMINAL_VOLTAGE_V, Estimate
from .branches import Branch
from .circuits import Limiting, Scope, SiteLimit, assigned_phases


@dataclass(frozen=True, slots=True)
class Flow:
    """Flow on one phase of a circuit, in amperes, or on all of them, in watts.

    Attributes:
        others: draw of all loads that are not controllable. While cars are in transition, its likely value is the least
            plausible one.
        weights: contribution of each load per ampere that it draws on a phase.
        doubtful: draw of each load that may contribute or not, since its rotation is unknown. If it does, it is among the
            others.
    """

    others: Estimate
    weights: Mapping[str, float]
    doubtful: Mapping[str, Estimate] = field(default_factory=dict)

    @property
    def possible_weights(self) -> dict[str, float]:
        """Contribution of each load if all doubtful ones contribute."""
        return {**self.weights, **dict.fromkeys(self.doubtful, 1.0)}


@dataclass(frozen=True, slots=True)
class BoundKey:
    """Key of a bound; `number` is that of a phase, or of a pair of phases."""

    circuit: str
    limiting: Limiting
    number: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """Limit to a flow.

    Attributes:
        key: its key.
        target: the value to aim at.
        most: the value not to exceed.
        flow: the flow.
        likely: the likely draw of other loads.
        measured_at_s: the instant of the measurement; None without a meter.
    """

    key: BoundKey
    target: float
    limit: float
    flow: Flow
    likely: float
    measured_at_s: float | None = None


def bounds(branch: Branch, limits: Sequence[SiteLimit]) -> Iterator[Bound]:
    """Yield the bounds on the chargers of a circuit, except for its peak."""
    circuit = branch.circuit
    if math.isfinite(circuit.fuse_a):
        target_a = circuit.fuse_a - circuit.margin_a
        flows = currents_a(branch)
        yield from _each(branch, Limiting.FUSE, target_a, circuit.fuse_a, flows)
    if (max_a := circuit.max_imbalance_a) is not None:
        flows = imbalances_a(branch)
        yield from _each(branch, Limiting.PHASE_IMBALANCE, max_a, max_a, flows)
    for limit in limits:
        seen = branch if limit.scope is Scope.EVERYTHING else branch.counted
        if (max_a := limit.current_a) is not None:
            flows = currents_a(seen)
            yield from _each(seen, Limiting.SITE_LIMIT, max_a, max_a, flows)
        if (max_w := limit.power_w) is not None:
            flow = power_w(seen)
            yield from _each(seen, Limiting.SITE_POWER_LIMIT, max_w, max_w, [flow])


def _each(
    branch: Branch,
    limiting: Limiting,
    target: float,
    limit: float,
    flows: Iterable[Flow],
) -> Iterator[Bound]:
    measured_at_s = None if branch.reading is None else branch.reading.at_s
    for number, flow in enumerate(flows):
        key = BoundKey(branch.name, limiting, number)
        yield Bound(key, target, limit, flow, flow.others.likely, measured_at_s)


def power_w(branch: Branch) -> Flow:
    """Return the flow on all phases of a circuit together, in watts."""
    weights = {key: load.w_per_a for key, load in branch.loads.items()}
    if branch.reading is None:
        own_w = sum(
            uncontrolled_load.power_w for uncontrolled_load in branch.uncontrolled
        )
        return Flow(Estimate.exactly(own_w), weights)
    drawn_w = [draw_a * weights[key] for key, draw_a in branch.draws_a.items()]
    return Flow(_others(branch.reading.watts, drawn_w), weights)


def currents_a(branch: Branch) -> Iterator[Flow]:
    """Yield the flow on each phase of a circuit, in amperes.

    If only the power is measured, each phase may carry all that other loads draw.
    """
    if branch.reading is not None and branch.reading.current_a is None:
        others_a = power_w(branch).others * (1 / NOMINAL_VOLTAGE_V)
        for phase in _phases(branch.counted):
            yield Flow(_not_negative(others_a), phase.weights)
        return
    for phase in _phases(branch):
        draws_a = [branch.draws_a[key] for key in phase.weights if branch.draws_a]
        yield Flow(_others(phase.observed_a, draws_a), phase.weights, phase.doubtful)


def imbalances_a(branch: Branch) -> Iterator[Flow]:
    """Yield the difference of each phase to each other one.

    Chargers that draw on both phases do not count. Chargers on the other phase count as long as a meter measures them.
    """
    for here, there in itertools.permutations(_phases(branch), 2):
        weights = {
            key: weight
            for key, weight in here.weights.items()
            if key not in there.weights
        }
        draws_a = [branch.draws_a[key] for key in weights if branch.draws_a]
        others_a = _others(here.observed_a - there.observed_a, draws_a)
        yield Flow(others_a, weights, here.doubtful)


@dataclass(slots=True)
class _Phase:
    """Phase of a circuit: the current observed beside uncounted chargers, and the chargers that draw there."""

    observed_a: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)
    doubtful: dict[str, Estimate] = field(default_factory=dict)


def _phases(branch: Branch) -> list[_Phase]:
    """Return the phases of a circuit with their chargers."""
    measured_a = None if branch.reading is None else branch.reading.current_a
    phases = [
        _Phase(observed_a) for observed_a in measured_a or [0.0] * branch.circuit.phases
    ]
    for key, load in branch.loads.items():
        place = assigned_phases(load.settings.connection, load.phases, branch.circuit)
        for phase in (phases[number] for number in place.phases):
            if place.certain or measured_a is None:
                phase.weights[key] = 1.0
            else:
                phase.doubtful[key] = branch.draws_a[key]
    if measured_a is None:
        for uncontrolled_load in branch.uncontrolled:
            settings = uncontrolled_load.settings
            for number in assigned_phases(
                settings.connection, settings.phases, branch.circuit
            ).phases:
                phases[number].observed_a += uncontrolled_load.current_a
    return phases


def _others(seen: float, draws_a: Iterable[Estimate]) -> Estimate:
    """Return a measured value less the draw of some loads."""
    low = likely = high = seen
    for draw in draws_a:
        low -= draw.high
        likely -= draw.likely
        high -= draw.low
    return Estimate(low, likely, high)


def _not_negative(estimate: Estimate) -> Estimate:
    return Estimate(
        max(0.0, estimate.low), max(0.0, estimate.likely), max(0.0, estimate.high)
    )
