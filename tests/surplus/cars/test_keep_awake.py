"""Pulses that keep cars awake, but not forever."""

from dataclasses import replace
import math

from hypothesis import given, settings as hypothesis_settings, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.keep_awake import (
    DEFAULT_MAX_PAUSE_S,
    MAX_PULSES,
    PROVEN_PAUSE_S,
    REAL_CHARGE_S,
    SleepHabits,
    learned,
    pulsed,
    unplugged,
)
from custom_components.ocpp.surplus.cars.response import (
    Car as KnownCar,
    commanded,
    switched,
)
from custom_components.ocpp.surplus.modes import Mode
from tests.simulator.car import Car
from tests.surplus.simulation.charger import ONE_PHASE, SimulatedCharger
from tests.surplus.simulation.multi_car import MultiCarSimulation, steady

PAUSED = commanded(KnownCar(), 0.0, 0.0)


def _resuming(at_s: float) -> KnownCar:
    return commanded(PAUSED, 8.0, at_s)


def _clouded(charger: SimulatedCharger, sunny_s: float = 120.0) -> MultiCarSimulation:
    """Return a simulation in which the sun is gone after a while."""
    simulation = steady(2300, charger)
    simulation.run(sunny_s)
    assert charger.starts == 1
    simulation.surplus_w = lambda _: -300
    simulation.run_until(lambda: not charger.car.charging, seconds=200)
    simulation.settle(0)
    return simulation


def test_an_unknown_car_is_paused_for_nine_minutes() -> None:
    habits = learned(SleepHabits(), replace(PAUSED, charging=True), PAUSED, 100.0)
    assert habits.paused_s == 100
    assert not habits.needs_pulse(ONE_PHASE, 100 + DEFAULT_MAX_PAUSE_S - 1)
    assert habits.needs_pulse(ONE_PHASE, 100 + DEFAULT_MAX_PAUSE_S)


def test_a_car_that_stopped_by_itself_is_not_kept_awake() -> None:
    offered = commanded(KnownCar(), 8.0, 0.0)
    habits = learned(SleepHabits(), replace(offered, charging=True), offered, 100.0)
    assert not habits.needs_pulse(ONE_PHASE, 5000.0)


@pytest.mark.parametrize(
    ("pause_s", "longest_s"), [(600, DEFAULT_MAX_PAUSE_S), (PROVEN_PAUSE_S, math.inf)]
)
def test_only_a_car_that_resumed_from_a_long_pause_is_trusted(
    pause_s: float, longest_s: float
) -> None:
    charging = replace(
        _resuming(pause_s), charging=True, charging_changed_s=pause_s + 5
    )
    habits = learned(
        SleepHabits(paused_s=0.0), _resuming(pause_s), charging, pause_s + 5
    )
    assert habits.proven_pause_s == pause_s
    assert habits.max_pause_s(ONE_PHASE) == longest_s


def test_a_car_that_did_not_wake_up_is_spared_such_a_pause() -> None:
    habits = learned(SleepHabits(paused_s=0.0), _resuming(600), _resuming(600), 700.0)
    assert habits.asleep_after_s == 600
    assert habits.max_pause_s(ONE_PHASE) == pytest.approx(420)
    assert unplugged(replace(habits, pulses=3)) == SleepHabits(asleep_after_s=600.0)


def test_a_car_that_does_not_come_back_from_a_pause_has_overslept() -> None:
    late = learned(SleepHabits(paused_s=0.0), _resuming(600), _resuming(600), 700.0)
    assert late.overslept
    awake = replace(_resuming(600), charging=True)
    assert not learned(late, _resuming(600), awake, 900.0).overslept
    assert not unplugged(late).overslept


def test_a_car_that_stops_while_it_is_offered_current_is_sated() -> None:
    offered = commanded(KnownCar(), 8.0, 0.0)
    full = learned(SleepHabits(), replace(offered, charging=True), offered, 100.0)
    assert full.sated
    assert not full.overslept
    assert not learned(full, offered, replace(offered, charging=True), 200.0).sated
    assert not unplugged(full).sated


def test_a_car_that_is_paused_or_changes_phases_is_not_sated() -> None:
    paused = learned(SleepHabits(), replace(PAUSED, charging=True), PAUSED, 100.0)
    assert not paused.sated
    switching = switched(commanded(KnownCar(), 8.0, 0.0), 1, 90.0)
    charged = replace(switching, charging=True)
    assert not learned(SleepHabits(), charged, switching, 100.0).sated


def test_a_car_that_proves_better_is_no_longer_thought_to_sleep() -> None:
    sleepy = SleepHabits(asleep_after_s=600.0, paused_s=0.0)
    charging = replace(_resuming(700), charging=True)
    assert learned(sleepy, _resuming(700), charging, 705.0).asleep_after_s == math.inf


def test_a_known_longest_pause_takes_precedence() -> None:
    settings = replace(ONE_PHASE, max_pause_s=120.0)
    assert SleepHabits(asleep_after_s=600.0, paused_s=0.0).needs_pulse(settings, 120.0)
    assert not SleepHabits(asleep_after_s=600.0, paused_s=0.0).needs_pulse(
        settings, 119.0
    )


