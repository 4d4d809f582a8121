"""Wake-ups of cars that do not draw, without a burden to others."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.keep_awake import SleepHabits
from custom_components.ocpp.surplus.cars.response import (
    USUAL_WAKE_UP_S,
    Car as KnownCar,
    commanded,
)
from custom_components.ocpp.surplus.cars.wake_up import (
    ATTEMPTS,
    AWAKE_S,
    DURATION_S,
    NEW_SUN_S,
    WakeUp,
    WakeUps,
    updated_wake_ups,
)
from tests.simulator.car import Car
from tests.surplus.simulation.charger import SimulatedCharger
from tests.surplus.simulation.multi_car import steady

OFFERED = commanded(KnownCar(), 6.0, 0.0)
SATED, ASLEEP = SleepHabits(sated=True), SleepHabits(overslept=True)


def _attempts(
    seconds: int, car: KnownCar = OFFERED, habits: SleepHabits = ASLEEP
) -> list[tuple[int, WakeUp]]:
    """Return the attempts while a car declines, with the seconds at which they begin."""
    wake_ups, begun = WakeUps(), []
    for second in range(seconds):
        before, wake_ups = wake_ups, updated_wake_ups(wake_ups, car, habits, second)
        if wake_ups != before and (wake_up := wake_ups.at(second)):
            begun.append((second, wake_up))
    return begun


def test_a_car_that_stopped_by_itself_gets_three_attempts_five_minutes_apart() -> None:
    """No further attempts follow, however long the car declines."""
    begun = _attempts(7200, habits=SATED)
    assert tuple(wake_up for _, wake_up in begun) == ATTEMPTS
    assert [at_s for at_s, _ in begun] == [45, 345, 645]


def test_a_car_that_sleeps_is_never_given_up_but_tried_less_and_less_often() -> None:
    begun = _attempts(4 * 3600)
    assert tuple(wake_up for _, wake_up in begun[:6]) == ATTEMPTS * 2
    assert [at_s for at_s, _ in begun] == [45, 345, 645, 1245, 2445, 4845, 8445, 12045]


def test_attempts_begin_anew_with_new_sun() -> None:
    tried = WakeUps(6, 1000.0)
    paused = commanded(OFFERED, 0.0, 2000.0)
    assert updated_wake_ups(tried, paused, ASLEEP, 2000.0 + NEW_SUN_S - 1) == tried
    assert updated_wake_ups(tried, paused, ASLEEP, 2000.0 + NEW_SUN_S) == WakeUps()
    assert updated_wake_ups(tried, paused, SATED, 2000.0 + NEW_SUN_S) == tried


def test_an_attempt_is_short() -> None:
    wake_ups = updated_wake_ups(WakeUps(), OFFERED, SATED, 100.0)
    assert wake_ups.at(100.0) is WakeUp.RAISE
    assert wake_ups.at(100.0 + DURATION_S[WakeUp.RAISE]) is None


def test_a_paused_or_waking_car_gets_no_wake_up() -> None:
    assert not _attempts(3600, KnownCar())
    assert not _attempts(int(USUAL_WAKE_UP_S))


@given(st.floats(0, AWAKE_S - 1))
def test_a_car_that_falls_asleep_again_soon_gets_no_further_attempts(
    charged_s: float,
) -> None:
    spent = WakeUps(len(ATTEMPTS), 1000.0)
    awake = replace(OFFERED, charging=True, charging_changed_s=2000.0)
    assert updated_wake_ups(spent, awake, SATED, 2000.0 + charged_s) == spent
    assert updated_wake_ups(spent, awake, SATED, 2000.0 + AWAKE_S) == WakeUps()


def test_a_car_that_is_full_releases_its_share_at_once_and_is_left_in_peace() -> None:
    """The other car has all of the surplus within a minute, and the full one is not started again."""
    full, other = (
        SimulatedCharger(car=Car(phases=1), full_wh=60.0),
        SimulatedCharger(car=Car(phases=1)),
    )
    simulation = steady(4000, full, other)
    simulation.run_until(lambda: full.charged_wh >= 60, seconds=300)
    full.starts = 0
    simulation.run(60)
    assert other.car.power_w == pytest.approx(15.6 * 230, abs=20)
    simulation.run(900)
    full.decisions.clear()
    simulation.run(600)
    assert not full.decisions[1:]
    assert full.starts == 0
    assert full.decision.current_a == 6
    assert other.car.power_w == pytest.approx(15.6 * 230, abs=20)


@pytest.mark.parametrize(
    ("woken_by_a", "seconds"), [(16.0, 110), (8.0, 110)], ids=["most", "more"]
)
def test_a_car_that_sleeps_is_woken(woken_by_a: float, seconds: float) -> None:
    """Some cars wake up only at a high limit."""
    charger = SimulatedCharger(car=Car(phases=1), asleep=True, wakes_at_a=woken_by_a)
    simulation = steady(1600, charger)
    simulation.run_until(lambda: charger.car.charging, seconds=seconds)
    simulation.run(90)
    assert charger.car.power_w == pytest.approx(1600, abs=100)


def test_a_car_that_wakes_up_late_is_not_given_up() -> None:
    """A car that sleeps deeply for an hour, and charges once it does no longer."""
    charger = SimulatedCharger(car=Car(phases=1), asleep=True)
    simulation = steady(1600, charger)
    simulation.run(3600)
    assert not charger.starts
    charger.wakes_at_a = 16.0
    simulation.run_until(lambda: charger.car.charging, seconds=3700)


def test_the_minimum_of_a_car_is_learned() -> None:
    """A car that stops below 7 A, as many do, is offered no less after the second time."""
    charger = SimulatedCharger(car=Car(phases=1), min_a=7.0)
    simulation = steady(1700, charger)
    simulation.settle(60)
    simulation.surplus_w = lambda _: 1450
    simulation.run(900)
    assert charger.starts <= 3
    simulation.settle(0)
    simulation.run(300)
    assert charger.starts == 0
    assert charger.car.charging
    assert charger.decision.current_a == pytest.approx(7, abs=0.3)
