"""Plans for one car: the cheapest way to be ready in time."""

from dataclasses import replace
import math

from hypothesis import assume, given, settings, strategies as st
import pytest

from custom_components.ocpp.surplus.planning.outlook import (
    HOUR_S,
    Outlook,
    Series,
    Span,
)
from custom_components.ocpp.surplus.planning.plan import (
    ChargingGoal,
    Plan,
    PlannedSlot,
    grid_allowance_w,
)
from custom_components.ocpp.surplus.planning.planner import (
    RESERVE_S,
    is_urgent,
    needed_wh,
    plan_one,
)
from custom_components.ocpp.surplus.planning.supply import SUN_YIELD, PowerRange, Source
from custom_components.ocpp.surplus.planning.two_stage import forecast_settled_s
from tests.surplus.outlooks import ELEVEN_KW, always, hours, times_h

from .least_cost import least_cost

PRICES = hours(0.20, 0.60, 0.10, 0.80, 0.40, 0.90)
KW = 1000.0


def _goal(
    full_hours: float, departure_h: float = 6.0, **changes: object
) -> ChargingGoal:
    """Return the goal of as much energy as the car draws in some hours at full power, without the reserve."""
    energy_wh = full_hours * ELEVEN_KW.max_w / (needed_wh(_PLAIN) / _PLAIN.energy_wh)
    goal = ChargingGoal(energy_wh, departure_h * HOUR_S + RESERVE_S, ELEVEN_KW)
    return replace(goal, **changes)  # type: ignore[arg-type]


_PLAIN = ChargingGoal(1.0, None, ELEVEN_KW)


@pytest.mark.parametrize(
    ("full_hours", "now_h", "times"),
    [
        (1.0, 0.0, [(2.0, 3.0)]),
        (2.0, 0.0, [(0.0, 1.0), (2.0, 3.0)]),
        (1.5, 0.0, [(0.5, 1.0), (2.0, 3.0)]),
        (1.0, 0.5, [(2.0, 3.0)]),
        (2.0, 0.5, [(0.5, 1.0), (2.0, 3.0), (4.5, 5.0)]),
        (6.0, 0.0, [(0.0, 6.0)]),
    ],
)
def test_the_cheapest_hours_are_used_and_of_one_in_part_the_end(
    full_hours: float, now_h: float, times: list[tuple[float, float]]
) -> None:
    plan = plan_one(_goal(full_hours), Outlook(PRICES), now_h * HOUR_S)
    assert times_h(plan) == times
    assert plan.feasible
    assert {slot.source for slot in plan.slots} == {Source.GRID}


def test_at_one_price_all_the_time_the_car_charges_last() -> None:
    """Until then the sun may yield more than expected."""
    plan = plan_one(_goal(1.5), Outlook(hours(*[0.3] * 6)), 0.0)
    assert times_h(plan) == [(4.5, 6.0)]


def test_of_equal_prices_those_that_interrupt_least_are_used() -> None:
    prices = hours(0.4, 0.1, 0.2, 0.4, 0.4, 0.2)
    plan = plan_one(_goal(1.5), Outlook(prices), 0.0)
    assert times_h(plan) == [(1.0, 2.5)]


def test_without_any_prices_the_sun_is_used_first_and_the_rest_charged_last() -> None:
    outlook = Outlook(sun_w=hours(0, 0, 6 * KW, 0, 0, 0), feed_in_per_kwh=0.08)
    plan = plan_one(_goal(1.0), outlook, 0.0)
    assert [slot.source for slot in plan.slots] == [Source.SUN, Source.GRID]
    assert plan.slots[0].start_s == 2 * HOUR_S
    assert plan.slots[-1].end_s == 6 * HOUR_S
    assert all(slot.guessed for slot in plan.slots)


def test_the_house_takes_its_share_of_the_sun_first() -> None:
    outlook = Outlook(PRICES, hours(0, 8 * KW), hours(0, 2 * KW))
    plan = plan_one(_goal(1.0), outlook, 0.0)
    sun = plan.slots[0]
    assert sun.source is Source.SUN
    assert sun.power_w == pytest.approx(6 * KW * SUN_YIELD)


def test_weak_sun_is_topped_up_where_that_is_cheaper_than_the_grid_alone() -> None:
    outlook = Outlook(
        hours(0.3, 0.3, 0.3), hours(0.6 * KW, 0.6 * KW, 0), feed_in_per_kwh=0.08
    )
    goal = ChargingGoal(1000.0, 3 * HOUR_S, ELEVEN_KW)
    plan = plan_one(goal, outlook, 0.0)
    assert {slot.source for slot in plan.slots} == {Source.TOP_UP}
    assert plan.slots[0].power_w == ELEVEN_KW.min_w
    now_s = plan.slots[0].start_s
    assert grid_allowance_w(plan, now_s, 0.0) == pytest.approx(
        ELEVEN_KW.min_w - 600 * SUN_YIELD
    )


