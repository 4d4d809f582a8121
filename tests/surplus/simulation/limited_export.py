"""Simulation of a house whose inverter limits the export."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from custom_components.ocpp.surplus.model import SiteReading

from .charger import SimulatedCharger
from .multi_car import Profile
from .run import Simulation

RAMP_W_PER_S = 1000.0
"""Speed of an inverter that may give more."""


@dataclass(slots=True)
class LimitedExportSimulation(Simulation):
    """House with cars, and an inverter that holds back what would exceed the limit.

    Attributes:
        possible_w: power of the sun.
        chargers: the chargers.
        house_w: load of the house.
        limit_w: limit of the export.
        meter_s: interval of the meters.
        shows_sun: the inverter has a sensor.
        has_forecast: there is a perfect forecast.
        solar_w: power of the inverter.
        imported_wh: import for the cars so far.
        charged_wh: energy of the cars so far.
        exported_wh: export so far.
    """

    possible_w: Profile
    chargers: Sequence[SimulatedCharger]
    house_w: float = 400.0
    limit_w: float = 0.0
    meter_s: int = 5
    shows_sun: bool = True
    has_forecast: bool = False
    solar_w: float = 0.0
    imported_wh: float = 0.0
    charged_wh: float = 0.0
    exported_wh: float = 0.0
    site: SiteReading | None = None

    @property
    def cars_w(self) -> float:
        """Power of all cars."""
        return sum(charger.car.power_w for charger in self.chargers)

    @override
    def by_key(self) -> dict[str, SimulatedCharger]:
        return {str(number): charger for number, charger in enumerate(self.chargers)}

    @override
    def measure(self) -> SiteReading | None:
        possible_w = self.possible_w(self.now_s)
        load_w = self.house_w + self.cars_w
        wanted_w = min(possible_w, load_w + self.limit_w)
        self.solar_w = min(wanted_w, self.solar_w + RAMP_W_PER_S)
        grid_w = load_w - self.solar_w
        self.imported_wh += max(0.0, min(grid_w, self.cars_w)) / 3600
        self.exported_wh += max(0.0, -grid_w) / 3600
        self.charged_wh += self.cars_w / 3600
        if self.now_s % self.meter_s == 0:
            self.site = SiteReading(
                grid_w,
                self.now_s,
                solar_power_w=self.solar_w if self.shows_sun else None,
                possible_solar_w=possible_w if self.has_forecast else None,
            )
        return self.site
