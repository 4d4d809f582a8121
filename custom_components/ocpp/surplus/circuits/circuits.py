"""The circuits between the grid and the chargers: fuses, meters, and limits imposed from outside.

Circuits form trees: a main fuse, sub-distributions, groups of chargers. What a charger draws flows through its
own circuit and through all those above it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
import math

from ..cars.response import NOMINAL_VOLTAGE_V
from ..model import Connection, PhaseRotation


class Limiting(StrEnum):
    """What keeps cars on a circuit from drawing more."""

    FUSE = "fuse"
    PHASE_IMBALANCE = "unbalance"
    PEAK = "peak"
    SITE_LIMIT = "site_limit"
    SITE_POWER_LIMIT = "site_power_limit"
    METER = "meter"
    """The circuit's meter is dead, so that every charger gets no more than its safe current."""


class Scope(StrEnum):
    """What a limit from outside speaks of."""

    CHARGERS = "chargers"
    """What the chargers draw together, whatever else there is."""
    EVERYTHING = "everything"
    """What the circuit carries, everything else included."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """A part of the installation behind one fuse.

    Attributes:
        fuse_a: what each phase may carry.
        phases: 1 or 3.
        parent: the circuit that feeds it; None for a main fuse.
        margin_a: how far below the fuse to stay.
        metered: whether a meter shows what it carries. Without one, only the chargers are counted.
        unbalance_a: by how much the most loaded phase may exceed the least loaded one.
        peak_w: the most that may be drawn on average of any quarter of an hour by the clock.
        patience_s: how long its meter may be silent before it counts as dead; None to judge by how often it reports.
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
    """What the meter of a circuit says: the current on each of its phases, or just the power on all."""

    at_s: float
    current_a: tuple[float, ...] | None = None
    power_w: float | None = None

    @property
    def watts(self) -> float:
        """The power on all phases, at the nominal voltage where only currents are measured."""
        if self.power_w is not None:
            return self.power_w
        return sum(self.current_a or ()) * NOMINAL_VOLTAGE_V


SITE = ""
"""The circuit that all others hang on, and all chargers that hang on none: the site as a whole."""


@dataclass(frozen=True, slots=True)
class SiteLimit:
    """A limit imposed from outside, by a grid operator for instance; in amperes per phase, in watts, or in both.

    It holds at one circuit, up to `until_s`; None where it holds until it is lifted.
    """

    current_a: float | None = None
    power_w: float | None = None
    circuit: str = SITE
    scope: Scope = Scope.CHARGERS
    until_s: float | None = None

    def is_active(self, now_s: float) -> bool:
        """Whether it is in force."""
        return self.until_s is None or now_s < self.until_s


@dataclass(frozen=True, slots=True)
class Installation:
    """What stands between the grid and the chargers: circuits, what their meters say, limits from outside."""

    circuits: Mapping[str, Circuit] = field(default_factory=dict)
    readings: Mapping[str, CircuitReading] = field(default_factory=dict)
    limits: tuple[SiteLimit, ...] = ()

    def path(self, circuit: str | None) -> Iterator[str]:
        """Return a circuit and those above it, up to the main fuse, and the site where that is limited."""
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
        """Return the installation with the limits that are in force, and with the site if one of them is for it."""
        limits = tuple([limit for limit in self.limits if limit.is_active(now_s)])
        scopes = {limit.scope for limit in limits if limit.circuit == SITE}
        if not scopes:
            return replace(self, limits=limits)
        site = Circuit(fuse_a=math.inf, metered=Scope.EVERYTHING in scopes)
        return replace(self, circuits={**self.circuits, SITE: site}, limits=limits)


NO_INSTALLATION = Installation()

_GRID_PHASES: Mapping[PhaseRotation, tuple[int, ...]] = {
    rotation: tuple("rst".index(letter) for letter in rotation.value)
    for rotation in PhaseRotation
    if rotation is not PhaseRotation.UNKNOWN
}


@dataclass(frozen=True, slots=True)
class PhaseAssignment:
    """On which phases of a circuit a car draws, or may draw where its rotation is not known."""

    phases: tuple[int, ...]
    certain: bool


def assigned_phases(
    connection: Connection, phases_in_use: int, circuit: Circuit
) -> PhaseAssignment:
    """Return on which phases of a circuit a car draws that uses the first phases of its charger."""
    every = tuple(range(circuit.phases))
    if phases_in_use >= circuit.phases:
        return PhaseAssignment(every, certain=True)
    grid_phases = _GRID_PHASES.get(connection.rotation)
    if grid_phases is None or len(grid_phases) < phases_in_use:
        return PhaseAssignment(every, certain=False)
    return PhaseAssignment(grid_phases[:phases_in_use], certain=True)
