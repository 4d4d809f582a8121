"""Circuits between the grid and the chargers: fuses, meters, and external limits.

Circuits form trees: a main fuse, sub-distributions, groups of chargers. The current of a charger flows through its own
circuit and through all circuits above it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
import math

from ..model import NOMINAL_VOLTAGE_V, Connection


class Limiting(StrEnum):
    """Limiting factor: the reason for which cars on a circuit cannot draw more."""

    FUSE = "fuse"
    PHASE_IMBALANCE = "unbalance"
    PEAK = "peak"
    SITE_LIMIT = "site_limit"
    SITE_POWER_LIMIT = "site_power_limit"
    METER = "meter"
    """The circuit's meter is dead, so that each charger gets no more than its safe current."""


class Scope(StrEnum):
    """Scope of an external limit."""

    CHARGERS = "chargers"
    """The chargers together, regardless of other loads."""
    EVERYTHING = "everything"
    """The whole circuit, including other loads."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """Part of the installation behind one fuse.

    Attributes:
        fuse_a: rated current of each phase.
        phases: 1 or 3.
        parent: the circuit that feeds it; None for a main fuse.
        margin_a: distance to keep from the rated current.
        metered: a meter shows its current. Without one, only the chargers count.
        max_imbalance_a: the most by which the current of a phase may exceed that of another one.
        peak_w: the highest mean power of any quarter of an hour by the clock.
        meter_timeout_s: silence after which its meter counts as dead; None to derive it from the usual interval.
    """

    fuse_a: float
    phases: int = 3
    parent: str | None = None
    margin_a: float = 0.0
    metered: bool = False
    max_imbalance_a: float | None = None
    peak_w: float | None = None
    meter_timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class CircuitReading:
    """Reading of a circuit's meter: the current on each phase, or just the power on all of them."""

    at_s: float
    current_a: tuple[float, ...] | None = None
    power_w: float | None = None

    @property
    def watts(self) -> float:
        """Power on all phases, at the nominal voltage if only currents are measured."""
        if self.power_w is not None:
            return self.power_w
        return sum(self.current_a or ()) * NOMINAL_VOLTAGE_V


SITE = ""
"""The site as a whole: the root of all circuits, and of all chargers without a circuit."""


@dataclass(frozen=True, slots=True)
class SiteLimit:
    """External limit, for instance by a grid operator; in amperes per phase, in watts, or in both.

    It applies to one circuit until `until_s`; None for a limit without expiry, which plans expect to end at
    `expected_until_s` if that is known.
    """

    current_a: float | None = None
    power_w: float | None = None
    circuit: str = SITE
    scope: Scope = Scope.CHARGERS
    until_s: float | None = None
    expected_until_s: float | None = None

    @property
    def ends_s(self) -> float:
        """The instant until which plans have to expect it."""
        ends_s = (self.until_s, self.expected_until_s)
        return min((end_s for end_s in ends_s if end_s is not None), default=math.inf)

    def is_active(self, now_s: float) -> bool:
        """Return True if the limit has not expired."""
        return self.until_s is None or now_s < self.until_s


@dataclass(frozen=True, slots=True)
class Installation:
    """Circuits between the grid and the chargers, readings of their meters, and external limits."""

    circuits: Mapping[str, Circuit] = field(default_factory=dict)
    readings: Mapping[str, CircuitReading] = field(default_factory=dict)
    limits: tuple[SiteLimit, ...] = ()

    def path(self, circuit: str | None) -> Iterator[str]:
        """Yield a circuit and those above it, up to the main fuse, and the site if that is limited."""
        visited = {SITE}
        while (
            circuit is not None and circuit not in visited and circuit in self.circuits
        ):
            visited.add(circuit)
            yield circuit
            circuit = self.circuits[circuit].parent
        if SITE in self.circuits:
            yield SITE

    def at(self, now_s: float) -> Installation:
        """Return the installation with its active limits, and with the site as a circuit if one of them applies to it."""
        limits = tuple([limit for limit in self.limits if limit.is_active(now_s)])
        scopes = {limit.scope for limit in limits if limit.circuit == SITE}
        if not scopes:
            return replace(self, limits=limits)
        site = Circuit(fuse_a=math.inf, metered=Scope.EVERYTHING in scopes)
        return replace(self, circuits={**self.circuits, SITE: site}, limits=limits)


NO_INSTALLATION = Installation()


@dataclass(frozen=True, slots=True)
class PhaseAssignment:
    """Phases of a circuit on which a car draws; unless `certain`, on which it may draw, since its rotation is unknown."""

    phases: tuple[int, ...]
    certain: bool


def assigned_phases(
    connection: Connection, phases_in_use: int, circuit: Circuit
) -> PhaseAssignment:
    """Return the phases of a circuit on which a car draws that uses the first phases of its charger."""
    every = tuple(range(circuit.phases))
    if phases_in_use >= circuit.phases:
        return PhaseAssignment(every, certain=True)
    grid_phases = connection.rotation.grid_phases
    if not grid_phases or len(grid_phases) < phases_in_use:
        return PhaseAssignment(every, certain=False)
    return PhaseAssignment(grid_phases[:phases_in_use], certain=True)
