"""Joint plans for cars that share the sun and the grid limit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
import math

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ocpp.surplus.planning import joint
from custom_components.ocpp.surplus.planning.outlook import HOUR_S, Bottleneck, Outlook
from custom_components.ocpp.surplus.planning.plan import ChargingGoal, Plan, PlannedSlot
from custom_components.ocpp.surplus.planning.planner import (
    RESERVE_S,
    needed_wh,
    plan_all,
    plan_one,
)
from custom_components.ocpp.surplus.planning.supply import SUN_YIELD, PowerRange, Source
from tests.surplus.outlooks import ELEVEN_KW, always, hours, times_h

KW = 1000.0
SEVEN_KW = PowerRange(1380.0, 7360.0)


def _plan(
    goals: Mapping[str, ChargingGoal], outlook: Outlook, now_s: float = 0.0
) -> Mapping[str, Plan]:
    return plan_all(goals, outlook, now_s, {})


def _cost(plans: Mapping[str, Plan]) -> float:
    return math.fsum(plan.cost for plan in plans.values())


def _in_hour(
    plans: Mapping[str, Plan], hour: int, power_w: Callable[[PlannedSlot], float]
) -> float:
    """Return the energy that all plans have of some power in an hour, in Wh."""
    start_s, end_s = hour * HOUR_S, (hour + 1) * HOUR_S
    return sum(
        power_w(slot)
        * max(0.0, min(slot.end_s, end_s) - max(slot.start_s, start_s))
        / HOUR_S
        for plan in plans.values()
        for slot in plan.slots
    )


def test_the_sun_is_not_promised_twice() -> None:
    outlook = Outlook(
        hours(0.3, 0.3, 0.3, 0.3), hours(0, 8 * KW, 0, 0), feed_in_per_kwh=0.08
    )
    goal = ChargingGoal(6 * KW, 4 * HOUR_S, ELEVEN_KW)
    plans = _plan({"a": goal, "b": goal}, outlook)
    sun_wh = sum(
        slot.sun_w * slot.hours for plan in plans.values() for slot in plan.slots
    )
    assert sun_wh == pytest.approx(8 * KW * SUN_YIELD, rel=0.01)
    assert all(plan.feasible for plan in plans.values())


def test_the_car_that_departs_first_gets_the_sun_of_the_morning() -> None:
    outlook = Outlook(
        hours(*[0.3] * 8),
        hours(5 * KW, 5 * KW, 0, 0, 0, 0, 6 * KW, 6 * KW),
        feed_in_per_kwh=0.08,
    )
    plans = _plan(
        {
            "late": ChargingGoal(8 * KW, 8 * HOUR_S, ELEVEN_KW),
            "early": ChargingGoal(8 * KW, 3 * HOUR_S, ELEVEN_KW),
        },
        outlook,
    )
    assert {slot.source for slot in plans["late"].slots} == {Source.SUN}
    morning_wh = sum(
        slot.energy_wh for slot in plans["late"].slots if slot.end_s <= 6 * HOUR_S
    )
    assert morning_wh < 1 * KW
    assert plans["early"].slots[0].start_s == 0


def test_the_grid_limit_holds_for_all_together() -> None:
    outlook = Outlook(hours(0.1, 0.2, 0.4, 0.3), import_limits_w=(always(11_040.0),))
    goal = ChargingGoal(9 * KW, 4 * HOUR_S, ELEVEN_KW)
    plans = _plan({"a": goal, "b": goal}, outlook)
    assert all(plan.feasible for plan in plans.values())
    for hour in range(4):
        assert _in_hour(plans, hour, lambda slot: slot.power_w) <= 11_040.0 + 1
    assert _cost(plans) == pytest.approx(
        (11.04 * 0.1 + (18 * 1.02 - 11.04) * 0.2), rel=0.01
    )


def test_energy_that_cannot_be_had_together_is_missing() -> None:
    outlook = Outlook(hours(0.1, 0.2), import_limits_w=(always(11_040.0),))
    goal = ChargingGoal(20 * KW, 2 * HOUR_S, ELEVEN_KW)
    plans = _plan({"a": goal, "b": goal}, outlook)
    missing_wh = sum(plan.missing_wh for plan in plans.values())
    planned_wh = sum(plan.energy_wh for plan in plans.values())
    assert planned_wh == pytest.approx(11_040 * (2 - RESERVE_S / HOUR_S), rel=0.01)
    assert missing_wh > 15 * KW


def test_cars_that_share_nothing_are_planned_each_by_itself() -> None:
    outlook = Outlook(hours(0.3, 0.1, 0.2, 0.3))
    goals = {
        "a": ChargingGoal(9 * KW, 4 * HOUR_S, ELEVEN_KW),
        "b": ChargingGoal(9 * KW, 3 * HOUR_S, SEVEN_KW),
    }
    plans = _plan(goals, outlook)
    assert plans == {key: plan_one(goal, outlook, 0.0) for key, goal in goals.items()}


def test_a_car_without_a_departure_takes_part_in_nothing() -> None:
    outlook = Outlook(hours(0.3, 0.1), hours(3 * KW, 0))
    goals = {
        "a": ChargingGoal(2 * KW, 2 * HOUR_S, ELEVEN_KW),
        "b": ChargingGoal(math.inf, None, ELEVEN_KW, price_limit=0.2),
    }
    plans = _plan(goals, outlook)
    assert plans["a"] == plan_one(goals["a"], outlook, 0.0)
    assert Source.CHEAP in {slot.source for slot in plans["b"].slots}


def test_a_price_limit_makes_no_dear_energy_cheaper() -> None:
    outlook = Outlook(
        hours(0.2, 0.3, 0.3, 0.3), hours(0, 0, 0, 20 * KW), feed_in_per_kwh=0.08
    )
    goal = ChargingGoal(6 * KW, 4 * HOUR_S, ELEVEN_KW)
    plans = _plan({"a": goal, "b": replace(goal, price_limit=0.25)}, outlook)
    assert times_h(plans["a"])[0][0] >= 3
    assert times_h(plans["b"])[0][0] >= 3


def test_cars_sell_the_sun_where_it_is_paid_better_than_the_night_costs() -> None:
    outlook = Outlook(
        hours(0.3, 0.3, 0.45, 0.45), hours(0, 0, 9 * KW, 9 * KW), feed_in_per_kwh=0.49
    )
    goal = ChargingGoal(8 * KW, 4 * HOUR_S, ELEVEN_KW)
    plans = _plan({"a": goal, "b": goal}, outlook)
    assert all(plan.slots[-1].end_s <= 2 * HOUR_S for plan in plans.values())
    assert _cost(plans) == pytest.approx(2 * needed_wh(goal) / KW * 0.3, rel=1e-3)


def test_a_slot_that_has_begun_is_continued() -> None:
    goal = ChargingGoal(4 * KW, 3 * HOUR_S, ELEVEN_KW)
    goals = {"a": goal, "b": goal}
    outlook = Outlook(hours(0.30, 0.31, 0.32), import_limits_w=(always(50 * KW),))
    begun = _plan(goals, outlook)
    now_s = begun["a"].slots[0].start_s
    raised = Outlook(hours(0.312, 0.31, 0.32), import_limits_w=(always(50 * KW),))
    anew = plan_all(goals, raised, now_s, {})
    continued = plan_all(goals, raised, now_s, begun)
    assert anew["a"].slot_at(now_s + 60) is None
    assert continued["a"].slot_at(now_s + 60) is not None


# Properties.

_CASES = st.tuples(
    st.lists(st.integers(8, 60).map(lambda cents: cents / 100), min_size=3, max_size=3),
    st.lists(st.sampled_from([0.0, 4 * KW, 9 * KW]), min_size=3, max_size=3),
    st.sampled_from([math.inf, 12 * KW]),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
)


def _goals(needs: Sequence[int]) -> Mapping[str, ChargingGoal]:
    """Return goals of some units of 2 kWh each; the second car departs an hour earlier."""
    unit_wh = 2 * KW
    power_range = PowerRange(0.0, 8 * KW)
    share = needed_wh(ChargingGoal(1.0, None, power_range))
    return {
        name: ChargingGoal(
            units * unit_wh / share, (3 - number) * HOUR_S + RESERVE_S, power_range
        )
        for number, (name, units) in enumerate(zip("ab", needs, strict=True))
    }


def _by_trying(
    prices: Sequence[float],
    suns_w: Sequence[float],
    limit_w: float,
    needs: Sequence[int],
    bottleneck_w: float = math.inf,
) -> float:
    """Return the least cost of all ways to spread units of 2 kWh; a missing kWh costs 100."""
    best = math.inf
    spreads = [
        [spread for spread in product(range(5), repeat=3) if sum(spread) <= need]
        for need in needs
    ]
    for first, second in product(*spreads):
        if second[2]:
            continue
        cost = 100.0 * (sum(needs) - sum(first) - sum(second))
        for price, sun_w, a, b in zip(prices, suns_w, first, second, strict=True):
            energy_kwh = 2.0 * (a + b)
            sun_kwh = min(energy_kwh, SUN_YIELD * sun_w / KW)
            grid_kwh = energy_kwh - sun_kwh
            cost += sun_kwh * 0.07 + grid_kwh * price
            if grid_kwh * KW > limit_w or energy_kwh * KW > bottleneck_w:
                cost = math.inf
        best = min(best, cost)
    return best


@given(_CASES)
@settings(max_examples=25)
def test_no_way_to_spread_the_energy_is_cheaper(
    case: tuple[list[float], list[float], float, tuple[int, int]],
) -> None:
    prices, suns_w, limit_w, needs = case
    outlook = Outlook(
        hours(*prices),
        hours(*suns_w),
        feed_in_per_kwh=0.07,
        import_limits_w=(always(limit_w),),
    )
    plans = _plan(_goals(needs), outlook)
    planned_wh = sum(plan.energy_wh for plan in plans.values())
    missing_units = sum(needs) - planned_wh / (2 * KW)
    cost = _cost(plans) + 100 * missing_units
    assert cost <= _by_trying(prices, suns_w, limit_w, needs) + 0.02


@given(_CASES, st.sampled_from([0.0, 6 * KW, 10 * KW]))
@settings(max_examples=25)
def test_no_way_through_a_bottleneck_is_cheaper(
    case: tuple[list[float], list[float], float, tuple[int, int]], bottleneck_w: float
) -> None:
    prices, suns_w, limit_w, needs = case
    outlook = Outlook(
        hours(*prices),
        hours(*suns_w),
        feed_in_per_kwh=0.07,
        import_limits_w=(always(limit_w),),
        bottlenecks=(Bottleneck(frozenset("ab"), always(bottleneck_w)),),
    )
    plans = _plan(_goals(needs), outlook)
    planned_wh = sum(plan.energy_wh for plan in plans.values())
    missing_units = sum(needs) - planned_wh / (2 * KW)
    cost = _cost(plans) + 100 * missing_units
    assert cost <= _by_trying(prices, suns_w, limit_w, needs, bottleneck_w) + 0.02
    for hour in range(3):
        drawn_wh = _in_hour(plans, hour, lambda slot: slot.power_w)
        assert drawn_wh <= bottleneck_w + 1


@given(_CASES)
@settings(max_examples=25)
def test_together_they_stay_within_their_limits(
    case: tuple[list[float], list[float], float, tuple[int, int]],
) -> None:
    prices, suns_w, limit_w, needs = case
    outlook = Outlook(
        hours(*prices),
        hours(*suns_w),
        feed_in_per_kwh=0.07,
        import_limits_w=(always(limit_w),),
    )
    goals = _goals(needs)
    plans = _plan(goals, outlook)
    for hour in range(3):
        assert _in_hour(plans, hour, lambda slot: slot.grid_w) <= limit_w + 1
        sun_wh = _in_hour(plans, hour, lambda slot: slot.sun_w)
        assert sun_wh <= suns_w[hour] * SUN_YIELD + 1
    for key, goal in goals.items():
        assert all(
            slot.power_w <= goal.power_range.max_w + 1e-6
            and slot.end_s <= (goal.departure_s or 0)
            for slot in plans[key].slots
        )


def test_cars_that_cannot_be_planned_for_together_in_time_are_planned_for_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joint, "TIME_LIMIT_S", 0.0)
    outlook = Outlook(hours(0.3, 0.2), hours(2 * KW, 2 * KW), feed_in_per_kwh=0.08)
    goal = ChargingGoal(6 * KW, 2 * HOUR_S, ELEVEN_KW)
    plans = _plan({"a": goal, "b": goal}, outlook)
    assert plans == {key: plan_one(goal, outlook, 0.0) for key in ("a", "b")}
