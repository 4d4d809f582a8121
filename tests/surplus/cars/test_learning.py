"""Learning of a car's phases, response time, bias and minimum."""

from dataclasses import replace
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.learning import (
    MAX_BIAS_A,
    MIN_BIAS_A,
    MIN_RESPONSE_S,
    observed,
)
from custom_components.ocpp.surplus.cars.response import (
    INITIAL_RESPONSE_S,
    MAX_RESPONSE_S,
    Car,
    Command,
    commanded,
    drawn_a,
    drawn_w,
    is_declining,
    is_waking,
    switched,
)
from custom_components.ocpp.surplus.model import ChargerReading, ChargerSettings
from custom_components.ocpp.surplus.modes import Mode
from tests.simulator.car import Car as SimulatedCar
from tests.surplus.simulation.charger import ONE_PHASE, SWITCHING, THREE_PHASES
from tests.surplus.simulation.single_car import SingleCarSimulation

V = 230.0


def _says(
    current_a: float | None,
    at_s: float,
    *,
    phases: int | None = 3,
    settings: ChargerSettings = THREE_PHASES,
) -> ChargerReading:
    return ChargerReading(
        settings,
        Mode.PV_PRIORITY,
        ready=True,
        charging=current_a is None or current_a > 0,
        current_a=current_a,
        phases_in_use=phases,
        voltage_v=V,
        measured_at_s=at_s,
    )


def _charging(current_a: float = 10.0, car: Car | None = None) -> Car:
    """Return a car that has followed a limit for long."""
    car = commanded(car or Car(), current_a, 0.0)
    for at_s in (10.0, 100.0):
        car = observed(car, _says(current_a, at_s, phases=car.phases), at_s)
    return car


@pytest.mark.parametrize(
    ("offered", "most", "measured", "phases", "max_then"),
    [
        (3, 3, 3, 3, 3),
        (3, 3, 1, 1, 1),
        (3, 3, 2, 2, 2),
        (3, 1, 3, 3, 3),
        (3, 1, 2, 2, 2),
        (3, 3, None, 3, 3),
        (1, 3, 1, 1, 3),
        (1, 2, 1, 1, 2),
        (1, 1, 1, 1, 1),
        (1, 3, 3, 3, 3),
    ],
)
def test_the_phases_of_a_car_are_learned(
    offered: int, most: int, measured: int | None, phases: int, max_then: int
) -> None:
    """Measured phases take precedence over the assumed ones of charger and car."""
    car = Car(offered_phases=offered, phases=min(offered, most), max_phases=most)
    reading = _says(10.0, 100.0, phases=measured)
    car = observed(commanded(car, 10.0, 0.0), reading, 100.0)
    assert (car.phases, car.max_phases) == (phases, max_then)
    assert car.phases_seen is (measured is not None)


def test_a_charger_that_stays_on_all_phases_is_detected() -> None:
    car = _charging(car=Car(offered_phases=1, phases=1))
    car = observed(car, _says(10.0, 110.0, phases=3), 110.0)
    assert (car.phases, car.offered_phases, car.ignored_switches) == (3, 3, 1)


def test_of_a_charger_that_stays_on_all_phases_a_car_may_use_two() -> None:
    car = _charging(car=Car(offered_phases=1, phases=1))
    car = observed(car, _says(10.0, 110.0, phases=2), 110.0)
    assert (car.phases, car.offered_phases, car.max_phases) == (2, 3, 2)


def test_no_car_draws_on_more_phases_than_its_charger_has() -> None:
    car = commanded(Car.on_phases(1), 10.0, 0.0)
    reading = _says(10.0, 100.0, phases=3, settings=ONE_PHASE)
    car = observed(car, reading, 100.0)
    assert (car.phases, car.offered_phases, car.max_phases) == (1, 1, 1)


def test_during_a_switch_nothing_is_learned_about_phases() -> None:
    car = switched(_charging(), 1, 101.0)
    car = observed(car, _says(10.0, 105.0, phases=3), 105.0)
    assert (car.phases, car.offered_phases) == (3, 1)
    car = observed(car, _says(0.0, 110.0), 110.0)
    car = observed(car, _says(10.0, 150.0, phases=1), 150.0)
    assert (car.phases, car.offered_phases, car.max_phases) == (1, 1, 3)


