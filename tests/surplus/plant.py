"""A small plant: one car, one meter, and the coordinator between them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    SiteReading,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.state import Outcome, State
from tests.simulator.car import Car

ONE_PHASE = ChargerSettings(phases=1, max_current_a=32.0, step_a=0.1)
THREE_PHASES = ChargerSettings(phases=3, max_current_a=16.0, step_a=0.1)

type Profile = Callable[[float], float]
"""The surplus before the car, in watts, at a second."""


@dataclass(slots=True)
class Plant:
    """Runs the coordinator second by second against a car that answers like real ones."""

    surplus_w: Profile
    mode: Mode = Mode.PV_PRIORITY
    settings: ChargerSettings = ONE_PHASE
    car: Car = field(default_factory=lambda: Car(phases=1, max_current_a=32.0))
    meter_s: int = 1
    sample_s: int = 10
    meter_until_s: float = float("inf")
    now_s: float = 0.0
    outcome: Outcome = field(default_factory=lambda: Outcome(State(), {}, None))
    offered_a: float = 0.0
    limits: list[tuple[float, float]] = field(default_factory=list)
    imported_wh: float = 0.0
    _site: SiteReading | None = None
    _current_a: float = 0.0
    _measured_at_s: float | None = None

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
        self.car.step(self.offered_a, 1.0)
        grid_w = self.car.power_w - self.surplus_w(self.now_s)
        self.imported_wh += max(0.0, min(grid_w, self.car.power_w)) / 3600
        if self.now_s % self.meter_s == 0 and self.now_s <= self.meter_until_s:
            self._site = SiteReading(grid_w, self.now_s)
        if self.now_s % self.sample_s == 0:
            self._measured_at_s, self._current_a = self.now_s, self.car.current_a
        self.outcome = step(
            self.outcome.state, self._site, {"car": self._reading()}, self.now_s
        )
        if (
            decision := self.outcome.decisions.get("car")
        ) and decision.current_a != self.offered_a:
            self.offered_a = decision.current_a
            self.limits.append((self.now_s, self.offered_a))

    def _reading(self) -> ChargerReading:
        return ChargerReading(
            settings=self.settings,
            mode=self.mode,
            ready=True,
            charging=self.car.charging,
            current_a=self._current_a,
            phases_in_use=self.car.phases if self._current_a > 1 else None,
            voltage_v=230.0,
            measured_at_s=self._measured_at_s,
        )


def steps(*profile: tuple[float, float]) -> Profile:
    """Return a surplus that takes a new value at each of some seconds."""

    def surplus_w(second: float) -> float:
        value = profile[0][1]
        for at_s, watts in profile:
            if second >= at_s:
                value = watts
        return value

    return surplus_w
