"""Simulation of a house with any number of cars, and perhaps a battery that regulates the grid to zero."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import math
from typing import override

from custom_components.ocpp.surplus.checks.findings import Fault
from custom_components.ocpp.surplus.model import SiteReading

from .charger import SimulatedCharger
from .run import Simulation

BATTERY_LAG_S = 3.0
"""Time constant with which the battery regulates the grid."""

type Profile = Callable[[float], float]
"""Surplus before the cars at a second, in watts."""


@dataclass(slots=True)
class MultiCarSimulation(Simulation):
    """House with cars.

    Attributes:
        surplus_w: surplus before the cars.
        chargers: the chargers.
        meter_s: interval of the meters.
        meter_until_s: second at which the meters fall silent.
        inverted: meters with an inverted sign.
        battery_limit_w: greatest power of the battery; 0 without one.
        battery_soc_percent: its state of charge.
        battery_w: its power.
        imported_wh: import for the cars so far.
        settled_s: second of the last `settle`.
        site: latest reading of the meters.
    """

    surplus_w: Profile
    chargers: Sequence[SimulatedCharger]
    meter_s: int = 1
    meter_until_s: float = math.inf
    inverted: frozenset[Fault] = frozenset()
    battery_limit_w: float = 0.0
    battery_soc_percent: float | None = None
    battery_w: float = 0.0
    imported_wh: float = 0.0
    settled_s: float = 0.0
    site: SiteReading | None = None

    @property
    def cars_w(self) -> float:
        """Power of all cars."""
        return sum(charger.car.power_w for charger in self.chargers)

    def settle(self, seconds: float = 400) -> None:
        """Let time pass, and forget all but the last decision, and all import and starts."""
        self.run(seconds)
        self.imported_wh = 0.0
        self.settled_s = self.now_s
        for charger in self.chargers:
            charger.decisions = charger.decisions[-1:]
            charger.starts = 0

    @override
    def by_key(self) -> Mapping[str, SimulatedCharger]:
        return {str(number): charger for number, charger in enumerate(self.chargers)}

    @override
    def measure(self) -> SiteReading | None:
        missing_w = self.cars_w - self.surplus_w(self.now_s)
        wanted_w = min(self.battery_limit_w, max(-self.battery_limit_w, missing_w))
        self.battery_w += (wanted_w - self.battery_w) / BATTERY_LAG_S
        grid_w = missing_w - self.battery_w
        self.imported_wh += max(0.0, min(grid_w, self.cars_w)) / 3600
        if self.now_s % self.meter_s == 0 and self.now_s <= self.meter_until_s:
            self.site = SiteReading(
                -grid_w if Fault.GRID_INVERTED in self.inverted else grid_w,
                self.now_s,
                -self.battery_w
                if Fault.BATTERY_INVERTED in self.inverted
                else self.battery_w,
                battery_soc_percent=self.battery_soc_percent,
            )
        return self.site


def steady(
    watts: float, *chargers: SimulatedCharger, **options: object
) -> MultiCarSimulation:
    """Return a house with a steady surplus."""
    return MultiCarSimulation(lambda _: watts, chargers, **options)  # type: ignore[arg-type]


def steps(*profile: tuple[float, float]) -> Profile:
    """Return a surplus that takes a new value at each of some seconds."""

    def surplus_w(second: float) -> float:
        value = profile[0][1]
        for at_s, watts in profile:
            if second >= at_s:
                value = watts
        return value

    return surplus_w
