"""Run of the surplus controller against simulated chargers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from custom_components.ocpp.surplus.circuits.circuits import (
    NO_INSTALLATION,
    Installation,
)
from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import SiteReading, SiteSettings
from custom_components.ocpp.surplus.state import Outcome, State

from .charger import SimulatedCharger


def fresh() -> Outcome:
    """Return the outcome before the first step."""
    return Outcome(State(), {}, None)


@dataclass(slots=True, kw_only=True)
class Simulation(ABC):
    """Time, and the controller in it; `after_second` is called after each second."""

    settings: SiteSettings = field(default_factory=SiteSettings)
    now_s: float = 0.0
    outcome: Outcome = field(default_factory=fresh)
    after_second: Callable[[], None] = lambda: None

    @abstractmethod
    def by_key(self) -> Mapping[str, SimulatedCharger]:
        """Return the chargers by key."""

    @abstractmethod
    def measure(self) -> SiteReading | None:
        """Return the latest reading of the site's meters, after a second."""

    def installation(self) -> Installation:
        """Return the circuits."""
        return NO_INSTALLATION

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self._second()

    def run_until(self, condition: Callable[[], bool], seconds: float = 3600) -> float:
        """Let time pass until a condition holds, and return the time it took."""
        begin_s = self.now_s
        while not condition():
            assert self.now_s < begin_s + seconds, "it never came to pass"
            self._second()
        return self.now_s - begin_s

    def _second(self) -> None:
        self.now_s += 1
        chargers = self.by_key()
        for charger in chargers.values():
            charger.second(self.now_s)
        site = self.measure()
        self.outcome = step(
            self.outcome.state,
            site,
            {key: charger.reading() for key, charger in chargers.items()},
            self.now_s,
            self.settings,
            self.installation(),
        )
        for key, decision in self.outcome.decisions.items():
            chargers[key].apply(decision, self.now_s)
        self.after_second()
