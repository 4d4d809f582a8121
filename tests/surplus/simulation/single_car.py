"""Simulation of a house with one car."""

from collections.abc import Sequence
from dataclasses import replace

from custom_components.ocpp.surplus.model import ChargerSettings
from custom_components.ocpp.surplus.modes import Mode
from tests.simulator.car import Car

from . import charger
from .charger import SimulatedCharger
from .multi_car import MultiCarSimulation, Profile

ONE_PHASE = replace(charger.ONE_PHASE, max_current_a=32.0)


class SingleCarSimulation(MultiCarSimulation):
    """House with one charger and its car, on one phase unless stated otherwise."""

    def __init__(
        self,
        surplus_w: Profile,
        mode: Mode = Mode.PV_PRIORITY,
        settings: ChargerSettings = ONE_PHASE,
        car: Car | None = None,
        *,
        meter_s: int = 1,
        sample_s: int = 10,
    ) -> None:
        """Initialize with a surplus before the car."""
        car = car or Car(phases=1, max_current_a=32.0)
        own = SimulatedCharger(settings, car, mode, sample_s=sample_s)
        super().__init__(surplus_w, [own], meter_s=meter_s)

    @property
    def charger(self) -> SimulatedCharger:
        """The charger."""
        return self.chargers[0]

    @property
    def car(self) -> Car:
        """The car."""
        return self.charger.car

    @property
    def offered_a(self) -> float:
        """Last limit."""
        return self.charger.offered_a

    @property
    def limits(self) -> Sequence[tuple[float, float]]:
        """New limits since the last `settle`, with their seconds."""
        new: list[tuple[float, float]] = []
        before_a = 0.0
        for at_s, decision in self.charger.decisions:
            if decision.current_a != before_a and at_s > self.settled_s:
                new.append((at_s, decision.current_a))
            before_a = decision.current_a
        return new
