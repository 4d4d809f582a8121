"""Choice between one phase and three: possible options, their benefit, and the cost of switching."""

from dataclasses import replace
from itertools import pairwise
import math

from hypothesis import given, settings as hypothesis_settings, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.response import Car as KnownCar
from custom_components.ocpp.surplus.control.decision_context import DecisionContext
from custom_components.ocpp.surplus.control.phases import (
    REPEAT_S,
    SWITCH_COST_WH,
    PhaseBudget,
    fewest_plausible,
    for_start,
    phase_options,
    switched,
    trial_cost_wh,
    weigh,
)
from custom_components.ocpp.surplus.control.start_stop import StartStopState, judge
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Decision,
    Estimate,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.power.trend import updated
from tests.simulator.car import Car
from tests.surplus.simulation.charger import SWITCHING, THREE_PHASES, SimulatedCharger
from tests.surplus.simulation.multi_car import MultiCarSimulation, steady

MIN_3_W, MAX_1_W = 4140.0, 3680.0
FOLLOWING = (Mode.PV_ONLY, Mode.PV_PRIORITY)


def _car(on: int = 3, most: int = 3, **changes: float) -> KnownCar:
    car = KnownCar(phases=min(on, most), offered_phases=on, max_phases=most)
    return replace(car, **changes)  # type: ignore[arg-type]


def _context(
    watts: float,
    car: KnownCar,
    settings: ChargerSettings = SWITCHING,
    mode: Mode = Mode.PV_PRIORITY,
    *,
    average_w: float | None = None,
    now_s: float = 0.0,
    seconds: float = 1.0,
) -> DecisionContext:
    """Return a context in which the sun is as bright as on average."""
    average_w = watts if average_w is None else average_w
    return DecisionContext(
        settings=settings,
        car=car,
        policy=ChargerReading(settings, mode, ready=True, charging=True).solar_policy,
        available_w=Estimate.exactly(watts),
        average_w=average_w,
        slow_w=average_w,
        long_w=average_w,
        share_w=watts,
        average_share_w=average_w,
        seconds=seconds,
        now_s=now_s,
    )


def _seconds_until_switched(
    watts: float, car: KnownCar, mode: Mode = Mode.PV_PRIORITY, repeats: int = 0
) -> float:
    """Return the seconds of steady sun until phases are switched; inf if they are not within two hours."""
    budget = PhaseBudget(switched_s=(0.0,) * repeats)
    for second in range(1, 7200):
        context = _context(watts, car, mode=mode, now_s=min(second, REPEAT_S - 1))
        budget, wanted = weigh(budget, context)
        if wanted != car.offered_phases:
            return second
    return math.inf


@pytest.mark.parametrize(
    ("settings", "car", "expected"),
    [
        (replace(SWITCHING, phases=1, switches_phases=False), _car(1, 1), (1,)),
        (THREE_PHASES, _car(3, 3), (3,)),
        (THREE_PHASES, _car(3, 1), (3,)),
        (THREE_PHASES, _car(3, 2), (3,)),
        (SWITCHING, _car(3, 3), (1, 3)),
        (SWITCHING, _car(1, 3), (1, 3)),
        (SWITCHING, _car(3, 2), (1, 3)),
        (SWITCHING, _car(3, 1), (3,)),
        (SWITCHING, _car(1, 1), (1,)),
    ],
)
def test_phase_options(
    settings: ChargerSettings, car: KnownCar, expected: tuple[int, ...]
) -> None:
    """A car that draws on one of three phases is not switched."""
    assert phase_options(settings, car) == expected


@pytest.mark.parametrize(
    ("car", "min_w", "max_w"),
    [
        (_car(3, 3), 4140, 11_040),
        (_car(3, 2), 2760, 7360),
        (_car(3, 1), 1380, 3680),
        (_car(3, 3, bias_a=0.4), 3864, 10_764),
        (_car(3, 3, ceiling_a=10.0), 4140, 6900),
        (_car(3, 3, voltage_v=240.0), 4320, 11_520),
    ],
)
def test_thresholds_follow_from_measurements(
    car: KnownCar, min_w: float, max_w: float
) -> None:
    context = _context(0, car)
    assert context.min_w(3) == pytest.approx(min_w)
    assert context.max_w(3) == pytest.approx(max_w)


