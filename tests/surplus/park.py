"""A house with any number of cars that answer like real ones, run second by second."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
import math

from custom_components.ocpp.surplus.controller import Outcome, State, step
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Decision,
    Mode,
    SiteReading,
    SiteSettings,
)
from tests.simulator.car import Car

type Profile = Callable[[float], float]
"""The surplus before the cars, in watts, at a second."""


@dataclass(slots=True)
class Place:
    """A charger with its car: what it is told, and what it tells.

    `told` are the decisions with the seconds at which they came. The car draws on no more than `onboard_phases`;
    `wishes` are fields of the reading that the owner sets.
    """

    car: Car
    settings: ChargerSettings
    mode: Mode = Mode.PV_PRIORITY
    wishes: dict[str, float] = field(default_factory=dict)
    ready: bool = True
    asleep: bool = False
    onboard_phases: int = 3
    sample_s: int = 10
    told: list[tuple[float, Decision]] = field(default_factory=list)
    charged_wh: float = 0.0
    starts: int = 0
    _open_until_s: float = -math.inf
    _current_a: float = 0.0
    _measured_at_s: float | None = None

    @property
    def decision(self) -> Decision:
        """What it was told last."""
        return self.told[-1][1] if self.told else Decision(0.0)

    def tell(self, decision: Decision, now_s: float) -> None:
        """Take a decision, and pause where it changes the phases."""
        if self.told and decision == self.decision:
            return
        if decision.phases is not None:
            phases = min(decision.phases, self.onboard_phases)
            if phases != self.car.phases:
                self._open_until_s = now_s + self.settings.switch_pause_s
                self.car.step(0.0, 1.0)
                self.car.phases = phases
        self.told.append((now_s, decision))

    def second(self, now_s: float) -> None:
        """Let a second pass."""
        charged = self.car.charging
        closed = now_s >= self._open_until_s and not self.asleep
        self.car.step(self.decision.current_a if closed else 0.0, 1.0)
        self.starts += self.car.charging and not charged
        self.charged_wh += self.car.power_w / 3600
        if now_s % self.sample_s == 0:
            self._measured_at_s, self._current_a = now_s, self.car.current_a

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
        return replace(reading, **self.wishes)  # type: ignore[arg-type]


@dataclass(slots=True)
class Park:
    """Runs the coordinator against a house, its cars, and perhaps a battery that regulates the grid to zero."""

    surplus_w: Profile
    places: Sequence[Place]
    site: SiteSettings = field(default_factory=SiteSettings)
    meter_s: int = 1
    meter_until_s: float = math.inf
    battery_limit_w: float = 0.0
    battery_soc_percent: float | None = None
    battery_w: float = 0.0
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
        """Let time pass until something is so, and return when."""
        end_s = self.now_s + seconds
        while not condition():
            assert self.now_s < end_s, "it never came to pass"
            self._second()
        return self.now_s

    def _second(self) -> None:
        self.now_s += 1
        for place in self.places:
            place.second(self.now_s)
        left_w = self.cars_w - self.surplus_w(self.now_s)
        wanted_w = min(self.battery_limit_w, max(-self.battery_limit_w, left_w))
        self.battery_w += (wanted_w - self.battery_w) / 3
        grid_w = left_w - self.battery_w
        self.imported_wh += max(0.0, min(grid_w, self.cars_w)) / 3600
        if self.now_s % self.meter_s == 0 and self.now_s <= self.meter_until_s:
            self._reading = SiteReading(
                grid_w,
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
