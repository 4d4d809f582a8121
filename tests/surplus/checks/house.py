"""House with a car that charges and pauses in turn, and meters that may be set up wrongly."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
import random

from custom_components.ocpp.surplus.checks.checks import Checks, checked
from custom_components.ocpp.surplus.checks.draw import TotalDraw
from custom_components.ocpp.surplus.checks.findings import Fault
from custom_components.ocpp.surplus.checks.samples import sample_of
from custom_components.ocpp.surplus.sensing.told import Told, ToldSite

MEASURED_EACH_S = 10
BATTERY_LAG_S = 4.0
STEP_W_PER_S = 1500.0

type Wiring = Callable[[ToldSite], ToldSite]
"""How the sources are set up, given right ones."""


def scaled(
    sources: tuple[Told, ...], change: Callable[[float], float]
) -> tuple[Told, ...]:
    """Return sources that tell something else."""
    return tuple(
        told if told.value is None else replace(told, value=change(told.value))
        for told in sources
    )


@dataclass(slots=True)
class CheckedHouse:
    """House whose meters are checked.

    Attributes:
        surplus_w: surplus before the car at a second.
        car_w: draw of the car while it charges.
        charges: says whether the car is to charge at a second.
        wiring: how the sources are set up.
        meter_s: interval of the meters.
        late_s: how late they are.
        noise_w: their noise.
        battery_w: greatest power of the home battery; 0 without one.
        seen: share of the battery that has sensors.
        solar_w: solar power that is told; None without a sensor.
        sun_deg: elevation of the sun.
    """

    surplus_w: Callable[[int], float] = lambda _: 2000.0
    car_w: float = 4100.0
    charges: Callable[[int], bool] = lambda second: second % 150 >= 75
    wiring: Wiring = lambda told: told
    meter_s: int = 5
    late_s: int = 2
    noise_w: float = 15.0
    battery_w: float = 0.0
    seen: float = 1.0
    solar_w: Callable[[int], float] | None = None
    sun_deg: float | None = None
    phases_measured: bool = True
    seed: int = 1
    checks: Checks = field(default_factory=Checks)
    found: dict[Fault, int] = field(default_factory=dict)
    _now_s: int = 0
    _told: list[ToldSite] = field(default_factory=list)
    _drawn_w: float = 0.0
    _battery_w: float = 0.0
    _grid_w: float = 0.0
    _draw: TotalDraw | None = None
    _commands_s: tuple[float, ...] = ()

    def run(self, seconds: int) -> CheckedHouse:
        """Let time pass, and note at which second each fault is found."""
        chance = random.Random(self.seed)
        for _ in range(seconds):
            self._second(chance)
        return self

    def _second(self, chance: random.Random) -> None:
        self._now_s += 1
        now_s = self._now_s
        if self.charges(now_s) is not self.charges(now_s - 1):
            self._commands_s = (*self._commands_s[-4:], now_s)
        # The car takes some seconds to follow.
        wanted_w = self.car_w if self.charges(max(0, now_s - 4)) else 0.0
        change_w = wanted_w - self._drawn_w
        self._drawn_w += max(-STEP_W_PER_S, min(STEP_W_PER_S, change_w))
        missing_w = self._drawn_w - self.surplus_w(now_s)
        held_w = max(-self.battery_w, min(self.battery_w, missing_w))
        self._battery_w += (held_w - self._battery_w) / BATTERY_LAG_S
        self._grid_w = missing_w - self._battery_w
        if now_s % MEASURED_EACH_S == 0 or self._draw is None:
            self._draw = TotalDraw(self._drawn_w, now_s, now_s, self.phases_measured)
        if now_s % self.meter_s == 0:
            self._told.append(self._sample(chance))
        if self._told and self._told[0].grid[0].reported_s <= now_s:
            self._check(self.wiring(self._told.pop(0)))

    def _sample(self, chance: random.Random) -> ToldSite:
        at_s = self._now_s + self.late_s
        grid_w = round(self._grid_w + chance.gauss(0, self.noise_w))
        battery = (Told(round(self._battery_w * self.seen), at_s, at_s),)
        solar: tuple[Told, ...] = ()
        if self.solar_w is not None:
            solar = (Told(self.solar_w(self._now_s), at_s, at_s),)
        return ToldSite(
            grid=(Told(grid_w, at_s, at_s),),
            solar=solar,
            batteries=battery if self.battery_w and self.seen else (),
        )

    def _check(self, told: ToldSite) -> None:
        draw = self._draw
        sample = sample_of(told, None if draw is None else draw.watts, self.sun_deg)
        assert sample is not None
        self.checks = checked(self.checks, sample, draw, self._commands_s)
        for finding in self.checks.findings:
            self.found.setdefault(finding.fault, self._now_s)