@pytest.mark.parametrize(
    ("watts", "phases"), [(0, 1), (1500, 1), (4140, 1), (4300, 1), (4360, 3), (9000, 3)]
)
def test_a_session_starts_on_three_phases_when_the_sun_is_above_their_minimum(
    watts: float, phases: int
) -> None:
    """There is nothing to compare as long as nothing is drawn."""
    assert for_start(_context(watts, _car(1))) == phases


@pytest.mark.parametrize(
    ("mode", "watts", "phases"),
    [
        (Mode.PV_PRIORITY, 3700, 1),
        (Mode.PV_PRIORITY, 3800, 3),
        (Mode.PV_ONLY, 4100, 1),
        (Mode.PV_ONLY, 4200, 3),
    ],
)
def test_a_charger_that_is_on_three_phases_is_not_switched_for_a_little_less(
    mode: Mode, watts: float, phases: int
) -> None:
    """A switch would take time, unless all of the power has to come from the sun."""
    assert for_start(_context(watts, _car(3), mode=mode)) == phases


def test_a_bright_moment_is_no_reason_to_start_on_three() -> None:
    assert for_start(_context(6000, _car(), average_w=3000)) == 1


@pytest.mark.parametrize("mode", FOLLOWING)
@pytest.mark.parametrize(
    ("watts", "car"),
    [
        (0, _car(1)),
        (3680, _car(1)),
        (3900, _car(1)),
        (5520, _car(1, ceiling_a=32.0)),
        (4140, _car(3)),
        (6000, _car(3)),
        (11_040, _car(3)),
        (1380, _car(3, 1)),
        (4140, _car(3, 1)),
        (9000, _car(1, 1)),
    ],
)
def test_without_a_benefit_it_stays(mode: Mode, watts: float, car: KnownCar) -> None:
    """In balance, with headroom, in the dead zone, or with a single-phase car."""
    settings = SWITCHING
    if car.ceiling_a == 32:
        settings = replace(SWITCHING, max_current_a=32.0)
    budget = PhaseBudget()
    for second in range(1800):
        budget, wanted = weigh(
            budget, _context(watts, car, settings, mode, now_s=second, seconds=10)
        )
        assert wanted == car.offered_phases


def test_in_the_dead_zone_it_stays_at_the_maximum_of_one_phase() -> None:
    """Between the maximum of one phase and the minimum of three, as this car draws."""
    charger = SimulatedCharger(SWITCHING)
    simulation = steady(3500, charger)
    simulation.run(120)
    simulation.surplus_w = lambda _: 3700
    simulation.run(900)
    assert len(charger.switches_s) == 1
    assert charger.decision == Decision(16.0, 1)


@pytest.mark.parametrize(("mode", "seconds"), [(m, 187) for m in FOLLOWING])
def test_more_sun_than_one_phase_can_use_is_answered_by_energy(
    mode: Mode, seconds: float
) -> None:
    """2.3 kW make up for the pause in 187 s, twice as much in half the time."""
    assert _seconds_until_switched(6000, _car(1), mode) == pytest.approx(seconds, abs=3)
    fast_s = _seconds_until_switched(MAX_1_W + 4640, _car(1), mode)
    assert fast_s == pytest.approx(seconds / 2, abs=3)


@pytest.mark.parametrize(
    ("mode", "seconds"), [(Mode.PV_PRIORITY, 202), (Mode.PV_ONLY, 68)]
)
def test_too_little_sun_for_three_phases_is_answered_by_energy(
    mode: Mode, seconds: float
) -> None:
    """At 2 kW, solar only switches sooner, since import weighs more."""
    assert _seconds_until_switched(2000, _car(3), mode) == pytest.approx(seconds, abs=4)


def test_a_car_on_three_phases_switches_rather_than_stop() -> None:
    """The grid fills in for some minutes at most."""
    charger = SimulatedCharger(SWITCHING)
    simulation = steady(6000, charger)
    simulation.settle(120)
    simulation.surplus_w = lambda _: 2000
    assert 100 < simulation.run_until(lambda: charger.car.phases == 1) < 240
    assert simulation.imported_wh < 140
    simulation.run(60)
    assert charger.decision.current_a == pytest.approx(9.1, abs=0.4)
    assert all(amps > 0 for amps in charger.limits_a)


def test_where_one_phase_does_not_suffice_either_it_stops() -> None:
    charger = SimulatedCharger(SWITCHING, mode=Mode.PV_ONLY)
    simulation = steady(6000, charger)
    simulation.settle(120)
    simulation.surplus_w = lambda _: -600
    assert simulation.run_until(lambda: charger.decision.current_a == 0) < 85
    simulation.run(120)
    assert charger.decision.current_a == 0
    assert len(charger.switches_s) <= 1


