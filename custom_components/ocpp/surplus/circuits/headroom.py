"""How much room there is on a circuit: what limits it, less what everybody else draws.

A meter sees everybody together. What our own cars drew when it looked is known only within bounds, and so is what
the others drew. Where it counts that a fuse holds, the others are taken to draw the most they may; where it is
about cutting a car off, the least, so that no car is cut off for what it has been told once already.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
import itertools
import math

from ..cars.response import NOMINAL_VOLTAGE_V
from ..model import Estimate
from .branches import Branch
from .circuits import Limiting, Scope, SiteLimit, assigned_phases


@dataclass(frozen=True, slots=True)
class Flow:
    """What flows on one phase of a circuit, in amperes, or on all of them, in watts.

    Attributes:
        others: what all those draw who do not do as they are told. Where cars are on their way, the likely value is the
            least that is plausible.
        weights: by how much each consumer counts for an ampere that it draws per phase.
        doubtful: what each consumer drew that may count or not, because its rotation is not known. Where it does
            count, it is among the others.
    """

    others: Estimate
    weights: Mapping[str, float]
    doubtful: Mapping[str, Estimate] = field(default_factory=dict)

    @property
    def possible_weights(self) -> dict[str, float]:
        """By how much each consumer counts if all that may count do."""
        return {**self.weights, **dict.fromkeys(self.doubtful, 1.0)}


@dataclass(frozen=True, slots=True)
class BoundKey:
    """Tells a bound from others; `number` is that of a phase, or of a pair of phases."""

    circuit: str
    limiting: Limiting
    number: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit to a flow: `target` is what to stay at, `most` what must not be exceeded.

    `likely` is what the others draw most likely; the flow has the bounds of that.
    """

    key: BoundKey
    target: float
    most: float
    flow: Flow
    likely: float
    measured_at_s: float | None = None
    """When the others were looked at; None where nobody looks."""


def bounds(branch: Branch, limits: Sequence[SiteLimit]) -> Iterator[Bound]:
    """Return all that limits the chargers of a circuit, except for its peak."""
    circuit = branch.circuit
    if math.isfinite(circuit.fuse_a):
        target_a = circuit.fuse_a - circuit.margin_a
        flows = currents_a(branch)
        yield from _each(branch, Limiting.FUSE, target_a, circuit.fuse_a, flows)
    if (most_a := circuit.max_imbalance_a) is not None:
        flows = imbalances_a(branch)
        yield from _each(branch, Limiting.PHASE_IMBALANCE, most_a, most_a, flows)
    for limit in limits:
        seen = branch if limit.scope is Scope.EVERYTHING else branch.counted
        if (most_a := limit.current_a) is not None:
            flows = currents_a(seen)
            yield from _each(seen, Limiting.SITE_LIMIT, most_a, most_a, flows)
        if (most_w := limit.power_w) is not None:
            flow = power_w(seen)
            yield from _each(seen, Limiting.SITE_POWER_LIMIT, most_w, most_w, [flow])


def _each(
    branch: Branch,
    limiting: Limiting,
    target: float,
    most: float,
    flows: Iterable[Flow],
) -> Iterator[Bound]:
    measured_at_s = None if branch.reading is None else branch.reading.at_s
    for number, flow in enumerate(flows):
        key = BoundKey(branch.name, limiting, number)
        yield Bound(key, target, most, flow, flow.others.likely, measured_at_s)


def power_w(branch: Branch) -> Flow:
    """Return what flows on all phases of a circuit together, in watts."""
    weights = {key: load.w_per_a for key, load in branch.loads.items()}
    if branch.reading is None:
        own_w = sum(
            uncontrolled_load.power_w for uncontrolled_load in branch.uncontrolled
        )
        return Flow(Estimate.exactly(own_w), weights)
    drawn_w = [draw_a * weights[key] for key, draw_a in branch.draws_a.items()]
    return Flow(_others(branch.reading.watts, drawn_w), weights)


def currents_a(branch: Branch) -> Iterator[Flow]:
    """Return what flows on each phase of a circuit, in amperes.

    Where only the power is measured, any one phase may carry all that the others draw.
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
    """Return by how much each phase carries more than each other.

    Chargers that draw on both make no difference. Those that draw on the other one count for as long as a meter sees
    them.
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
    """One phase of a circuit: what was seen there that need not be our chargers', and which of them draw there."""

    observed_a: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)
    doubtful: dict[str, Estimate] = field(default_factory=dict)


def _phases(branch: Branch) -> list[_Phase]:
    """Sort the chargers of a circuit by phases."""
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
    """Return what is left of what was seen without what some drew."""
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
