"""A house with any number of cars that answer like real ones, run second by second."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
import math

from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Decision,
    SiteReading,
    SiteSettings,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.state import Outcome, State
from tests.simulator.car import Car

ONE_PHASE = ChargerSettings(phases=1, step_a=0.1)
THREE_PHASES = ChargerSettings(phases=3, step_a=0.1)
SWITCHING = ChargerSettings(
    phases=3, step_a=0.1, switches_phases=True, switch_pause_s=10.0
)
ANSWERS_S = 3.0
"""In what time a battery has come two thirds of the way to where it regulates to."""

type Profile = Callable[[float], float]
"""The surplus before the cars, in watts, at a second."""


@dataclass(slots=True)
class Place:
    """A charger with its car.

    The car draws on as many of the charger's phases as it has. It ceases when it is offered less than `min_a`, and is
    full after `full_wh`. When it has been paused for `sleepy_s` it falls asleep, and then needs to be offered `rousing_a`.
    With `obeys_phases` off, the charger stays on all phases. `overrides` are fields of the reading that the owner sets;
    `told`, what was decided, each with its second.
    """

    settings: ChargerSettings = ONE_PHASE
    car: Car = field(default_factory=Car)
    mode: Mode = Mode.PV_PRIORITY
    overrides: dict[str, float] = field(default_factory=dict)
    ready: bool = True
    obeys_phases: bool = True
    min_a: float = 6.0
    full_wh: float = math.inf
    sleepy_s: float = math.inf
    rousing_a: float = math.inf
    sample_s: int = 10
    told: list[tuple[float, Decision]] = field(default_factory=list)
    charged_wh: float = 0.0
    starts: int = 0
    asleep: bool = False
    onboard_phases: int = field(init=False)
    closed_phases: int = field(init=False)
    _open_until_s: float = -math.inf
    _paused_s: float = 0.0
    _current_a: float = 0.0
    _measured_at_s: float | None = None

    def __post_init__(self) -> None:
        """Connect the car with its charger."""
        self.onboard_phases, self.closed_phases = self.car.phases, self.settings.phases
        self.car.phases = min(self.onboard_phases, self.closed_phases)

    @property
    def decision(self) -> Decision:
        """What it was told last."""
        return self.told[-1][1] if self.told else Decision(0.0)

    @property
    def switches(self) -> Sequence[float]:
        """When it was told to change over to other phases."""
        phases = [(at_s, told.phases) for at_s, told in self.told]
        return [
            at_s for (_, before), (at_s, after) in pairwise(phases) if after != before
        ]

    @property
    def currents_a(self) -> Sequence[float]:
        """The limits that it was told, one after the other."""
        return [told.current_a for _, told in self.told]

    def tell(self, decision: Decision, now_s: float) -> None:
        """Take a decision; to change over to other phases, it pauses."""
        if self.told and decision == self.decision:
            return
        phases = decision.phases if self.obeys_phases else None
        if phases not in (None, self.closed_phases):
            self._open_until_s = now_s + self.settings.switch_pause_s
            self.closed_phases = phases
        self.told.append((now_s, decision))

    def second(self, now_s: float) -> None:
        """Let a second pass."""
        charged = self.car.charging
        offered_a = self._offered_a(now_s)
        if offered_a == 0:
            self.car.phases = min(self.onboard_phases, self.closed_phases)
        self.car.step(offered_a, 1.0)
        self.starts += self.car.charging and not charged
        self.charged_wh += self.car.power_w / 3600
        if now_s % self.sample_s == 0:
            self._measured_at_s, self._current_a = now_s, self.car.current_a

    def _offered_a(self, now_s: float) -> float:
        """Return what reaches the car, and have it fall asleep or wake up."""
        current_a = self.decision.current_a if now_s >= self._open_until_s else 0.0
        self._paused_s = 0.0 if current_a > 0 else self._paused_s + 1
        self.asleep |= self._paused_s > self.sleepy_s
        self.asleep &= current_a < self.rousing_a
        if self.asleep or self.charged_wh >= self.full_wh or current_a < self.min_a:
            return 0.0
        return current_a

    def reading(self) -> ChargerReading:
        """Return what the charger says."""
        reading = ChargerReading(
            settings=self.settings,
            mode=self.mode,
            ready=self.ready,
            charging=self.car.charging,
            current_a=self._current_a,
            phases_in_use=self.car.phases if self._current_a > 1 else None,
            voltage_v=230.0,
            measured_at_s=self._measured_at_s,
            charged_wh=self.charged_wh,
        )
        return replace(reading, **self.overrides)  # type: ignore[arg-type]


@dataclass(slots=True)
class Park:
    """Runs the coordinator against a house, its cars, and perhaps a battery that regulates the grid to zero.

    The battery charges and discharges with no more than `battery_limit_w`.
    """

    surplus_w: Profile
    places: Sequence[Place]
    site: SiteSettings = field(default_factory=SiteSettings)
    meter_s: int = 1
    meter_until_s: float = math.inf
    battery_limit_w: float = 0.0
    battery_soc_percent: float | None = None
    battery_w: float = 0.0
    grid_w: float = 0.0
    now_s: float = 0.0
    imported_wh: float = 0.0
    outcome: Outcome = field(default_factory=lambda: Outcome(State(), {}, None))
    _reading: SiteReading | None = None

    @property
    def cars_w(self) -> float:
        """What all cars draw."""
        return sum(place.car.power_w for place in self.places)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self._second()

    def run_until(self, condition: Callable[[], bool], seconds: float = 3600) -> float:
        """Let time pass until something is so, and return how long that took."""
        begin_s = self.now_s
        while not condition():
            assert self.now_s < begin_s + seconds, "it never came to pass"
            self._second()
        return self.now_s - begin_s

    def settle(self, seconds: float = 400) -> None:
        """Let time pass, and forget what was told and imported meanwhile."""
        self.run(seconds)
        self.imported_wh = 0.0
        for place in self.places:
            place.told = place.told[-1:]
            place.starts = 0

    def _second(self) -> None:
        self.now_s += 1
        for place in self.places:
            place.second(self.now_s)
        left_w = self.cars_w - self.surplus_w(self.now_s)
        wanted_w = min(self.battery_limit_w, max(-self.battery_limit_w, left_w))
        self.battery_w += (wanted_w - self.battery_w) / ANSWERS_S
        self.grid_w = left_w - self.battery_w
        self.imported_wh += max(0.0, min(self.grid_w, self.cars_w)) / 3600
        if self.now_s % self.meter_s == 0 and self.now_s <= self.meter_until_s:
            self._reading = SiteReading(
                self.grid_w,
                self.now_s,
                self.battery_w,
                battery_soc_percent=self.battery_soc_percent,
            )
        readings = {
            str(number): place.reading() for number, place in enumerate(self.places)
        }
        self.outcome = step(
            self.outcome.state, self._reading, readings, self.now_s, self.site
        )
        for number, place in enumerate(self.places):
            if decision := self.outcome.decisions.get(str(number)):
                place.tell(decision, self.now_s)


def house(watts: float, *places: Place, **options: object) -> Park:
    """Return a house with a steady surplus."""
    return Park(lambda _: watts, places, **options)  # type: ignore[arg-type]