def test_each_switch_makes_the_next_more_expensive() -> None:
    """By factors of 1.5, 2.25 and at most 3."""
    first_s = _seconds_until_switched(6000, _car(1))
    for repeats, factor in ((1, 1.5), (2, 2.25), (3, 3.0), (6, 3.0)):
        later_s = _seconds_until_switched(6000, _car(1), repeats=repeats)
        assert later_s == pytest.approx(factor * first_s, abs=3)


def test_a_switch_is_forgotten_after_half_an_hour() -> None:
    budget = switched(PhaseBudget(advantage_wh=90.0), 100.0)
    assert budget == PhaseBudget(0.0, (100.0,))
    assert switched(budget, 100.0 + REPEAT_S).switched_s == (100.0 + REPEAT_S,)


def test_a_moment_of_sun_does_not_switch_phases() -> None:
    """Regardless of the accumulated advantage, the other choice must be better on average, too."""
    budget = PhaseBudget(advantage_wh=SWITCH_COST_WH + 1)
    _, wanted = weigh(budget, _context(8000, _car(1), average_w=3000))
    assert wanted == 1


@given(
    st.lists(st.floats(-2000, 14_000), min_size=20, max_size=120),
    st.sampled_from(FOLLOWING),
    st.sampled_from([2.0, 10.0, 60.0]),
)
def test_phases_switch_no_more_often_than_their_budget_allows(
    watts: list[float], mode: Mode, seconds: float
) -> None:
    """Between two switches the other choice must have gained the cost, and more soon after the last switch."""
    budget, car, changes = PhaseBudget(), _car(1), []
    for number, now_w in enumerate(watts):
        now_s = number * seconds
        context = _context(now_w, car, mode=mode, now_s=now_s, seconds=seconds)
        budget, wanted = weigh(budget, context)
        if wanted != car.offered_phases:
            budget, car = switched(budget, now_s), _car(wanted)
            changes.append(now_s)
    # No choice gains more than this.
    max_w = 4 * MIN_3_W + 11_040 - MAX_1_W
    for earlier, later in pairwise(changes):
        factor = 1.5 if later - earlier < REPEAT_S else 1.0
        assert later - earlier >= factor * SWITCH_COST_WH * 3600 / max_w


@given(
    st.lists(st.floats(-2000, 14_000), min_size=20, max_size=100),
    st.sampled_from(FOLLOWING),
)
@hypothesis_settings(max_examples=60)
def test_a_car_that_charges_is_not_switched_to_and_fro(
    watts: list[float], mode: Mode
) -> None:
    """Even if one phase saved it from a stop, it returns to three only once these have gained the cost."""
    start_stop, car, trend, raised_s = StartStopState(running=True), _car(3), None, []
    for number, now_w in enumerate(watts):
        now_s = 10.0 * number
        trend = updated(trend, now_w, 10.0, now_s)
        context = _context(
            now_w,
            replace(car, charging=True),
            mode=mode,
            average_w=trend.average_w,
            now_s=now_s,
            seconds=trend.seconds,
        )
        start_stop, verdict = judge(start_stop, context)
        if not verdict.runs:
            return
        if verdict.phases > car.offered_phases:
            raised_s.append(now_s)
        car = _car(verdict.phases)
    for earlier, later in pairwise(raised_s):
        assert later - earlier >= 1.5 * SWITCH_COST_WH * 3600 / (11_040 - MAX_1_W)


@pytest.mark.parametrize("mode", FOLLOWING)
@pytest.mark.parametrize("watts", [1500, 2300, 3100, 4000])
@pytest.mark.parametrize("settings", [THREE_PHASES, SWITCHING])
@pytest.mark.parametrize("shows_phases", [True, False])
def test_a_single_phase_car_is_never_stuck(
    mode: Mode, watts: float, settings: ChargerSettings, shows_phases: bool
) -> None:
    """At a charger with three phases it charges with the power of one, even if the charger does not report phases."""
    charger = SimulatedCharger(settings, Car(phases=1), mode)
    if not shows_phases:
        charger.overrides["phases_in_use"] = None  # type: ignore[assignment]
    simulation = steady(watts, charger)
    assert simulation.run_until(lambda: charger.car.charging, seconds=100) < 100
    simulation.run(200)
    assert charger.car.power_w > 0.8 * min(watts, 15.6 * 230)
    assert charger.starts == 1
    assert simulation.imported_wh < 3


