"""Simulation of circuits: chargers and other loads on their phases, and meters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import override

from custom_components.ocpp.surplus.circuits.circuits import (
    Circuit,
    CircuitReading,
    Installation,
    SiteLimit,
)
from custom_components.ocpp.surplus.model import (
    ChargerSettings,
    Connection,
    PhaseRotation,
    SiteReading,
)
from custom_components.ocpp.surplus.modes import Mode
from tests.simulator.car import NOMINAL_VOLTAGE_V, Car

from .charger import SimulatedCharger
from .run import Simulation

type Load = Callable[[float], tuple[float, float, float]]
"""Current of other loads on each phase of a circuit at a second."""


def _no_load(_: float) -> tuple[float, float, float]:
    return 0.0, 0.0, 0.0


@dataclass(slots=True)
class CircuitSimulation(Simulation):
    """Circuits with chargers and other loads.

    Attributes:
        circuits: the circuits.
        chargers: the chargers.
        loads: other loads of each circuit.
        limits: external limits.
        meter_s: interval of the circuits' meters.
        dead: circuits whose meters are silent.
        sun_w: the sun's power; None without a site meter.
        readings: latest readings of the circuits' meters.
    """

    circuits: Mapping[str, Circuit]
    chargers: dict[str, SimulatedCharger]
    loads: Mapping[str, Load] = field(default_factory=dict)
    limits: tuple[SiteLimit, ...] = ()
    meter_s: int = 1
    dead: set[str] = field(default_factory=set)
    sun_w: float | None = None
    readings: dict[str, CircuitReading] = field(default_factory=dict)

    def currents_a(self, circuit: str) -> list[float]:
        """Return the current on each phase of a circuit."""
        phases = list(self.loads.get(circuit, _no_load)(self.now_s))
        for name, other in self.circuits.items():
            if other.parent == circuit:
                phases = [
                    a + b for a, b in zip(phases, self.currents_a(name), strict=True)
                ]
        for charger in self.chargers.values():
            if charger.settings.connection.circuit == circuit:
                for phase in charger.drawn_phases:
                    phases[phase] += charger.car.current_a
        return phases

    def offered_a(self) -> dict[str, float]:
        """Return the limit of each charger."""
        return {key: charger.offered_a for key, charger in self.chargers.items()}

    @override
    def by_key(self) -> Mapping[str, SimulatedCharger]:
        return self.chargers

    @override
    def installation(self) -> Installation:
        return Installation(self.circuits, self.readings, self.limits)

    @override
    def measure(self) -> SiteReading | None:
        if self.now_s % self.meter_s == 0:
            for name, circuit in self.circuits.items():
                if circuit.metered and name not in self.dead:
                    currents_a = tuple(self.currents_a(name))
                    self.readings[name] = CircuitReading(self.now_s, currents_a)
        if self.sun_w is None:
            return None
        carried_a = sum(
            sum(self.currents_a(name))
            for name, circuit in self.circuits.items()
            if circuit.parent is None
        )
        return SiteReading(carried_a * NOMINAL_VOLTAGE_V - self.sun_w, self.now_s)


def main_fuse(**options: object) -> dict[str, Circuit]:
    """Return a main fuse of 25 A with a meter."""
    return {"main": replace(Circuit(25.0, metered=True), **options)}  # type: ignore[arg-type]


def charger_on(
    circuit: str | None = "main",
    *,
    car: Car | None = None,
    mode: Mode = Mode.FAST,
    priority: int = 0,
    rotation: PhaseRotation = PhaseRotation.RST,
    safe_current_a: float = 6.0,
    grid_phases: tuple[int, ...] = (0, 1, 2),
    **settings: object,
) -> SimulatedCharger:
    """Return a charger on a circuit, with three phases and up to 32 A unless stated otherwise."""
    options = {"max_current_a": 32.0, "step_a": 0.1} | settings
    connection = Connection(circuit, rotation, safe_current_a)
    return SimulatedCharger(
        ChargerSettings(connection=connection, **options),  # type: ignore[arg-type]
        car or Car(max_current_a=32.0),
        mode,
        {"priority": priority},
        grid_phases=grid_phases,
    )


def single_phase_charger(phase: int, **options: object) -> SimulatedCharger:
    """Return a single-phase charger on a known phase of the grid."""
    return charger_on(
        car=Car(phases=1, max_current_a=32.0),
        rotation=(PhaseRotation.R, PhaseRotation.S, PhaseRotation.T)[phase],
        grid_phases=(phase,),
        phases=1,
        **options,  # type: ignore[arg-type]
    )
