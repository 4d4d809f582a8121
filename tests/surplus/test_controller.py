"""Surplus controller with one car: sun, clouds and slow cars."""

from dataclasses import replace

from hypothesis import given, settings as hypothesis_settings, strategies as st
import pytest

from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Decision,
    SiteReading,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.state import Outcome, State
from tests.simulator.car import Car
from tests.work import work_of

from .simulation.charger import SWITCHING, THREE_PHASES, SimulatedCharger
from .simulation.multi_car import steady, steps
from .simulation.single_car import ONE_PHASE, SingleCarSimulation

READING = ChargerReading(ONE_PHASE, Mode.PV_PRIORITY, ready=True, charging=False)
V = 230.0
FOLLOWING = (Mode.PV_ONLY, Mode.PV_PRIORITY)


def _settled(
    watts: float, mode: Mode = Mode.PV_PRIORITY, **options: object
) -> SingleCarSimulation:
    """Return a simulation that has charged on a steady surplus for a while."""
    simulation = SingleCarSimulation(lambda _: watts, mode, **options)  # type: ignore[arg-type]
    simulation.settle()
    return simulation


@pytest.mark.parametrize("mode", FOLLOWING)
def test_the_car_draws_the_surplus(mode: Mode) -> None:
    simulation = _settled(2300, mode)
    assert simulation.car.power_w == pytest.approx(2300, abs=80)
    simulation.run(600)
    assert len(simulation.limits) <= 3


@pytest.mark.parametrize("mode", FOLLOWING)
def test_a_rise_is_followed_once_and_stays(mode: Mode) -> None:
    """One raise, none before the car can have responded, and close in the end."""
    simulation = _settled(2300, mode)
    begin_s = simulation.now_s
    simulation.surplus_w = steps((0, 2300), (begin_s + 5, 2300 + 3 * V))
    simulation.run(60)
    assert 13.0 <= simulation.offered_a <= 13.8
    assert simulation.car.power_w == pytest.approx(2300 + 3 * V, abs=100)
    first_s = simulation.limits[0][0]
    assert first_s - begin_s <= 12
    assert all(at_s == first_s or at_s - first_s >= 4 for at_s, _ in simulation.limits)
    assert simulation.imported_wh < 1


def test_a_car_that_has_not_responded_yet_is_not_offered_more() -> None:
    """The same export again, while the response to the last raise is pending."""
    simulation = _settled(2300)
    simulation.car.reaction_s = 30.0
    simulation.surplus_w = lambda _: 2300 + 3 * V
    simulation.run_until(lambda: bool(simulation.limits))
    offered_a = simulation.offered_a
    simulation.run(6)
    assert simulation.offered_a == offered_a


def test_a_cut_is_not_repeated_before_the_car_has_followed() -> None:
    """A car that takes five seconds to respond."""
    simulation = _settled(16 * V)
    simulation.car.reaction_s = 5.0
    simulation.surplus_w = lambda _: 10 * V
    simulation.run_until(lambda: bool(simulation.limits))
    assert 9.5 <= simulation.offered_a <= 10.6
    simulation.run(5)
    assert 9.5 <= simulation.offered_a <= 10.6


def _stop(simulation: SingleCarSimulation) -> float:
    """Let time pass until the car is paused, and return the time it took."""
    return simulation.run_until(lambda: simulation.offered_a == 0)


@pytest.mark.parametrize(
    ("mode", "left_w", "longest_s", "max_wh"),
    [
        (Mode.PV_ONLY, 1000, 300, 30),
        (Mode.PV_ONLY, 600, 60, 12),
        (Mode.PV_ONLY, 0, 25, 10),
        (Mode.PV_PRIORITY, 500, 300, 65),
        (Mode.PV_PRIORITY, 0, 80, 30),
    ],
)
def test_a_deep_dip_is_answered_soon_and_a_shallow_one_tolerated(
    mode: Mode, left_w: float, longest_s: float, max_wh: float
) -> None:
    """The energy counts, not the time."""
    simulation = _settled(1500, mode)
    simulation.surplus_w = lambda _: left_w
    stop_s = _stop(simulation)
    assert longest_s / 2 < stop_s < longest_s
    assert simulation.imported_wh < max_wh


def test_solar_first_is_topped_up_while_the_sun_nearly_suffices() -> None:
    simulation = _settled(1500, Mode.PV_PRIORITY)
    simulation.surplus_w = lambda _: 1000
    simulation.run(1800)
    assert simulation.offered_a == 6


def test_a_single_bright_sample_does_not_undo_a_decision() -> None:
    """It counts for some seconds of sun."""
    stops_s = []
    for bright_w in (400.0, 3000.0):
        simulation = _settled(1500)
        bright_s = simulation.now_s + 30
        simulation.surplus_w = steps(
            (0, 400), (bright_s, bright_w), (bright_s + 1, 400)
        )
        stops_s.append(_stop(simulation))
    assert stops_s[1] - stops_s[0] <= 30


