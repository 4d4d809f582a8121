"""No meter that is right is accused, whatever the sky, the house, the car and the battery do."""

import math
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ocpp.surplus.checks.checks import Checks, checked
from custom_components.ocpp.surplus.checks.draw import total_draw
from custom_components.ocpp.surplus.checks.findings import Fault
from custom_components.ocpp.surplus.checks.samples import sample_of
from custom_components.ocpp.surplus.model import ChargerSettings
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.sensing.told import Told, ToldSite
from custom_components.ocpp.surplus.state import commands_s
from tests.simulator.car import Car
from tests.surplus.simulation.charger import SimulatedCharger
from tests.surplus.simulation.multi_car import MultiCarSimulation, Profile

from .house import CheckedHouse

HOUR = 3600


def _clouds(
    seed: int, peak_w: float = 6000.0, cloud_s: float = 90.0, edge_s: float = 10.0
) -> Profile:
    """Return the surplus under passing clouds, beside a house with kettles."""
    chance = random.Random(seed)
    brightness, until_s, kettle_until_s, sun = 1.0, 0.0, 0.0, 1.0
    surplus_w = []
    for now_s in range(2 * HOUR + 1):
        if now_s > until_s:
            brightness = chance.choice([1.0, 0.6, 0.2, 0.1])
            until_s = now_s + chance.expovariate(1 / cloud_s)
        sun += max(-1, min(1, (brightness - sun) * 3)) / edge_s
        if chance.random() < 1 / 400:
            kettle_until_s = now_s + chance.uniform(20, 200)
        load_w = 300 + chance.gauss(0, 40) + 2000 * (now_s < kettle_until_s)
        surplus_w.append(peak_w * sun - load_w)
    return lambda second: surplus_w[int(second)]


class Detection:
    """Checks in a simulation with one car that the surplus controller controls.

    An owner who charges fast turns the charger off and on again every now and then.
    """

    def __init__(
        self,
        seed: int,
        surplus_w: Profile,
        mode: Mode = Mode.FAST,
        phases: int = 3,
        **options: object,
    ) -> None:
        """Initialize with a car whose reaction time depends on the seed."""
        reaction_s = random.Random(seed).choice([1.0, 4.0, 8.0])
        self._charger = SimulatedCharger(
            ChargerSettings(phases=phases), Car(phases, reaction_s=reaction_s), mode
        )
        self._simulation = MultiCarSimulation(
            surplus_w,
            [self._charger],
            after_second=self._observe,
            **options,  # type: ignore[arg-type]
        )
        self._checks = Checks()
        self.accused: set[Fault] = set()

    @property
    def trials(self) -> int:
        """Number of steps that were compared."""
        return len(self._checks.evidence.trials)

    def run(self, seconds: int) -> Detection:
        """Let time pass."""
        self._simulation.run(seconds)
        return self

    def _observe(self) -> None:
        now_s, site = self._simulation.now_s, self._simulation.site
        draw = total_draw({"0": self._charger.reading()}, now_s)
        if site is not None and site.grid_at_s == now_s and draw is not None:
            battery = (Told(site.battery_power_w, now_s, now_s),)
            told = ToldSite(
                grid=(Told(site.grid_power_w, now_s, now_s),),
                batteries=battery if self._simulation.battery_limit_w else (),
            )
            sample = sample_of(told, draw.watts, None)
            assert sample is not None
            state = self._simulation.outcome.state
            self._checks = checked(self._checks, sample, draw, commands_s(state))
            self.accused |= {finding.fault for finding in self._checks.findings}
        if self._charger.mode in (Mode.FAST, Mode.OFF) and now_s % 900 == 0:
            self._charger.mode = Mode.OFF if now_s // 900 % 2 else Mode.FAST


@given(
    seed=st.integers(0, 10_000),
    peak_w=st.sampled_from([3000.0, 4700.0, 6000.0, 9000.0]),
    cloud_s=st.sampled_from([30.0, 60.0, 120.0, 300.0]),
    edge_s=st.sampled_from([2.0, 8.0, 20.0]),
    phases=st.sampled_from([1, 3]),
    mode=st.sampled_from([Mode.PV_ONLY, Mode.PV_PRIORITY, Mode.FAST]),
    meter_s=st.sampled_from([1, 5, 60]),
    battery_limit_w=st.sampled_from([0.0, 3000.0]),
)
@settings(max_examples=15)
def test_no_right_meter_is_accused_under_any_sky(
    seed: int,
    peak_w: float,
    cloud_s: float,
    edge_s: float,
    phases: int,
    mode: Mode,
    meter_s: int,
    battery_limit_w: float,
) -> None:
    detection = Detection(
        seed,
        _clouds(seed, peak_w, cloud_s, edge_s),
        mode,
        phases,
        meter_s=meter_s,
        battery_limit_w=battery_limit_w,
    )
    assert detection.run(HOUR).accused == set()


