"""Simulated charger with its car."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
import math

from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Decision,
)
from custom_components.ocpp.surplus.modes import Mode
from tests.simulator.car import NOMINAL_VOLTAGE_V, Car

ONE_PHASE = ChargerSettings(phases=1, step_a=0.1)
THREE_PHASES = ChargerSettings(phases=3, step_a=0.1)
SWITCHING = ChargerSettings(
    phases=3, step_a=0.1, switches_phases=True, switch_pause_s=10.0
)


@dataclass(slots=True)
class SimulatedCharger:
    """Charger with a car that draws on as many of its phases as it can.

    Attributes:
        settings: settings of the charger.
        car: the car.
        mode: the charging mode.
        overrides: fields of the reading to replace.
        present: the car is plugged in.
        connected: the charger is connected.
        follows_phases: it follows decisions on phases.
        grid_phases: phases of the grid at its L1, L2 and L3.
        min_a: limit below which the car stops.
        full_wh: energy after which the car is full.
        sleeps_after_s: pause in which the car falls asleep.
        wakes_at_a: limit at which the car wakes up again.
        sample_s: interval of its measurements.
        told_v: voltage that it tells.
        decisions: decisions with their seconds.
        charged_wh: energy so far.
        starts: number of times the car started to draw.
        asleep: the car is asleep.
        offered_phases: phases that it offers.
    """

    settings: ChargerSettings = ONE_PHASE
    car: Car = field(default_factory=Car)
    mode: Mode = Mode.PV_PRIORITY
    overrides: dict[str, float] = field(default_factory=dict)
    present: bool = True
    connected: bool = True
    follows_phases: bool = True
    grid_phases: tuple[int, ...] = (0, 1, 2)
    min_a: float = 6.0
    full_wh: float = math.inf
    sleeps_after_s: float = math.inf
    wakes_at_a: float = math.inf
    sample_s: int = 10
    told_v: float = NOMINAL_VOLTAGE_V
    decisions: list[tuple[float, Decision]] = field(default_factory=list)
    charged_wh: float = 0.0
    starts: int = 0
    asleep: bool = False
    offered_phases: int = field(init=False)
    _car_phases: int = field(init=False)
    _open_until_s: float = -math.inf
    _paused_s: float = 0.0
    _current_a: float = 0.0
    _power_w: float = 0.0
    _measured_at_s: float | None = None

    def __post_init__(self) -> None:
        """Connect the car."""
        self._car_phases, self.offered_phases = self.car.phases, self.settings.phases
        self.car.phases = min(self._car_phases, self.offered_phases)

    @property
    def decision(self) -> Decision:
        """Last decision."""
        return self.decisions[-1][1] if self.decisions else Decision(0.0)

    @property
    def offered_a(self) -> float:
        """Last limit."""
        return self.decision.current_a

    @property
    def limits_a(self) -> Sequence[float]:
        """All limits."""
        return [decision.current_a for _, decision in self.decisions]

    @property
    def switches_s(self) -> Sequence[float]:
        """Seconds of all decisions on other phases."""
        phases = [(at_s, decision.phases) for at_s, decision in self.decisions]
        return [
            at_s for (_, before), (at_s, after) in pairwise(phases) if after != before
        ]

    @property
    def drawn_phases(self) -> tuple[int, ...]:
        """Phases of the grid on which the car draws."""
        return self.grid_phases[: self.car.phases]

    def connect(self, **changes: object) -> None:
        """Change how the charger is connected to the grid."""
        connection = replace(self.settings.connection, **changes)  # type: ignore[arg-type]
        self.settings = replace(self.settings, connection=connection)

    def apply(self, decision: Decision, now_s: float) -> None:
        """Apply a decision; a switch of phases interrupts the car."""
        if self.decisions and decision == self.decision:
            return
        self.decisions.append((now_s, decision))
        phases = decision.phases if self.follows_phases else None
        if phases not in (None, self.offered_phases):
            self.offered_phases = phases
            self._open_until_s = now_s + self.settings.switch_pause_s
            self.car.phases = min(self._car_phases, phases)
            self.car.step(0.0, 1.0)

    def second(self, now_s: float) -> None:
        """Let a second pass."""
        charged = self.car.charging
        self.car.step(self._reaching_a(now_s), 1.0)
        self.starts += self.car.charging and not charged
        self.charged_wh += self.car.power_w / 3600
        if self.connected and now_s % self.sample_s == 0:
            self._measured_at_s, self._current_a = now_s, self.car.current_a
            self._power_w = self.car.power_w

    def _reaching_a(self, now_s: float) -> float:
        """Return the limit that reaches the car, which may fall asleep or wake up."""
        current_a = self.offered_a if now_s >= self._open_until_s else 0.0
        self._paused_s = 0.0 if current_a > 0 else self._paused_s + 1
        self.asleep |= self._paused_s > self.sleeps_after_s
        self.asleep &= current_a < self.wakes_at_a
        full = self.charged_wh >= self.full_wh
        if not self.present or self.asleep or full or current_a < self.min_a:
            return 0.0
        return current_a

    def reading(self) -> ChargerReading:
        """Return the reading of the charger."""
        reading = ChargerReading(
            settings=self.settings,
            mode=self.mode,
            ready=self.present and self.connected,
            charging=self.car.charging,
            current_a=self._current_a,
            phases_in_use=self.car.phases if self._current_a > 1 else None,
            voltage_v=self.told_v,
            power_w=self._power_w,
            measured_at_s=self._measured_at_s,
            connected=self.connected,
            charged_wh=self.charged_wh,
        )
        return replace(reading, **self.overrides)  # type: ignore[arg-type]