def test_a_car_on_three_phases_is_tried_but_once() -> None:
    """It may turn out to be a single-phase car; once measured, it waits for more sun."""
    charger = SimulatedCharger(THREE_PHASES, mode=Mode.PV_ONLY, overrides={})
    simulation = steady(2000, charger)
    simulation.run(1800)
    assert charger.starts <= 2  # The second one is a pulse.
    assert simulation.imported_wh < 60
    assert charger.decision.current_a == 0
    simulation.surplus_w = lambda _: 5000
    simulation.run_until(lambda: charger.car.charging, seconds=100)


def test_failed_trials_become_rare() -> None:
    assert [trial_cost_wh(number) for number in (0, 1, 2, 3, 9)] == [
        30,
        120,
        480,
        1920,
        1920,
    ]


def test_a_car_whose_phases_were_measured_is_not_tried() -> None:
    assert fewest_plausible(THREE_PHASES, _car()) == 1
    assert fewest_plausible(THREE_PHASES, replace(_car(), phases_seen=True)) == 3


def test_a_car_that_has_more_headroom_on_one_phase_is_not_switched() -> None:
    settings = replace(SWITCHING, max_current_a=32.0)
    charger = SimulatedCharger(settings, Car(max_current_a=32.0))
    simulation = steady(2000, charger)
    simulation.run(60)
    simulation.surplus_w = lambda _: 5500
    simulation.run(300)
    assert charger.decision.phases == 1
    assert charger.car.power_w == pytest.approx(5500, abs=80)


def test_a_charger_that_ignores_switches_is_not_asked_a_third_time() -> None:
    """Measured phases count."""
    charger = SimulatedCharger(SWITCHING, mode=Mode.PV_ONLY, follows_phases=False)
    simulation = steady(5500, charger)
    simulation.settle(120)
    assert charger.car.power_w == pytest.approx(5500, abs=150)
    simulation.surplus_w = lambda _: 2000
    simulation.run(600)
    simulation.settle(0)
    simulation.run(600)
    assert not charger.switches_s
    assert charger.decision == Decision(0.0, 3)


def test_the_pause_of_a_switch_is_not_taken_for_a_stop() -> None:
    charger = SimulatedCharger(replace(SWITCHING, switch_pause_s=60.0))
    simulation = MultiCarSimulation(
        lambda second: 3000 if second < 120 else 7000, [charger]
    )
    simulation.run(130)
    assert charger.car.phases == 1
    simulation.run_until(lambda: charger.car.phases == 3, seconds=400)
    simulation.run(120)
    assert len(charger.switches_s) == 2
    assert charger.car.power_w == pytest.approx(7000, abs=250)
    assert 0 not in charger.limits_a[1:]


def test_a_charger_that_switches_unseen_is_followed_by_its_phases() -> None:
    """Its status never tells of a pause: of 9.4 kW of sun, 2.1 kW are left."""
    charger = SimulatedCharger(
        replace(SWITCHING, switch_pause_s=0.0),
        car=Car(wake_up_s=1.0),
        mode=Mode.PV_ONLY,
        overrides={"charging": True},
    )
    simulation = steady(9400, charger)
    simulation.settle()
    simulation.surplus_w = lambda _: 2100
    simulation.run_until(lambda: charger.decision.phases == 1, seconds=300)
    simulation.settle(20)
    simulation.run(60)
    assert simulation.cars_w == pytest.approx(2100, abs=100)
    assert simulation.imported_wh < 2


@pytest.mark.parametrize("chosen", [1, 3])
@pytest.mark.parametrize("on", [1, 3])
@given(watts=st.floats(0, 12000))
def test_the_choice_of_the_owner_overrules_the_sun(
    chosen: int, on: int, watts: float
) -> None:
    settings = replace(SWITCHING, chosen_phases=chosen)
    car = _car(on=on)
    assert phase_options(settings, car) == (chosen,)
    context = _context(watts, car, settings)
    assert for_start(context) == chosen
    assert weigh(PhaseBudget(), context)[1] == chosen


def test_a_choice_that_is_not_obeyed_is_given_up() -> None:
    settings = replace(SWITCHING, chosen_phases=1)
    assert phase_options(settings, _car(ignored_switches=2)) == (3,)


def test_a_choice_means_nothing_to_a_charger_that_cannot_switch() -> None:
    settings = replace(THREE_PHASES, chosen_phases=1)
    assert phase_options(settings, _car()) == (3,)