def test_a_sun_that_suffices_buys_nothing() -> None:
    """Sufficient sun later in the day, at a lower cost than the cheapest hour."""
    outlook = Outlook(PRICES, hours(0, 0, 0, 9 * KW, 9 * KW), feed_in_per_kwh=0.08)
    plan = plan_one(ChargingGoal(9 * KW, 6 * HOUR_S, ELEVEN_KW), outlook, 0.0)
    assert {slot.source for slot in plan.slots} == {Source.SUN}
    assert all(grid_allowance_w(plan, hour * HOUR_S, 0.0) == 0 for hour in range(6))


def test_a_shortfall_of_the_sun_is_made_up_for_while_there_is_time() -> None:
    goal = ChargingGoal(9 * KW, 6 * HOUR_S, ELEVEN_KW)
    outlook = Outlook(PRICES, hours(0, 0, 0, 4 * KW, 4 * KW), feed_in_per_kwh=0.08)
    plan = plan_one(goal, outlook, 0.0)
    assert 2.0 <= plan.slots[0].start_s / HOUR_S < 3.0
    assert grid_allowance_w(plan, plan.slots[0].start_s, 0.0) == math.inf


def test_a_price_below_the_feed_in_tariff_is_as_good_as_the_sun() -> None:
    outlook = Outlook(hours(0.05, 0.3), feed_in_per_kwh=0.08)
    plan = plan_one(ChargingGoal(math.inf, None, ELEVEN_KW), outlook, 0.0)
    assert times_h(plan) == [(0.0, 1.0)]
    assert plan.slots[0].source is Source.CHEAP
    assert grid_allowance_w(plan, 0.0, 0.0) == math.inf


def test_a_feed_in_tariff_above_all_prices_buys_nothing_without_a_departure() -> None:
    outlook = Outlook(
        hours(0.25, 0.3), hours(0, 9 * KW, 9 * KW, 0), feed_in_per_kwh=0.49
    )
    plan = plan_one(ChargingGoal(math.inf, None, ELEVEN_KW), outlook, 0.0)
    assert {slot.source for slot in plan.slots} == {Source.SUN}
    assert grid_allowance_w(plan, 0.0, 0.0) == 0


def test_below_the_price_limit_a_car_charges_whatever_is_paid_for_the_sun() -> None:
    goal = ChargingGoal(math.inf, None, ELEVEN_KW, price_limit=0.26)
    outlook = Outlook(hours(0.25, 0.3), feed_in_per_kwh=0.49)
    assert times_h(plan_one(goal, outlook, 0.0)) == [(0.0, 1.0)]


def test_less_than_an_hour_below_the_feed_in_tariff_is_used_in_one_piece() -> None:
    outlook = Outlook(hours(0.3, 0.05, 0.3), feed_in_per_kwh=0.08)
    assert times_h(plan_one(_goal(0.6, 3.0), outlook, 0.0)) == [(1.4, 2.0)]


def test_below_the_price_limit_a_car_charges_without_any_departure() -> None:
    goal = ChargingGoal(math.inf, None, ELEVEN_KW, price_limit=0.25)
    plan = plan_one(goal, Outlook(PRICES), 0.0)
    assert times_h(plan) == [(0.0, 1.0), (2.0, 3.0)]


@pytest.mark.parametrize("limit", [None, 0.05, 0.25, 1.0])
def test_energy_for_a_departure_is_the_cheapest_whatever_the_price_limit(
    limit: float | None,
) -> None:
    goal = _goal(1.0, price_limit=limit)
    assert times_h(plan_one(goal, Outlook(PRICES), 0.0)) == [(2.0, 3.0)]


def test_sun_that_is_paid_better_than_the_night_costs_is_sold() -> None:
    sun_w = hours(*[0] * 6, *[6 * KW] * 6)
    prices = hours(*[0.30] * 6, *[0.45] * 6)
    outlook = Outlook(prices, sun_w, feed_in_per_kwh=0.49)
    goal = ChargingGoal(20 * KW, 12 * HOUR_S + RESERVE_S, ELEVEN_KW)
    plan = plan_one(goal, outlook, 0.0)
    assert plan.slots[-1].end_s <= 6 * HOUR_S
    assert plan.cost == pytest.approx(needed_wh(goal) / KW * 0.30)