@pytest.mark.parametrize(("on", "to", "seen"), [(3, 1, 1), (1, 3, 3), (1, 3, 2)])
def test_phases_reported_after_a_switch_end_every_assumption(
    on: int, to: int, seen: int
) -> None:
    """A charger that switches without a pause, or a pause between two measurements."""
    car = switched(_charging(car=Car(offered_phases=on, phases=on)), to, 101.0)
    told = observed(car, _says(16.0, 105.0, phases=seen), 105.0)
    assert (told.phases, told.offered_phases, told.switched_s) == (seen, to, None)
    assert drawn_w(told, 105.0).likely == 16 * seen * V
    before = observed(car, _says(16.0, 100.5, phases=seen), 105.0)
    assert before.switched_s == 101


def test_a_switch_without_a_reported_end_times_out() -> None:
    car = switched(_charging(), 1, 101.0)
    reading = replace(_says(10.0, 100.0), settings=SWITCHING)
    assert observed(car, reading, 150.0).switched_s == 101
    assert observed(car, reading, 160.0).switched_s is None


def test_phases_are_learned_from_a_drawing_car_only() -> None:
    car = observed(commanded(Car(), 6.0, 0.0), _says(0.4, 100.0, phases=1), 100.0)
    assert car.max_phases == 3
    assert not car.phases_seen


@pytest.mark.parametrize("offset_a", [-0.3, 0.4, 2.0])
def test_the_bias_of_a_car_is_learned(offset_a: float) -> None:
    car = _charging()
    for at_s in range(110, 400, 10):
        car = observed(car, _says(10.0 - offset_a, at_s), at_s)
    assert car.bias_a == pytest.approx(offset_a, abs=0.02)
    assert car.expected_a(10.0) == pytest.approx(10 - offset_a, abs=0.02)


def test_a_car_that_stays_far_below_has_a_limit_of_its_own() -> None:
    car = observed(_charging(16.0), _says(10.0, 200.0), 200.0)
    assert (car.ceiling_a, car.bias_a) == (10, 0)
    assert car.expected_a(16.0) == 10
    assert observed(car, _says(12.0, 210.0), 210.0).ceiling_a == math.inf


def test_a_car_that_draws_more_than_it_is_offered_counts_with_its_draw() -> None:
    """A current above the limit is believed, but not learned as a bias."""
    car = observed(_charging(6.0), _says(7.1, 200.0), 200.0)
    assert drawn_a(car, 200.0).likely == 7.1
    assert car.bias_a >= MIN_BIAS_A


def test_a_car_that_charges_although_it_is_paused_counts() -> None:
    car = commanded(_charging(10.0), 0.0, 101.0)
    car = observed(car, _says(10.0, 160.0), 160.0)
    assert drawn_w(car, 161.0).high == 10 * 3 * V


def test_a_slow_car_is_given_more_time_and_a_quick_one_less() -> None:
    car = commanded(_charging(6.0), 16.0, 101.0)
    slow = observed(car, _says(6.0, 115.0), 115.0)
    assert slow.response_s > 14
    quick = observed(car, _says(16.0, 103.0), 103.0)
    assert MIN_RESPONSE_S <= quick.response_s < INITIAL_RESPONSE_S


@pytest.mark.parametrize("reaction_s", [45.0, 60.0, 90.0])
def test_a_car_that_follows_late_is_learned_as_such(reaction_s: float) -> None:
    """A steady sun and clouds: no swing, and little import once it is known."""
    car = SimulatedCar(phases=1, max_current_a=32.0, reaction_s=reaction_s)
    simulation = SingleCarSimulation(
        lambda second: 4600.0 if second // 900 % 2 else 3000.0, car=car
    )
    simulation.settle(1800)
    # Its charger tells the current each ten seconds.
    response_s = simulation.outcome.state.chargers["0"].car.response_s
    assert response_s > reaction_s - 10
    simulation.run(3600)
    # Four times, the sun is a third less until the car has followed.
    assert simulation.imported_wh < 4 * 1600 * (reaction_s + 30) / 3600
    assert len(simulation.limits) < 60


def test_a_car_that_stops_twice_at_the_minimum_needs_more() -> None:
    car = _charging(6.0)
    for min_a in (0.0, 7.0):
        car = observed(
            car, _says(0.0, car.charging_changed_s + 10), car.charging_changed_s + 10
        )
        assert car.min_a == min_a
        car = observed(
            car, _says(6.0, car.charging_changed_s + 60), car.charging_changed_s + 60
        )


