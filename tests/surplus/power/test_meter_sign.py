"""Meters whose sign lies are found out, and honest ones are never accused."""

from dataclasses import dataclass, field
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    SiteReading,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.power.meter_sign import (
    Meter,
    SignDetector,
    TotalDraw,
    observed,
    total_draw,
)
from custom_components.ocpp.surplus.state import Outcome, State
from tests.simulator.car import Car

GRID, BATTERY = frozenset({Meter.GRID}), frozenset({Meter.BATTERY})
HONEST: frozenset[Meter] = frozenset()
HOUR = 3600


def _steps(
    inverted: frozenset[Meter],
    steps: int,
    *,
    noise_w: float = 0.0,
    detector: SignDetector | None = None,
) -> SignDetector:
    """Have a car go up and down by 3 kW, half of it from a battery, while the house goes up and down in its own way."""
    chance = random.Random(1)
    begin_s = 0.0 if detector is None else detector.flows[-1].at_s + HOUR
    detector, car_w = detector or SignDetector(), 0.0
    for number in range(steps * 6):
        now_s = begin_s + 10.0 * number
        if number % 6 == 3:
            car_w = 3000.0 - car_w
        given_w = car_w / 2 + chance.gauss(0, noise_w)
        site = SiteReading(
            -given_w if Meter.GRID in inverted else given_w,
            now_s,
            (-car_w if Meter.BATTERY in inverted else car_w) / 2,
        )
        detector = observed(detector, site, TotalDraw(car_w, now_s, now_s), ())
    return detector


@pytest.mark.parametrize("inverted", [HONEST, GRID, BATTERY, GRID | BATTERY])
def test_a_lie_is_found_out_after_five_steps_and_not_before(
    inverted: frozenset[Meter],
) -> None:
    assert _steps(inverted, 4).inverted == HONEST
    assert _steps(inverted, 5).inverted == inverted
    assert _steps(inverted, 20, noise_w=100).inverted == inverted


def test_a_lie_that_is_mended_is_forgotten() -> None:
    detector = _steps(GRID, 8)
    assert detector.inverted == GRID
    assert _steps(HONEST, 3, detector=detector).inverted == HONEST


def test_steps_in_one_direction_prove_nothing() -> None:
    """A house that draws less whenever a car begins to charge may have its reasons."""
    detector = SignDetector()
    now_s = 0.0
    for _ in range(10):
        for car_w, grid_w in ((0.0, 0.0), (3000.0, -3000.0)):
            for _ in range(4):
                now_s += 10
                site = SiteReading(grid_w, now_s)
                detector = observed(detector, site, TotalDraw(car_w, now_s, now_s), ())
        # The way back is too slow to be compared.
        now_s += 600
    assert len(detector.trials) > 5
    assert detector.inverted == HONEST


def test_a_car_whose_charger_does_not_measure_it_proves_nothing() -> None:
    reading = ChargerReading(ChargerSettings(), Mode.FAST, ready=True, charging=True)
    assert total_draw({"car": reading}, 10.0) is None
    assert total_draw({}, 10.0) == TotalDraw(0.0, 10.0, 10.0)


