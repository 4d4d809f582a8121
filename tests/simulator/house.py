"""House with solar modules, on a recorded day of passing clouds."""

from collections.abc import Iterator, Sequence
import csv
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

CLOUDS = Path(__file__).with_name("clouds.csv")
SECONDS_PER_SAMPLE = 60.0
PERFORMANCE_RATIO = 0.85

type Part = tuple[str, str]
"""Begin and end of a part of the recorded day, in local time."""


@dataclass(frozen=True, slots=True)
class Flows:
    """Power flows of the house at an instant; import and discharge are positive."""

    pv_w: float
    house_w: float
    battery_w: float
    car_w: float

    @property
    def grid_w(self) -> float:
        """Power from the grid."""
        return self.house_w + self.car_w - self.pv_w - self.battery_w

    @property
    def surplus_w(self) -> float:
        """Surplus for the car."""
        return self.pv_w - self.house_w


@dataclass(slots=True)
class Battery:
    """Home battery that regulates the grid to zero, with a lag; it does not discharge while it is held."""

    capacity_wh: float = 10_000.0
    max_power_w: float = 5_000.0
    soc: float = 0.5
    power_w: float = 0.0
    held: bool = False

    def step(self, deficit_w: float, seconds: float) -> None:
        """Let `seconds` pass with a deficit without the battery."""
        wanted_w = max(-self.max_power_w, min(self.max_power_w, deficit_w))
        empty = self.held or self.soc <= 0.05
        if (wanted_w > 0 and empty) or (wanted_w < 0 and self.soc >= 1.0):
            wanted_w = 0.0
        self.power_w += min(1.0, seconds / 4.0) * (wanted_w - self.power_w)
        self.soc -= self.power_w * seconds / 3600 / self.capacity_wh


class House:
    """House whose recorded sun passes faster than it did."""

    def __init__(
        self,
        *,
        speed: float,
        peak_power_w: float = 9_000.0,
        base_load_w: float = 350.0,
        parts: Sequence[Part] = (("12:30", "15:00"),),
        battery: Battery | None = None,
    ) -> None:
        """Play parts of the recorded day one after the other, over and over."""
        self.battery = battery
        self.sun_share = 1.0
        """Share of the recorded sun that shines; 0 is night."""
        self._speed = speed
        self._peak_power_w = peak_power_w
        self._base_load_w = base_load_w
        self.show(parts)

    def show(self, parts: Sequence[Part]) -> None:
        """Play other parts from now on."""
        recorded = list(_irradiance())
        self._irradiance = [
            value
            for begin, end in parts
            for time, value in recorded
            if begin <= time <= end
        ]
        self._elapsed_s = 0.0

    @property
    def mean_sun_w(self) -> float:
        """Mean power of the sun over all parts."""
        return fmean(self._irradiance) * self._w_per_irradiance

    @property
    def _w_per_irradiance(self) -> float:
        return self._peak_power_w * PERFORMANCE_RATIO / 1000

    def step(self, car_w: float, seconds: float) -> Flows:
        """Let `seconds` pass while the car draws a power, and return the flows then."""
        self._elapsed_s += seconds
        pv_w, house_w = self._pv_w(), self._house_w()
        battery_w = 0.0
        if self.battery is not None:
            self.battery.step(house_w + car_w - pv_w, seconds)
            battery_w = self.battery.power_w
        return Flows(pv_w, house_w, battery_w, car_w)

    def _pv_w(self) -> float:
        position = self._elapsed_s * self._speed / SECONDS_PER_SAMPLE
        position %= len(self._irradiance) - 1
        index = int(position)
        before, after = self._irradiance[index : index + 2]
        irradiance = before + (position - index) * (after - before)
        return irradiance * self._w_per_irradiance * self.sun_share

    def _house_w(self) -> float:
        # A kettle boils for a while, now and then.
        kettle = 1_800.0 if self._elapsed_s % 400 > 380 else 0.0
        return self._base_load_w + kettle


def _irradiance() -> Iterator[tuple[str, float]]:
    with CLOUDS.open(encoding="utf-8") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines):
            yield row["time_mst"], float(row["irradiance_w_per_m2"])
