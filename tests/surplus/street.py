"""A small plant with circuits: cars on phases, loads beside them, meters, and the coordinator between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from custom_components.ocpp.surplus.circuits.circuits import (
    Circuit,
    CircuitReading,
    Installation,
    SiteLimit,
)
from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Connection,
    Decision,
    PhaseRotation,
    SiteReading,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.state import Outcome, State
from tests.simulator.car import Car

type Load = Callable[[float], tuple[float, float, float]]
"""What others draw on each phase of a circuit at a second."""


def nobody(_: float) -> tuple[float, float, float]:
    """Draw nothing."""
    return 0.0, 0.0, 0.0


@dataclass(slots=True)
class Place:
    """A charger with a car: where it hangs, and on which phases of the grid the car truly draws."""

    circuit: str | None = "main"
    car: Car = field(default_factory=lambda: Car(max_current_a=32.0))
    rotation: PhaseRotation = PhaseRotation.RST
    grid_phases: tuple[int, ...] = (0, 1, 2)
    wired: int = 3
    max_current_a: float = 32.0
    step_a: float = 0.1
    mode: Mode = Mode.FAST
    priority: int = 0
    safe_current_a: float = 6.0
    present: bool = True
    connected: bool = True
    switches_phases: bool = False
    phases: int = 3
    offered_a: float = 0.0
    current_a: float = 0.0
    measured_at_s: float | None = None

    @property
    def drawn_phases(self) -> tuple[int, ...]:
        """On which phases of the grid the car draws just now."""
        return self.grid_phases[: self.phases]

    def obey(self, decision: Decision) -> None:
        """Offer what was decided; to change over to other phases, it pauses."""
        if decision.phases not in (None, self.phases):
            self.phases = decision.phases or self.phases
            self.car.step(0.0, 1.0)
        self.offered_a = decision.current_a

    def reading(self) -> ChargerReading:
        """Return what the charger says."""
        connection = Connection(self.circuit, self.rotation, self.safe_current_a)
        settings = ChargerSettings(
            phases=self.wired,
            max_current_a=self.max_current_a,
            step_a=self.step_a,
            connection=connection,
            switches_phases=self.switches_phases,
        )
        return ChargerReading(
            settings=settings,
            mode=self.mode,
            ready=self.present and self.connected,
            charging=self.car.charging,
            current_a=self.current_a,
            phases_in_use=len(self.drawn_phases) if self.current_a > 1 else None,
            voltage_v=230.0,
            measured_at_s=self.measured_at_s,
            connected=self.connected,
            priority=self.priority,
        )


@dataclass(slots=True)
class Street:
    """Runs the coordinator second by second against cars and loads."""

    circuits: Mapping[str, Circuit]
    places: dict[str, Place]
    loads: Mapping[str, Load] = field(default_factory=dict)
    limits: tuple[SiteLimit, ...] = ()
    meter_s: int = 1
    sample_s: int = 10
    dead: set[str] = field(default_factory=set)
    now_s: float = 0.0
    outcome: Outcome = field(default_factory=lambda: Outcome(State(), {}, None))
    readings: dict[str, CircuitReading] = field(default_factory=dict)
    sun_w: float | None = None
    """What the sun gives; nobody looks where it is None."""
    watch: Callable[[Street], None] = field(default=lambda _: None)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self._second()

    def currents_a(self, circuit: str) -> list[float]:
        """Return what each phase of a circuit carries."""
        phases = list(self.loads.get(circuit, nobody)(self.now_s))
        for name, other in self.circuits.items():
            if other.parent == circuit:
                phases = [
                    a + b for a, b in zip(phases, self.currents_a(name), strict=True)
                ]
        for place in self.places.values():
            if place.circuit == circuit:
                for phase in place.drawn_phases:
                    phases[phase] += place.car.current_a
        return phases

    def offered_a(self) -> dict[str, float]:
        """Return what all chargers offer."""
        return {key: place.offered_a for key, place in self.places.items()}

    def _second(self) -> None:
        self.now_s += 1
        for place in self.places.values():
            place.car.step(place.offered_a if place.present else 0.0, 1.0)
            if place.connected and self.now_s % self.sample_s == 0:
                place.measured_at_s = self.now_s
                place.current_a = place.car.current_a
        if self.now_s % self.meter_s == 0:
            for name, circuit in self.circuits.items():
                if circuit.metered and name not in self.dead:
                    currents_a = tuple(self.currents_a(name))
                    self.readings[name] = CircuitReading(self.now_s, currents_a)
        self.watch(self)
        self.step()

    def _site(self) -> SiteReading | None:
        if self.sun_w is None:
            return None
        carried_a = [
            sum(self.currents_a(name))
            for name, circuit in self.circuits.items()
            if circuit.parent is None
        ]
        return SiteReading(sum(carried_a) * 230.0 - self.sun_w, self.now_s)

    def step(self) -> None:
        """Take one step of the coordinator, and have the chargers obey."""
        self.outcome = step(
            self.outcome.state,
            self._site(),
            {key: place.reading() for key, place in self.places.items()},
            self.now_s,
            installation=Installation(self.circuits, self.readings, self.limits),
        )
        for key, decision in self.outcome.decisions.items():
            self.places[key].obey(decision)


def house(**options: object) -> dict[str, Circuit]:
    """Return a main fuse of 25 A with a meter."""
    return {"main": replace(Circuit(25.0, metered=True), **options)}  # type: ignore[arg-type]


def one_phase(phase: int, **options: object) -> Place:
    """Return a single-phase charger on a phase of the grid that its owner knows."""
    rotation = (PhaseRotation.R, PhaseRotation.S, PhaseRotation.T)[phase]
    car = Car(phases=1, max_current_a=32.0)
    return Place(
        car=car,
        rotation=rotation,
        grid_phases=(phase,),
        wired=1,
        **options,  # type: ignore[arg-type]
    )