@pytest.mark.parametrize("mode", FOLLOWING)
def test_a_session_starts_soon_in_spite_of_a_dip(mode: Mode) -> None:
    """Two seconds without sun after half a minute."""
    simulation = SingleCarSimulation(steps((0, 2000), (30, 0), (32, 2000)), mode)
    assert simulation.run_until(lambda: simulation.offered_a > 0) <= 75


def test_a_session_starts_at_the_power_of_the_sun() -> None:
    """Not at the minimum current."""
    simulation = SingleCarSimulation(
        lambda _: 5000, settings=THREE_PHASES, car=Car(phases=3), mode=Mode.PV_PRIORITY
    )
    simulation.run_until(lambda: simulation.offered_a > 0)
    assert simulation.offered_a == pytest.approx(5000 / 3 / V, abs=0.2)


def test_solar_only_waits_for_the_full_minimum_power() -> None:
    simulation = SingleCarSimulation(lambda _: 1250, Mode.PV_ONLY)
    simulation.run(600)
    assert simulation.offered_a == 0
    priority = SingleCarSimulation(lambda _: 1250, Mode.PV_PRIORITY)
    priority.run(600)
    assert priority.offered_a == 6


def test_nothing_is_raised_with_a_silent_meter() -> None:
    """No raise after a minute of silence, no sun after two."""
    simulation = _settled(2300)
    simulation.meter_until_s = simulation.now_s
    simulation.run(119)
    assert all(amps <= 10.5 for _, amps in simulation.limits)
    assert simulation.offered_a > 6
    assert simulation.run_until(lambda: simulation.offered_a == 6) <= 6
    # No single step stands for the silence before it.
    assert simulation.run_until(lambda: simulation.offered_a == 0) <= 90


def test_without_any_meter_nothing_is_charged() -> None:
    outcome = step(State(), None, {"car": READING}, 0.0)
    assert outcome.decisions == {}
    outcome = step(outcome.state, None, {"car": READING}, 60.0)
    assert outcome.decisions == {}
    outcome = step(outcome.state, None, {"car": READING}, 121.0)
    assert outcome.decisions == {"car": Decision(0.0)}


def test_a_running_session_is_not_interrupted_by_a_restart() -> None:
    """After a restart, only the reading of the charger is known."""
    simulation = _settled(2300)
    simulation.outcome = Outcome(State(), {}, None)
    simulation.run(120)
    assert all(amps > 0 for _, amps in simulation.limits)
    assert simulation.car.power_w == pytest.approx(2300, abs=80)


def test_a_charger_of_whole_amperes_keeps_its_limit_after_a_restart() -> None:
    """The car draws less than its limit, which is continued."""
    settings = replace(ONE_PHASE, step_a=1.0)
    simulation = _settled(2300, settings=settings)
    offered_a = simulation.offered_a
    simulation.outcome = Outcome(State(), {}, None)
    simulation.run(3)
    assert simulation.offered_a == offered_a


def test_a_battery_that_discharges_is_no_sun() -> None:
    site = SiteReading(grid_power_w=0.0, grid_at_s=1.0, battery_power_w=3000.0)
    assert step(State(), site, {}, 1.0).surplus_w.likely == -3000  # type: ignore[union-attr]
    charging = SiteReading(grid_power_w=0.0, grid_at_s=1.0, battery_power_w=-3000.0)
    assert step(State(), charging, {}, 1.0).surplus_w.likely == 3000  # type: ignore[union-attr]


def test_fast_and_off_need_no_meter() -> None:
    for mode, amps in ((Mode.FAST, 32.0), (Mode.OFF, 0.0)):
        outcome = step(State(), None, {"car": replace(READING, mode=mode)}, 0.0)
        assert outcome.decisions == {"car": Decision(amps)}


def test_a_mode_takes_effect_at_once() -> None:
    simulation = _settled(2300)
    simulation.charger.mode = Mode.FAST
    simulation.run(1)
    assert simulation.offered_a == 32
    simulation.charger.mode = Mode.PV_ONLY
    simulation.run(60)
    assert simulation.offered_a == pytest.approx(10.4, abs=0.4)
    simulation.charger.mode = Mode.OFF
    simulation.run(1)
    assert simulation.offered_a == 0


def test_without_a_car_there_is_nothing_to_decide() -> None:
    absent = replace(READING, ready=False)
    assert step(State(), SiteReading(-5000, 1.0), {"car": absent}, 1.0).decisions == {}


def test_two_cars_do_not_take_the_same_sun() -> None:
    """The second waits for the draw of the first, but not forever."""
    readings = {"first": READING, "second": READING}
    outcome = Outcome(State(), {}, None)
    offered = []
    for second in range(100, 180):
        site = SiteReading(-2000, float(second))
        outcome = step(outcome.state, site, readings, float(second))
        offered.append([each.current_a for each in outcome.decisions.values()])
    assert offered[30] == [pytest.approx(8.7, abs=0.1), 0]
    assert offered[-1] == [6, pytest.approx(8.7, abs=0.1)]


