"""Branches: circuits together with the loads below them."""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field, replace

from ..model import Estimate
from .circuits import Circuit, CircuitReading, Installation
from .draw_window import draw_window_a
from .loads import ControllableLoad, UncontrolledLoad


@dataclass(frozen=True, slots=True)
class Branch:
    """Circuit with the chargers below it.

    Attributes:
        name: name of the circuit.
        circuit: the circuit.
        loads: the controllable chargers below it.
        uncontrolled: the other chargers below it.
        reading: reading of its meter; None without a live meter, so that only the chargers count.
        draws_a: current of each controllable charger on each of its phases at the time of the reading.
    """

    name: str
    circuit: Circuit
    loads: Mapping[str, ControllableLoad]
    uncontrolled: Sequence[UncontrolledLoad] = ()
    reading: CircuitReading | None = None
    draws_a: Mapping[str, Estimate] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        circuit: Circuit,
        loads: Mapping[str, ControllableLoad],
        uncontrolled: Sequence[UncontrolledLoad],
        reading: CircuitReading | None,
    ) -> Branch:
        """Return a branch with the draw of its loads at the time of the reading."""
        if reading is None:
            return cls(name, circuit, loads, uncontrolled)
        if reading.current_a is not None and len(reading.current_a) < circuit.phases:
            # Some phases are not measured: each of them may carry everything that is measured.
            reading = replace(reading, current_a=None, power_w=reading.watts)
        draws_a = {
            key: draw_window_a(load.car, reading.at_s) for key, load in loads.items()
        }
        return cls(name, circuit, loads, uncontrolled, reading, draws_a)

    @property
    def counted(self) -> Branch:
        """The branch as if it had no meter."""
        return replace(self, reading=None, draws_a={})


def branches_of(
    installation: Installation,
    loads: Mapping[str, ControllableLoad],
    uncontrolled: Sequence[UncontrolledLoad],
    dead: AbstractSet[str],
) -> list[Branch]:
    """Return a branch for each circuit, with the reading of its meter unless that is dead."""
    controlled: dict[str, dict[str, ControllableLoad]] = {
        name: {} for name in installation.circuits
    }
    for key, load in loads.items():
        for name in installation.path(load.settings.connection.circuit):
            controlled[name][key] = load
    others: dict[str, list[UncontrolledLoad]] = {
        name: [] for name in installation.circuits
    }
    for other in uncontrolled:
        for name in installation.path(other.settings.connection.circuit):
            others[name].append(other)
    return [
        Branch.of(
            name,
            circuit,
            controlled[name],
            others[name],
            installation.readings.get(name)
            if circuit.metered and name not in dead
            else None,
        )
        for name, circuit in installation.circuits.items()
    ]