@dataclass
class House:
    """A house under passing clouds, with kettles, perhaps a battery that regulates the grid to zero, and one car."""

    seed: int
    peak_w: float = 6000.0
    cloud_s: float = 90.0
    edge_s: float = 10.0
    phases: int = 1
    mode: Mode = Mode.PV_PRIORITY
    meter_s: int = 1
    sample_s: int = 10
    battery_limit_w: float = 0.0
    inverted: frozenset[Meter] = HONEST
    detector: SignDetector = field(default_factory=SignDetector)
    accused: set[Meter] = field(default_factory=set)
    trials: int = 0

    def live(self, seconds: int) -> House:
        """Let time pass."""
        chance = random.Random(self.seed)
        car = Car(phases=self.phases, reaction_s=chance.choice([1.0, 4.0, 8.0]))
        charger = ChargerSettings(phases=self.phases)
        outcome, site = Outcome(State(), {}, None), None
        brightness, until_s, kettle_until_s = 1.0, 0.0, 0.0
        battery_w, measured_a, measured_s = 0.0, 0.0, 0.0
        sun = brightness
        for now_s in range(1, seconds):
            if now_s > until_s:
                brightness = chance.choice([1.0, 0.6, 0.2, 0.1])
                until_s = now_s + chance.expovariate(1 / self.cloud_s)
            sun += max(-1, min(1, (brightness - sun) * 3)) / self.edge_s
            if chance.random() < 1 / 400:
                kettle_until_s = now_s + chance.uniform(20, 200)
            load_w = 300 + chance.gauss(0, 40) + 2000 * (now_s < kettle_until_s)
            decision = outcome.decisions.get("car")
            car.step(decision.current_a if decision else 0.0, 1.0)
            missing_w = car.power_w + load_w - self.peak_w * sun
            wanted_w = max(-self.battery_limit_w, min(self.battery_limit_w, missing_w))
            battery_w += (wanted_w - battery_w) / 3
            grid_w = missing_w - battery_w
            if now_s % self.sample_s == 0:
                measured_a, measured_s = car.current_a, float(now_s)
            if now_s % self.meter_s == 0:
                site = SiteReading(
                    -grid_w if Meter.GRID in self.inverted else grid_w,
                    now_s,
                    -battery_w if Meter.BATTERY in self.inverted else battery_w,
                )
            reading = ChargerReading(
                settings=charger,
                mode=self._mode(now_s),
                ready=True,
                charging=car.charging,
                current_a=measured_a,
                phases_in_use=self.phases if measured_a > 1 else None,
                voltage_v=230.0,
                measured_at_s=measured_s,
            )
            outcome = step(outcome.state, site, {"car": reading}, now_s)
            draw = total_draw({"car": reading}, now_s)
            if site is not None and site.grid_at_s == now_s and draw is not None:
                commands = outcome.state.chargers["car"].car.commands
                before = self.detector.trials
                self.detector = observed(
                    self.detector, site, draw, [command.at_s for command in commands]
                )
                self.trials += self.detector.trials is not before
                self.accused |= self.detector.inverted
        return self

    def _mode(self, now_s: int) -> Mode:
        """Return the mode that its owner likes; some choose another every now and then."""
        if self.mode is Mode.FAST and now_s // 900 % 2:
            return Mode.OFF
        return self.mode


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
def test_no_honest_meter_is_accused_under_whatever_sky(
    seed: int,
    peak_w: float,
    cloud_s: float,
    edge_s: float,
    phases: int,
    mode: Mode,
    meter_s: int,
    battery_limit_w: float,
) -> None:
    house = House(
        seed,
        peak_w,
        cloud_s,
        edge_s,
        phases,
        mode,
        meter_s,
        battery_limit_w=battery_limit_w,
    )
    assert house.live(HOUR).accused == set()


@pytest.mark.parametrize("meter_s", [1, 10])
@pytest.mark.parametrize("seed", range(2))
def test_a_grid_meter_that_lies_is_found_out_under_clouds(
    seed: int, meter_s: int
) -> None:
    house = House(seed, mode=Mode.FAST, meter_s=meter_s, phases=3, inverted=GRID)
    assert house.live(2 * HOUR).accused == {Meter.GRID}


def test_a_battery_that_lies_is_found_out_though_it_regulates_the_grid_to_zero() -> (
    None
):
    house = House(
        1,
        mode=Mode.FAST,
        phases=3,
        cloud_s=600,
        battery_limit_w=12_000,
        inverted=BATTERY,
    )
    assert house.live(2 * HOUR).accused == {Meter.BATTERY}


def test_the_sun_that_a_car_follows_is_no_lie() -> None:
    """Clouds that leave twice what the car can follow look like a lie to who does not mind the order of events."""
    for seed in range(3):
        house = House(seed, peak_w=5200.0, cloud_s=40, edge_s=4, mode=Mode.PV_ONLY)
        house.live(HOUR)
        assert house.accused == set()


def test_what_a_house_does_tells_something() -> None:
    """The tests above would mean nothing if hardly any step were judged."""
    assert House(3, phases=3, mode=Mode.FAST).live(2 * HOUR).trials >= 5