def test_a_car_is_kept_awake_a_few_times_in_a_row() -> None:
    habits = SleepHabits(paused_s=0.0)
    for _ in range(MAX_PULSES):
        assert habits.needs_pulse(ONE_PHASE, DEFAULT_MAX_PAUSE_S)
        habits = pulsed(habits)
    assert not habits.needs_pulse(ONE_PHASE, DEFAULT_MAX_PAUSE_S)
    charged = replace(PAUSED, charging=True, charging_changed_s=0.0)
    assert learned(habits, charged, charged, REAL_CHARGE_S).pulses == 0
    assert learned(habits, charged, charged, REAL_CHARGE_S - 1).pulses == MAX_PULSES


def test_a_sleepy_car_is_there_when_the_sun_comes_back() -> None:
    """A car that falls asleep after ten minutes and would not wake up by itself."""
    charger = SimulatedCharger(car=Car(phases=1), sleeps_after_s=600.0)
    simulation = _clouded(charger)
    simulation.run(800)
    assert charger.starts == 1
    assert simulation.imported_wh < 25
    assert max(charger.limits_a) <= 6.5
    simulation.surplus_w = lambda _: 2300
    simulation.run(90)
    assert charger.car.power_w == pytest.approx(2300, abs=100)


@pytest.mark.parametrize("mode", [Mode.PV_ONLY, Mode.PV_PRIORITY])
def test_a_car_is_kept_awake_for_twenty_minutes_in_every_mode(mode: Mode) -> None:
    """The sun was strong enough before, even if its average since then is not."""
    charger = SimulatedCharger(car=Car(phases=1), mode=mode, sleeps_after_s=600.0)
    simulation = _clouded(charger)
    simulation.run(1200)
    simulation.surplus_w = lambda _: 2300
    simulation.run(120)
    assert charger.car.charging


def test_a_sun_that_is_weak_for_long_is_no_reason_for_pulses() -> None:
    charger = SimulatedCharger(car=Car(phases=1), mode=Mode.PV_ONLY)
    simulation = _clouded(charger)
    simulation.surplus_w = lambda _: 1100
    simulation.run(4500)
    charger.starts = 0
    simulation.run(7200)
    assert not charger.starts


def test_a_car_that_has_slept_in_once_is_spared_from_then_on() -> None:
    """A car that falls asleep after three minutes, sooner than assumed, and wakes up at a high limit."""
    charger = SimulatedCharger(car=Car(phases=1), sleeps_after_s=180.0, wakes_at_a=16.0)
    simulation = _clouded(charger)
    simulation.run(200)
    simulation.surplus_w = lambda _: 2300
    simulation.run(150)
    assert charger.car.charging
    simulation.surplus_w = lambda _: -300
    simulation.run_until(lambda: not charger.car.charging, seconds=200)
    simulation.run(300)
    assert not charger.asleep


def test_a_car_is_kept_awake_only_while_the_sun_may_be_back_soon() -> None:
    charger = SimulatedCharger(car=Car(phases=1))
    simulation = _clouded(charger)
    simulation.run(2400)
    pulses = charger.starts
    assert 1 <= pulses <= 4
    simulation.run(7200)
    assert charger.starts == pulses


def test_a_car_that_resumed_from_a_long_pause_gets_no_pulses() -> None:
    charger = SimulatedCharger(car=Car(phases=1))
    simulation = _clouded(charger)
    simulation.run(7200)
    simulation.surplus_w = lambda _: 2300
    simulation.run_until(lambda: charger.car.charging)
    simulation.run(1800)
    starts = charger.starts
    simulation.surplus_w = lambda _: -300
    simulation.run(3600)
    assert charger.starts == starts


def test_the_night_is_not_bridged() -> None:
    """A car that is known to fall asleep soon gets no more than eight pulses."""
    settings = replace(ONE_PHASE, max_pause_s=100.0)
    charger = SimulatedCharger(settings, Car(phases=1))
    simulation = _clouded(charger, sunny_s=60.0)
    simulation.run(1800)
    assert charger.starts == 8
    simulation.run(400)
    assert charger.starts == 8


@given(
    st.lists(st.sampled_from([-300.0, 300.0, 1900.0]), min_size=3, max_size=10),
    st.sampled_from([150.0, 400.0, math.inf]),
)
@hypothesis_settings(max_examples=6)
def test_cars_are_not_cycled_more_often_than_the_sun_gives_reason(
    watts: list[float], sleeps_after_s: float
) -> None:
    """Each bright spell is a reason, and each long pause in between; wake-ups come on top."""
    charger = SimulatedCharger(
        car=Car(phases=1), mode=Mode.PV_ONLY, sleeps_after_s=sleeps_after_s
    )
    simulation = MultiCarSimulation(
        lambda second: watts[int(second // 100) % len(watts)], [charger]
    )
    seconds = 100.0 * len(watts)
    simulation.run(seconds)
    assert charger.starts <= watts.count(1900.0) + seconds / DEFAULT_MAX_PAUSE_S + 3