def test_of_the_sun_that_is_charged_which_is_paid_least() -> None:
    """The morning is paid better than the afternoon."""
    outlook = Outlook(
        hours(*[0.5] * 6),
        hours(*[6 * KW] * 6),
        feed_in=hours(0.4, 0.4, 0.1, 0.1, 0.3, 0.3),
        sun_factors=(1.0,),
    )
    plan = plan_one(ChargingGoal(10 * KW, 6 * HOUR_S, ELEVEN_KW), outlook, 0.0)
    (used,) = times_h(plan)
    assert used == pytest.approx((2.0, 3.9), abs=0.1)


def test_where_the_sun_sells_for_more_than_the_grid_costs_the_mean_counts() -> None:
    outlook = Outlook(
        hours(0.30, 0.30, 0.35), hours(4 * KW, 0.0, 0.0), feed_in_per_kwh=0.49
    )
    plan = plan_one(_goal(2.0, 3.0), outlook, 0.0)
    assert times_h(plan) == [(1.0, 3.0)]
    dear = replace(outlook, prices=hours(0.30, 0.30, 0.45))
    plan = plan_one(_goal(2.0, 3.0), dear, 0.0)
    assert times_h(plan) == [(0.0, 2.0)]


def test_of_equal_suns_the_first_is_used() -> None:
    outlook = Outlook(
        hours(*[0.3] * 4),
        hours(*[5 * KW] * 4),
        feed_in_per_kwh=0.08,
        sun_factors=(1.0,),
    )
    plan = plan_one(ChargingGoal(4 * KW, 4 * HOUR_S, ELEVEN_KW), outlook, 0.0)
    assert plan.slots[0].start_s == 0.0
    assert {slot.source for slot in plan.slots} == {Source.SUN}


def test_a_price_that_is_only_guessed_is_not_taken_for_cheap() -> None:
    goal = ChargingGoal(math.inf, None, ELEVEN_KW, price_limit=0.25)
    plan = plan_one(goal, Outlook(hours(0.2)), 0.0)
    assert times_h(plan) == [(0.0, 1.0)]


def test_prices_that_nobody_has_told_yet_are_expected_to_be_as_the_day_before() -> None:
    known = hours(*([0.3] * 12 + [0.1] + [0.3] * 11))
    plan = plan_one(_goal(1.0, 40.0), Outlook(known), 20 * HOUR_S)
    assert times_h(plan) == [(36.0, 37.0)]
    assert plan.slots[0].guessed


def test_an_infeasible_goal_is_met_as_far_as_possible_and_known_at_once() -> None:
    goal = ChargingGoal(3 * ELEVEN_KW.max_w, 2 * HOUR_S, ELEVEN_KW)
    plan = plan_one(goal, Outlook(PRICES), 0.0)
    assert not plan.feasible
    assert plan.missing_wh == pytest.approx(ELEVEN_KW.max_w)
    assert plan.ready_s == pytest.approx(3 * HOUR_S)
    assert times_h(plan) == [(0.0, round(2 - RESERVE_S / HOUR_S, 2))]


def test_the_last_minutes_are_used_when_they_are_needed() -> None:
    departure_s = 6 * HOUR_S
    goal = ChargingGoal(500.0, departure_s, ELEVEN_KW)
    plan = plan_one(goal, Outlook(PRICES), departure_s - 60)
    assert grid_allowance_w(plan, departure_s - 30, 0.0) == math.inf
    assert not plan.feasible


def test_full_power_from_the_latest_start_on() -> None:
    """Low prices before the latest start do not matter once it has come."""
    needed = 8 * KW
    goal = ChargingGoal(needed, 7 * HOUR_S, ELEVEN_KW)
    latest_s = 7 * HOUR_S - needed / ELEVEN_KW.max_w * HOUR_S
    plan = plan_one(goal, Outlook(hours(*[0.1] * 2, *[0.4] * 5)), latest_s)
    assert grid_allowance_w(plan, latest_s, 0.0) == math.inf


def test_a_slot_that_has_begun_is_continued() -> None:
    prices = hours(0.20, 0.21)
    goal = _goal(0.25, 2.0)
    begun = plan_one(goal, Outlook(prices), 0.0)
    assert begun.slots[0].start_s == 0.75 * HOUR_S
    now_s = 0.8 * HOUR_S
    changed = Outlook(hours(0.22, 0.21))
    anew = plan_one(goal, changed, now_s)
    assert grid_allowance_w(anew, now_s, 0.0) == 0
    going_on = plan_one(goal, changed, now_s, begun)
    assert grid_allowance_w(going_on, now_s, 0.0) == math.inf


