"""State of the surplus controller between steps, and the outcome of a step."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import math

from .cars.keep_awake import SleepHabits, learned, unplugged
from .cars.learning import observed
from .cars.response import Car, commanded, switched
from .cars.wake_up import WakeUps, updated_wake_ups
from .circuits.guard import GuardOutcome, GuardState
from .control.start_stop import StartStopState
from .model import ChargerReading, Decision, Estimate
from .modes import Mode
from .power.battery import Battery
from .power.exports import Probe
from .power.trend import Trend
from .sensing.sensing import Sensing


@dataclass(frozen=True, slots=True)
class ChargerState:
    """Memory of one charger.

    Attributes:
        car: its car.
        start_stop: memory of starts, stops and phases.
        habits: sleep habits of the car.
        wake_ups: attempts to wake the car up.
        mode: mode in the last step; None before the first one of a session.
        request: the limit that sun and owner ask for.
        decision: the limit that the circuits have headroom for.
        decided_s: the instant of the last change of the limit.
    """

    car: Car
    start_stop: StartStopState = field(default_factory=StartStopState)
    habits: SleepHabits = field(default_factory=SleepHabits)
    wake_ups: WakeUps = field(default_factory=WakeUps)
    mode: Mode | None = None
    request: Decision | None = None
    decision: Decision | None = None
    decided_s: float = -math.inf


@dataclass(frozen=True, slots=True)
class State:
    """Memory of the controller.

    Attributes:
        chargers: memory of each charger.
        sensing: the site's sources, and what was learned of them.
        battery: the home battery.
        probe: attempts to find sun that an inverter holds back.
        trend: averages of the surplus; None before the first sample.
        guard: memory of the guard.
    """

    chargers: Mapping[str, ChargerState] = field(default_factory=dict)
    sensing: Sensing = field(default_factory=Sensing)
    battery: Battery = field(default_factory=Battery)
    probe: Probe = field(default_factory=Probe)
    trend: Trend | None = None
    guard: GuardState = field(default_factory=GuardState)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of a step.

    Attributes:
        state: the next state.
        decisions: the limits to apply.
        surplus_w: power that all cars could draw without import; None while it is unknown.
        left_w: the part of it that is not left at the grid.
        cars_w: the part of that that the battery leaves to the cars, with what they may draw from the battery.
        hold_battery: the home battery should not discharge at present.
        guard: what limits chargers, and the status of the circuits.
    """

    state: State
    decisions: Mapping[str, Decision]
    surplus_w: Estimate | None
    left_w: Estimate | None = None
    cars_w: Estimate | None = None
    hold_battery: bool = False
    guard: GuardOutcome = field(default_factory=GuardOutcome)

    @property
    def is_curtailed(self) -> bool:
        """True if an inverter gives less than it could."""
        return self.state.probe.held_s is not None


def observed_charger(
    charger: ChargerState | None, reading: ChargerReading, now_s: float
) -> ChargerState:
    """Return a charger's memory with a reading; a new car or mode starts afresh."""
    if charger is None or not reading.ready or not reading.mode.policy.is_controlled:
        charger = _without_car(charger, reading)
    if not reading.ready:
        return charger
    if charger.mode is None and reading.charging:
        charger = replace(charger, car=_resumed(charger.car, reading, now_s))
    if charger.mode is not reading.mode:
        start_stop = StartStopState(running=charger.car.offered_a > 0)
        charger = replace(charger, start_stop=start_stop, mode=reading.mode)
    car = observed(charger.car, reading, now_s)
    habits = learned(charger.habits, charger.car, car, now_s)
    return replace(
        charger,
        car=car,
        habits=habits,
        wake_ups=updated_wake_ups(charger.wake_ups, car, habits, now_s),
    )


def _without_car(charger: ChargerState | None, reading: ChargerReading) -> ChargerState:
    """Return a charger's memory without a car; what is known of the last one is kept for its return."""
    phases = reading.settings.phases
    car = Car() if charger is None else charger.car
    car = car.unplugged(phases)
    if reading.vehicle_phases is not None:
        used = min(phases, reading.vehicle_phases)
        car = replace(car, phases=used, max_phases=used)
    if charger is None:
        return ChargerState(car)
    return ChargerState(car, habits=unplugged(charger.habits))


def _resumed(car: Car, reading: ChargerReading, now_s: float) -> Car:
    """Return the car of a session that is running already, with the likely limit for what it draws."""
    settings = reading.settings
    if settings.switches_phases and reading.phases_in_use == 1:
        # Its charger was probably switched to one phase; if it was not, that will be learned.
        car = replace(car, phases=1, offered_phases=1)
    drawn_a = reading.current_a or settings.min_current_a
    likely_a = min(settings.max_current_a, max(settings.min_current_a, drawn_a))
    steps = math.ceil(likely_a / settings.step_a - 1e-9)
    offered_a = min(settings.max_current_a, steps * settings.step_a)
    return commanded(car, offered_a, now_s)


def late_s(state: State) -> float:
    """Return how late the grid meter most likely is; 0 while that is unknown."""
    # A meter that never answers may be late by anything, but most likely by little.
    return state.sensing.delay.seconds or 0.0


def commands_s(state: State) -> list[float]:
    """Return the instants of recent limits."""
    return [
        command.at_s
        for charger in state.chargers.values()
        for command in charger.car.commands
    ]


def decided(charger: ChargerState, decision: Decision, now_s: float) -> ChargerState:
    """Return a charger's memory with a decision."""
    if decision == charger.decision:
        return charger
    car = charger.car
    if decision.phases not in (None, car.offered_phases):
        car = switched(car, decision.phases, now_s)
    car = commanded(car, decision.current_a, now_s)
    return replace(charger, car=car, decision=decision, decided_s=now_s)