def test_a_car_that_stops_far_above_the_minimum_does_not() -> None:
    car = _charging(12.0)
    for _ in range(4):
        car = observed(
            car, _says(0.0, car.charging_changed_s + 10), car.charging_changed_s + 10
        )
        car = observed(
            car, _says(12.0, car.charging_changed_s + 60), car.charging_changed_s + 60
        )
    assert car.min_a == 0


def test_a_pause_is_not_taken_for_a_refusal() -> None:
    car = _charging(6.0)
    for _ in range(4):
        car = commanded(car, 0.0, car.charging_changed_s + 5)
        car = observed(
            car, _says(0.0, car.charging_changed_s + 10), car.charging_changed_s + 10
        )
        car = commanded(car, 6.0, car.charging_changed_s + 20)
        car = observed(
            car, _says(6.0, car.charging_changed_s + 60), car.charging_changed_s + 60
        )
    assert car.min_a == car.refusals == 0


def test_a_car_has_some_time_to_wake_up_before_it_counts_as_declining() -> None:
    car = commanded(Car(), 6.0, 100.0)
    assert is_waking(car, 144.0)
    assert not is_declining(car, 144.0)
    assert is_declining(car, 146.0)
    assert not is_declining(commanded(car, 0.0, 110.0), 200.0)


@pytest.mark.parametrize("wake_up_s", [60.0, 90.0])
def test_a_car_that_wakes_up_late_does_not_seem_to_decline_again(
    wake_up_s: float,
) -> None:
    car = commanded(Car(), 6.0, 100.0)
    car = observed(car, _says(6.0, 100 + wake_up_s), 100 + wake_up_s)
    car = observed(commanded(car, 0.0, 500.0), _says(0.0, 510.0), 510.0)
    again = commanded(car, 6.0, 600.0)
    assert is_waking(again, 600 + wake_up_s + 10)
    later = again.unplugged(3)
    assert is_waking(commanded(later, 6.0, 900.0), 900 + wake_up_s + 10)


def test_the_time_that_a_car_takes_to_wake_up_is_learned() -> None:
    car, now_s = Car(), 0.0
    for _ in range(6):
        car = commanded(car, 6.0, now_s)
        car = observed(car, _says(6.0, now_s + 35), now_s + 35)
        car = observed(commanded(car, 0.0, now_s + 90), _says(0.0, now_s + 99), now_s)
        now_s += 600
    assert car.wake_up_s == pytest.approx(35, abs=1)


def test_a_car_that_sets_out_after_hours_has_not_woken_up() -> None:
    """It had reasons of its own."""
    car = commanded(Car(), 6.0, 0.0)
    assert observed(car, _says(6.0, 7200.0), 7200.0).wake_up_s == Car().wake_up_s


def test_while_a_limit_is_pending_the_current_lies_between_old_and_new() -> None:
    car = commanded(_charging(16.0), 10.0, 101.0)
    pending = drawn_a(car, 103.0)
    assert (pending.low, pending.high) == (10, 16)
    assert pending.low < pending.likely < pending.high
    assert drawn_a(car, 101 + INITIAL_RESPONSE_S).high == 10


_samples = st.lists(
    st.tuples(
        st.sampled_from([0.0, 6.0, 8.5, 16.0]),
        st.none() | st.floats(0, 40),
        st.none() | st.integers(1, 3),
        st.floats(0.5, 40),
    ),
    max_size=25,
)


@given(_samples)
def test_learned_values_stay_within_bounds(
    samples: list[tuple[float, float | None, int | None, float]],
) -> None:
    car, now_s = Car(), 0.0
    for offered_a, current_a, phases, seconds in samples:
        now_s += seconds
        car = commanded(car, offered_a, now_s)
        now_s += seconds
        car = observed(car, _says(current_a, now_s, phases=phases), now_s)
        assert MIN_RESPONSE_S <= car.response_s <= MAX_RESPONSE_S
        assert MIN_BIAS_A <= car.bias_a <= MAX_BIAS_A
        assert 1 <= car.phases <= 3
        assert car.phases <= car.max_phases
        assert car.min_a <= 10
        assert len(car.commands) < 60
        drawn = drawn_w(car, now_s)
        assert 0 <= drawn.low <= drawn.likely + 1e-9 <= drawn.high + 2e-9


def test_old_limits_are_forgotten() -> None:
    car = Car()
    for second in range(0, 1000, 2):
        car = commanded(car, 6.0 + second % 7, float(second))
    assert len(car.commands) <= MAX_RESPONSE_S + 2
    assert car.commands[-1] == Command(998.0, car.offered_a)
