"""Simulation of a house in which each phase is paid for by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import override

from custom_components.ocpp.surplus.model import PhasePowers, SiteReading

from .charger import SimulatedCharger
from .run import Simulation


@dataclass(slots=True)
class PhasesApartSimulation(Simulation):
    """House with cars on some of its phases.

    Attributes:
        surplus_w: surplus before the cars on each phase at a second.
        chargers: the chargers.
        meter_s: interval of the meter.
        imported_wh: import for the cars so far, of all phases, none made up for by another's export.
        charged_wh: energy of the cars so far.
        known: the power of each phase is known.
    """

    surplus_w: Callable[[float], PhasePowers]
    chargers: Sequence[SimulatedCharger]
    meter_s: int = 1
    imported_wh: float = 0.0
    charged_wh: float = 0.0
    known: bool = True
    site: SiteReading | None = field(default=None)

    @property
    def cars_w(self) -> float:
        """Power of all cars."""
        return sum(charger.car.power_w for charger in self.chargers)

    @override
    def by_key(self) -> dict[str, SimulatedCharger]:
        return {str(number): charger for number, charger in enumerate(self.chargers)}

    @override
    def measure(self) -> SiteReading | None:
        drawn_w = [0.0, 0.0, 0.0]
        for charger in self.chargers:
            count = charger.car.phases_in_use
            for phase in charger.grid_phases[:count]:
                drawn_w[phase] += charger.car.power_w / count
        one, two, three = (
            drawn - surplus
            for drawn, surplus in zip(drawn_w, self.surplus_w(self.now_s), strict=True)
        )
        grid_w = (one, two, three)
        self.imported_wh += (
            sum(
                max(0.0, min(watts, drawn))
                for watts, drawn in zip(grid_w, drawn_w, strict=True)
            )
            / 3600
        )
        self.charged_wh += self.cars_w / 3600
        if self.now_s % self.meter_s == 0:
            self.site = SiteReading(
                sum(grid_w),
                self.now_s,
                phases_apart=True,
                grid_phases_w=grid_w if self.known else None,
            )
        return self.site