@pytest.mark.parametrize("reaction_s", [1.0, 5.0, 12.0, 25.0])
@pytest.mark.parametrize("meter_s", [1, 5, 10])
def test_slow_cars_and_slow_meters_do_not_make_it_swing(
    reaction_s: float, meter_s: int
) -> None:
    car = Car(phases=1, max_current_a=32.0, reaction_s=reaction_s)
    simulation = SingleCarSimulation(lambda _: 3000, car=car, meter_s=meter_s)
    simulation.settle(600)
    simulation.run(900)
    assert len(simulation.limits) <= 8
    assert simulation.car.power_w == pytest.approx(3000, abs=120)


def test_a_car_that_draws_less_than_offered_is_offered_more() -> None:
    simulation = _settled(2300, car=Car(phases=1, max_current_a=32.0, offset_a=2.0))
    assert simulation.car.power_w == pytest.approx(2300, abs=120)
    assert simulation.offered_a == pytest.approx(12, abs=0.6)


def test_a_car_with_a_limit_of_its_own_is_not_chased() -> None:
    simulation = _settled(5000, car=Car(phases=1, max_current_a=10.0))
    simulation.run(600)
    assert len(simulation.limits) <= 2
    simulation.car.max_current_a = 32.0
    simulation.run(300)
    assert simulation.car.power_w == pytest.approx(5000, abs=120)


@hypothesis_settings(max_examples=60)
@given(
    surplus=st.lists(st.floats(-5000, 12000), min_size=5, max_size=40),
    mode=st.sampled_from(Mode),
    settings=st.builds(
        ChargerSettings,
        phases=st.sampled_from([1, 3]),
        max_current_a=st.sampled_from([6.0, 10.0, 16.0, 32.0]),
        step_a=st.sampled_from([0.1, 1.0]),
    ),
    meter_s=st.sampled_from([1, 7]),
)
def test_a_limit_is_a_pause_or_one_that_car_and_charger_can_do(
    surplus: list[float], mode: Mode, settings: ChargerSettings, meter_s: int
) -> None:
    """For any course of the sun."""
    simulation = SingleCarSimulation(
        lambda second: surplus[int(second // 20) % len(surplus)],
        mode,
        settings,
        Car(phases=settings.phases, max_current_a=32.0),
        meter_s=meter_s,
    )
    simulation.run(20 * len(surplus))
    for _, amps in simulation.limits:
        assert amps == 0 or settings.min_current_a <= amps <= settings.max_current_a
        assert amps / settings.step_a == pytest.approx(round(amps / settings.step_a))


@given(
    grid_w=st.floats(-20000, 20000),
    current_a=st.none() | st.floats(0, 32),
    charging=st.booleans(),
    ready=st.booleans(),
    mode=st.sampled_from(Mode),
)
def test_a_step_is_a_pure_function(
    grid_w: float, current_a: float | None, charging: bool, ready: bool, mode: Mode
) -> None:
    reading = replace(
        READING,
        mode=mode,
        ready=ready,
        charging=charging,
        current_a=current_a,
        measured_at_s=None if current_a is None else 99.0,
    )
    site = SiteReading(grid_w, 100.0)
    first = step(State(), site, {"car": reading}, 100.0)
    assert step(State(), site, {"car": reading}, 100.0) == first
    again = step(first.state, site, {"car": reading}, 100.0)
    # The same sample does not count twice.
    assert again.decisions == first.decisions


def test_a_car_that_wakes_up_is_not_assumed_to_draw_all_at_once() -> None:
    """It ramps up from the moment it wakes, however long it has been offered current."""
    simulation = SingleCarSimulation(
        lambda _: 6000, settings=THREE_PHASES, car=Car(phases=3, wake_up_s=7.0)
    )
    simulation.charger.sample_s = 1
    simulation.run_until(lambda: simulation.car.charging)
    for _ in range(20):
        simulation.run(1)
        surplus_w = simulation.outcome.surplus_w
        assert surplus_w is not None
        assert surplus_w.likely < 6000 + 1500


def test_manual_is_left_alone() -> None:
    """Nothing is decided, and the draw of the car is no surplus for others."""
    simulation = _settled(2300)
    simulation.charger.mode = Mode.MANUAL
    simulation.surplus_w = lambda _: 0
    simulation.run(600)
    assert simulation.outcome.decisions == {}
    assert simulation.limits == []


def _work(chargers: int) -> int:
    """Return the work of a step on cars that charge from the sun, while it changes."""
    simulation = steady(
        chargers * 5000.0, *(SimulatedCharger(SWITCHING) for _ in range(chargers))
    )
    simulation.run(90)
    assert all(charger.car.charging for charger in simulation.chargers)
    simulation.surplus_w = lambda _: chargers * 4000.0
    return work_of(lambda: simulation.run(1))


def test_the_work_of_a_step_grows_with_the_number_of_chargers_and_no_faster() -> None:
    # Eight times as many; work in proportion to their square would be sixty-four times as much.
    assert _work(80) < 9 * _work(10)