def test_nothing_is_allowed_once_the_goal_is_reached() -> None:
    goal = replace(_goal(2.0), delivered_wh=3000.0)
    plan = plan_one(goal, Outlook(PRICES), 0.0)
    now_s = plan.slots[0].start_s
    assert grid_allowance_w(plan, now_s, 3000.0) == math.inf
    assert grid_allowance_w(plan, now_s, 3000.0 + goal.energy_wh) == 0
    assert grid_allowance_w(None, now_s, 0.0) == 0


def test_the_grid_limit_of_the_site_is_kept() -> None:
    outlook = Outlook(PRICES, import_limits_w=(always(4000.0),))
    plan = plan_one(_goal(1.0), outlook, 0.0)
    assert max(slot.power_w for slot in plan.slots) == 4000.0
    too_little = Outlook(PRICES, import_limits_w=(always(1000.0),))
    assert not plan_one(_goal(1.0), too_little, 0.0).slots


NIGHT_AND_DAY = hours(0.23, 0.35, 0.35, 0.25, 0.35, 0.35)


def test_energy_that_the_day_may_give_for_nothing_is_not_bought_in_the_night() -> None:
    """It would be wasted whenever the sun turns out to be bright."""
    sun_w = hours(0, 0, 5 * KW, 5 * KW, 5 * KW)
    goal = ChargingGoal(14 * KW, 6 * HOUR_S, ELEVEN_KW)
    certain = Outlook(NIGHT_AND_DAY, sun_w, feed_in_per_kwh=0.08, sun_factors=(1.0,))
    assert plan_one(goal, certain, 0.0).slots[0].end_s <= HOUR_S
    doubtful = replace(certain, sun_factors=(0.8, 1.0, 1.2))
    assert plan_one(goal, doubtful, 0.0).slots[0].start_s > HOUR_S


def test_energy_that_the_day_will_hardly_give_is_bought_in_the_night() -> None:
    sun_w = hours(0, 0, 5 * KW, 5 * KW, 5 * KW)
    goal = ChargingGoal(24 * KW, 6 * HOUR_S, ELEVEN_KW)
    outlook = Outlook(NIGHT_AND_DAY, sun_w, feed_in_per_kwh=0.08)
    first, *_ = plan_one(goal, outlook, 0.0).slots
    assert first.source is Source.GRID
    assert first.end_s <= HOUR_S


def test_a_dear_evening_makes_the_night_worth_its_price() -> None:
    sun_w = hours(0, 0, 5 * KW, 5 * KW, 5 * KW)
    goal = ChargingGoal(14 * KW, 6 * HOUR_S, ELEVEN_KW)
    dear = Outlook(hours(0.23, *[0.9] * 5), sun_w, feed_in_per_kwh=0.08)
    assert plan_one(goal, dear, 0.0).slots[0].end_s <= HOUR_S


# Properties.

_prices = st.lists(
    st.integers(8, 60).map(lambda cents: cents / 100), min_size=1, max_size=12
)
_suns = st.lists(
    st.sampled_from([0.0, 500.0, 900.0, 1300.0, 2500.0, 4000.0, 14_000.0]), max_size=12
)
_feed_ins = st.lists(
    st.integers(-5, 60).map(lambda cents: cents / 100), min_size=1, max_size=12
)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[ChargingGoal, Outlook, float]:
    length_h = draw(st.sampled_from([0.25, 0.5, 1.0]))
    prices = hours(*draw(_prices), length_h=length_h)
    outlook = Outlook(
        prices,
        hours(*draw(_suns)),
        feed_in=hours(*draw(_feed_ins)),
        feed_in_per_kwh=0.07,
        sun_factors=(1.0,),
    )
    end_s = prices.spans[-1].end_s
    now_s = draw(st.floats(0, end_s / 2))
    power = draw(
        st.sampled_from(
            [ELEVEN_KW, PowerRange(1380.0, 3680.0), PowerRange(4140.0, 11_040.0)]
        )
    )
    limit = draw(st.sampled_from([None, 0.25]))
    goal = ChargingGoal(draw(st.floats(1, 40_000)), end_s, power, limit)
    return goal, outlook, now_s


