"""Detection of meters with an inverted sign, without accusing correct ones."""

import random

from hypothesis import given, settings, strategies as st
import pytest

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
from tests.simulator.car import Car
from tests.surplus.simulation.charger import SimulatedCharger
from tests.surplus.simulation.multi_car import MultiCarSimulation, Profile

GRID, BATTERY = frozenset({Meter.GRID}), frozenset({Meter.BATTERY})
CORRECT: frozenset[Meter] = frozenset()
HOUR = 3600


def _steps(
    inverted: frozenset[Meter],
    steps: int,
    *,
    noise_w: float = 0.0,
    detector: SignDetector | None = None,
) -> SignDetector:
    """Return the detection after steps of a car of 3 kW, half of it from a battery, beside the noise of a house."""
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


@pytest.mark.parametrize("inverted", [CORRECT, GRID, BATTERY, GRID | BATTERY])
def test_an_inverted_sign_is_detected_after_five_steps_and_not_before(
    inverted: frozenset[Meter],
) -> None:
    assert _steps(inverted, 4).inverted == CORRECT
    assert _steps(inverted, 5).inverted == inverted
    assert _steps(inverted, 20, noise_w=100).inverted == inverted


def test_a_corrected_sign_is_forgotten() -> None:
    detector = _steps(GRID, 8)
    assert detector.inverted == GRID
    assert _steps(CORRECT, 3, detector=detector).inverted == CORRECT


def test_steps_in_one_direction_prove_nothing() -> None:
    """A house may draw less each time a car starts to charge."""
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
    assert detector.inverted == CORRECT


def test_a_car_without_a_measurement_proves_nothing() -> None:
    reading = ChargerReading(ChargerSettings(), Mode.FAST, ready=True, charging=True)
    assert total_draw({"car": reading}, 10.0) is None
    assert total_draw({}, 10.0) == TotalDraw(0.0, 10.0, 10.0)


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
    """Detection of inverted meters in a simulation with one car.

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
        self._detector = SignDetector()
        self.accused: set[Meter] = set()
        self.trials = 0

    def run(self, seconds: int) -> Detection:
        """Let time pass."""
        self._simulation.run(seconds)
        return self

    def _observe(self) -> None:
        now_s, site = self._simulation.now_s, self._simulation.site
        reading = {"0": self._charger.reading()}
        draw = total_draw(reading, now_s)
        if site is not None and site.grid_at_s == now_s and draw is not None:
            car = self._simulation.outcome.state.chargers["0"].car
            before = self._detector.trials
            self._detector = observed(
                self._detector, site, draw, [command.at_s for command in car.commands]
            )
            self.trials += self._detector.trials is not before
            self.accused |= self._detector.inverted
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
def test_no_correct_meter_is_accused_under_any_sky(
    seed: int,
    peak_w: float,
    cloud_s: float,
    edge_s: float,
    phases: int,
    mode: Mode,
    meter_s: int,
    battery_limit_w: float,
) -> None:
    surplus_w = _clouds(seed, peak_w, cloud_s, edge_s)
    detection = Detection(
        seed,
        surplus_w,
        mode,
        phases,
        meter_s=meter_s,
        battery_limit_w=battery_limit_w,
    )
    assert detection.run(HOUR).accused == set()


@pytest.mark.parametrize("meter_s", [1, 10])
@pytest.mark.parametrize("seed", range(2))
def test_an_inverted_grid_meter_is_detected_under_clouds(
    seed: int, meter_s: int
) -> None:
    detection = Detection(seed, _clouds(seed), meter_s=meter_s, inverted=GRID)
    assert detection.run(2 * HOUR).accused == {Meter.GRID}


def test_an_inverted_battery_meter_is_detected_although_it_regulates_the_grid() -> None:
    surplus_w = _clouds(1, cloud_s=600)
    detection = Detection(1, surplus_w, battery_limit_w=12_000.0, inverted=BATTERY)
    assert detection.run(2 * HOUR).accused == {Meter.BATTERY}


def test_a_car_that_follows_the_sun_accuses_no_meter() -> None:
    """Clouds of twice the power that the car can follow look like an inverted sign regardless of the order of events."""
    for seed in range(3):
        surplus_w = _clouds(seed, peak_w=5200.0, cloud_s=40, edge_s=4)
        detection = Detection(seed, surplus_w, Mode.PV_ONLY, phases=1)
        assert detection.run(HOUR).accused == set()


def test_enough_steps_are_compared() -> None:
    """The tests above would mean nothing if hardly any step were."""
    assert Detection(3, _clouds(3)).run(2 * HOUR).trials >= 5
