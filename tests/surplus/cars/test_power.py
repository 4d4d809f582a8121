"""Power of a car: measured, or of its current and a voltage that may be another one's."""

from dataclasses import replace
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.learning import observed
from custom_components.ocpp.surplus.cars.response import Car as KnownCar, commanded
from custom_components.ocpp.surplus.model import ChargerReading, ChargerSettings
from custom_components.ocpp.surplus.modes import Mode
from tests.simulator.car import Car
from tests.surplus.simulation.charger import ONE_PHASE, THREE_PHASES
from tests.surplus.simulation.single_car import SingleCarSimulation

FOLLOWING = (Mode.PV_ONLY, Mode.PV_PRIORITY)
DELTA_V = 230 / math.sqrt(3)


def _drawing(
    power_w: float | None,
    current_a: float = 10.0,
    told_v: float | None = 230.0,
    settings: ChargerSettings = ONE_PHASE,
) -> ChargerReading:
    return ChargerReading(
        settings,
        Mode.PV_ONLY,
        ready=True,
        charging=True,
        current_a=current_a,
        phases_in_use=settings.phases,
        voltage_v=told_v,
        power_w=power_w,
        measured_at_s=100.0,
    )


def _observed(reading: ChargerReading, car: KnownCar | None = None) -> KnownCar:
    car = car or KnownCar.on_phases(reading.settings.phases)
    return observed(commanded(car, 10.0, 0.0), reading, 100.0)


@pytest.mark.parametrize(
    ("reading", "w_per_a"),
    [
        # Split phase: the voltage is that to the neutral, the car is between the two lines.
        (_drawing(2400, told_v=120.0), 240),
        # A delta of three phases: the voltage is that between the lines.
        (_drawing(10 * 3 * DELTA_V, settings=THREE_PHASES), 3 * DELTA_V),
        (_drawing(None, told_v=240.0), 240),
        (_drawing(None, told_v=None), 230),
        (_drawing(2400, told_v=None), 240),
        # A power that no voltage explains tells nothing.
        (_drawing(0), 230),
        (_drawing(24_000), 230),
    ],
)
def test_the_measured_power_of_an_ampere_counts(
    reading: ChargerReading, w_per_a: float
) -> None:
    phases = reading.settings.phases
    assert _observed(reading).w_per_a(phases) == pytest.approx(w_per_a)


def test_a_rounded_power_or_current_is_averaged() -> None:
    """A charger that tells whole hundreds of watts."""
    car = _observed(_drawing(2300))
    after = observed(car, replace(_drawing(2350), measured_at_s=110.0), 110.0)
    assert 230 < after.voltage_v < 233


@given(st.floats(0, 40), st.floats(-100, 40_000), st.none() | st.floats(1, 500))
def test_a_voltage_stays_plausible(
    current_a: float, power_w: float, told_v: float | None
) -> None:
    told_v = told_v and max(told_v, 90.0)
    car = _observed(_drawing(power_w, current_a, told_v))
    assert 80 <= car.voltage_v <= 500


@pytest.mark.parametrize("mode", FOLLOWING)
def test_half_of_the_voltage_makes_no_difference(mode: Mode) -> None:
    """On a steady sun the limit stays, and the surplus is shown as it is."""
    simulation = SingleCarSimulation(lambda _: 4600, mode)
    simulation.charger.told_v = 115.0
    simulation.settle()
    simulation.run(600)
    assert len(simulation.limits) <= 3
    assert simulation.imported_wh < 5
    surplus_w = simulation.outcome.surplus_w
    assert surplus_w is not None
    assert surplus_w.likely == pytest.approx(4600, abs=100)


@pytest.mark.parametrize(
    "told_w",
    [None, 1000.0],
)
def test_a_reading_has_its_measured_power(told_w: float | None) -> None:
    reading = _drawing(told_w, settings=THREE_PHASES)
    assert reading.drawn_w == (6900 if told_w is None else told_w)


@pytest.mark.parametrize("least_a", [7.3, 8.0, 10.0])
def test_a_car_that_draws_more_than_the_least_counts_with_that(least_a: float) -> None:
    """Solar only waits for as much, and does not buy the rest for hours."""
    car = Car(phases=1, max_current_a=32.0, least_a=least_a)
    simulation = SingleCarSimulation(
        lambda _: least_a * 230 - 200, Mode.PV_ONLY, car=car
    )
    simulation.run(7200)
    assert simulation.imported_wh < 60
    assert simulation.charger.starts <= 2
    assert len(simulation.limits) < 20
    simulation.surplus_w = lambda _: least_a * 230 + 100
    simulation.run(300)
    assert simulation.car.charging


def test_a_car_that_can_draw_less_after_all_counts_with_less() -> None:
    """Such as after its circuit has left it no more."""
    car = commanded(_observed(_drawing(1840, 8.0)), 6.0, 110.0)
    for at_s in (130.0, 150.0):
        car = observed(car, replace(_drawing(1840, 8.0), measured_at_s=at_s), at_s)
    assert car.expected_w(6.0, 1) == pytest.approx(1840)
    car = observed(car, replace(_drawing(1380, 6.0), measured_at_s=200.0), 200.0)
    assert car.expected_w(6.0, 1) == pytest.approx(1380)


def test_a_charger_that_ignores_its_limit_does_not_make_a_greedy_car() -> None:
    """Far above the least current it is the charger that does not obey."""
    car = commanded(_observed(_drawing(3680, 16.0)), 6.0, 110.0)
    for at_s in (130.0, 150.0, 170.0):
        car = observed(car, replace(_drawing(3680, 16.0), measured_at_s=at_s), at_s)
    assert car.expected_w(6.0, 1) == pytest.approx(1380)


def test_a_slow_car_is_not_taken_for_one_that_draws_no_less() -> None:
    """It follows only after 25 s, in a sun that changes all the time."""
    car = Car(phases=1, max_current_a=32.0, reaction_s=25.0)
    simulation = SingleCarSimulation(
        lambda second: 2200 if second // 60 % 2 else 1500, Mode.PV_PRIORITY, car=car
    )
    simulation.run(1800)
    assert simulation.outcome.state.chargers["0"].car.floor_a == 0
    simulation.surplus_w = lambda _: 1500
    simulation.run(300)
    assert simulation.car.power_w == pytest.approx(1500, abs=80)