@given(_cases())
def test_a_plan_never_exceeds_what_the_car_can_draw_and_ends_in_time(
    case: tuple[ChargingGoal, Outlook, float],
) -> None:
    goal, outlook, now_s = case
    plan = plan_one(goal, outlook, now_s)
    at_s = now_s
    for slot in plan.slots:
        assert slot.start_s >= at_s - 1e-6
        assert slot.end_s > slot.start_s
        assert slot.power_w <= goal.power_range.max_w + 1e-6
        assert slot.power_w >= goal.power_range.min_w - 1e-6
        assert 0 <= slot.sun_w <= slot.power_w + 1e-6
        at_s = slot.end_s
    assert goal.departure_s is not None
    assert at_s <= goal.departure_s + 1e-6


@given(_cases())
def test_a_plan_gives_the_energy_unless_it_says_how_much_will_be_missing(
    case: tuple[ChargingGoal, Outlook, float],
) -> None:
    goal, outlook, now_s = case
    plan = plan_one(goal, outlook, now_s)
    assert goal.departure_s is not None
    possible_wh = goal.power_range.max_w * (goal.departure_s - now_s) / HOUR_S
    assert plan.missing_wh == pytest.approx(
        max(0.0, goal.energy_wh - possible_wh), abs=2
    )
    if goal.departure_s - RESERVE_S > now_s and plan.feasible:
        assert plan.energy_wh >= min(
            goal.energy_wh,
            goal.power_range.max_w * (goal.departure_s - RESERVE_S - now_s) / HOUR_S,
        ) - 2 * len(plan.slots)


@given(_cases())
@settings(max_examples=60)
def test_no_plan_is_cheaper(case: tuple[ChargingGoal, Outlook, float]) -> None:
    goal, outlook, now_s = case
    # Shortly before the departure, being ready counts more than the cost.
    assume(not is_urgent(goal, now_s))
    plan = plan_one(goal, outlook, now_s)
    slivers = 0.001 * len(plan.slots)
    assert plan.cost == pytest.approx(
        least_cost(goal, outlook, now_s).cost, abs=1e-6 + slivers
    )


_FACTORS = (0.5, 1.0, 1.6)


@given(_cases())
@settings(max_examples=40)
def test_under_an_uncertain_sun_no_beginning_is_cheaper_on_average(
    case: tuple[ChargingGoal, Outlook, float],
) -> None:
    """What is charged before the sun shows which day it is, and the best of each day after it."""
    goal, outlook, now_s = case
    assume(not is_urgent(goal, now_s))
    outlook = replace(outlook, sun_factors=_FACTORS)
    assert goal.departure_s is not None
    end_s = goal.departure_s - RESERVE_S
    settled_s = forecast_settled_s(outlook, now_s, end_s)
    plan = plan_one(goal, outlook, now_s)
    begun_wh = math.fsum(
        slot.power_w * (min(slot.end_s, settled_s) - slot.start_s) / HOUR_S
        for slot in plan.slots
        if slot.start_s < settled_s
    )
    best = least_cost(goal, outlook, now_s)
    slivers = 0.001 * len(plan.slots) + 1e-5
    assert least_cost(goal, outlook, now_s, begun_wh).is_as_good_as(best, slivers)


@given(_cases())
def test_a_plan_costs_no_more_than_charging_as_soon_as_possible(
    case: tuple[ChargingGoal, Outlook, float],
) -> None:
    goal, outlook, now_s = case
    plan = plan_one(goal, outlook, now_s)
    assert goal.departure_s is not None
    remaining_wh, cost = plan.energy_wh, 0.0
    for slot in outlook.slots(now_s, goal.departure_s):
        taken_wh = min(remaining_wh, goal.power_range.max_w * slot.hours)
        sun_wh = taken_wh * min(1.0, SUN_YIELD * slot.sun_w / goal.power_range.max_w)
        grid_wh = taken_wh - sun_wh
        cost += sun_wh * slot.feed_in_per_kwh / 1000
        cost += grid_wh * slot.price_per_kwh / 1000
        remaining_wh -= taken_wh
    assert plan.cost <= cost + 1e-6


def test_series_are_cut_where_they_overlap_and_have_no_value_in_gaps() -> None:
    series = Series(
        [Span(10, 20, 2.0), Span(0, 15, 1.0), Span(30, 30, 9.0), Span(40, 50, 3.0)]
    )
    assert [series.at(at_s) for at_s in (-1, 0, 9, 10, 19, 20, 30, 45, 50)] == [
        None,
        1.0,
        1.0,
        2.0,
        2.0,
        None,
        None,
        3.0,
        None,
    ]


def test_a_plan_knows_the_slot_of_an_instant() -> None:
    slot = PlannedSlot(10, 20, Source.GRID, 1.0, 0.0, 0.3, 0.1)
    plan = Plan(_PLAIN, (slot,))
    assert plan.slot_at(10) is slot
    assert plan.slot_at(20) is None