def _restless(seed: int, cloud_s: float, peak_w: float) -> Profile:
    """Return the surplus of a day with clouds, seen second by second."""
    chance = random.Random(seed)
    times = [chance.uniform(0.5, 1.5) * cloud_s for _ in range(9)]
    shifts = [chance.uniform(0, 6.3) for _ in times]

    def surplus_w(second: float) -> float:
        waves = zip(times, shifts, strict=True)
        sun = sum(math.tanh(4 * math.sin(second / time + at)) for time, at in waves)
        return peak_w * (0.5 + sun / 12) - 400.0

    return surplus_w


@given(
    seed=st.integers(0, 10_000),
    cloud_s=st.sampled_from([15.0, 60.0, 300.0]),
    peak_w=st.sampled_from([0.0, 4000.0, 9000.0]),
    toggle_s=st.integers(35, 400),
    meter_s=st.sampled_from([1, 5, 10, 30, 60]),
    late_s=st.integers(0, 60),
    battery_w=st.sampled_from([0.0, 2500.0, 8000.0]),
    car_w=st.sampled_from([1400.0, 4100.0, 11_000.0]),
)
@settings(max_examples=25)
def test_no_late_meter_is_accused(
    seed: int,
    cloud_s: float,
    peak_w: float,
    toggle_s: int,
    meter_s: int,
    late_s: int,
    battery_w: float,
    car_w: float,
) -> None:
    """A car that charges and pauses for times of its own, beside restless clouds."""
    chance = random.Random(seed)
    pauses = [chance.uniform(0.6, 1.6) * toggle_s for _ in range(400)]
    ends = [sum(pauses[: number + 1]) for number in range(len(pauses))]

    def charges(second: int) -> bool:
        return sum(end < second for end in ends[: 1 + int(second / 20)]) % 2 == 1

    house = CheckedHouse(
        surplus_w=_restless(seed, cloud_s, peak_w),
        charges=charges,
        car_w=car_w,
        meter_s=meter_s,
        late_s=late_s,
        battery_w=battery_w,
        seed=seed,
    )
    assert house.run(HOUR).found == {}


@pytest.mark.parametrize("meter_s", [1, 10])
@pytest.mark.parametrize("seed", range(2))
def test_an_inverted_grid_meter_is_found_under_clouds(seed: int, meter_s: int) -> None:
    inverted = frozenset({Fault.GRID_INVERTED})
    detection = Detection(seed, _clouds(seed), meter_s=meter_s, inverted=inverted)
    assert detection.run(2 * HOUR).accused == inverted


def test_an_inverted_battery_meter_is_found_although_it_regulates_the_grid() -> None:
    inverted = frozenset({Fault.BATTERY_INVERTED})
    surplus_w = _clouds(1, cloud_s=600)
    detection = Detection(1, surplus_w, battery_limit_w=12_000.0, inverted=inverted)
    assert detection.run(2 * HOUR).accused == inverted


def test_a_car_that_follows_the_sun_accuses_no_meter() -> None:
    """Clouds of twice the power that the car can follow look like an inverted sign regardless of the order of events."""
    for seed in range(3):
        surplus_w = _clouds(seed, peak_w=5200.0, cloud_s=40, edge_s=4)
        detection = Detection(seed, surplus_w, Mode.PV_ONLY, phases=1)
        assert detection.run(HOUR).accused == set()


def test_enough_steps_are_compared() -> None:
    """The tests above would mean nothing if hardly any step were."""
    assert Detection(3, _clouds(3)).run(2 * HOUR).trials >= 5


@pytest.mark.parametrize("meter_s", [1, 2, 5])
def test_a_limit_that_answers_the_house_at_once_accuses_no_meter(meter_s: int) -> None:
    """The sample that called for the limit must not be overlooked, or nothing seems to answer it."""

    def sunny(second: int) -> bool:
        return second % 170 >= 80

    house = CheckedHouse(
        surplus_w=lambda second: 4100.0 * sunny(second),
        charges=sunny,
        meter_s=meter_s,
        late_s=0,
    )
    assert house.run(HOUR).found == {}
