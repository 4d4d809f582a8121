"""Preconditioning: the times before a departure in which a car may draw from the grid although it need not."""

import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.planning.outlook import Bottleneck, Outlook
from custom_components.ocpp.surplus.planning.plan import (
    ChargingGoal,
    Preconditioning,
    grid_allowance_w,
)
from custom_components.ocpp.surplus.planning.planner import plan_all
from tests.surplus.outlooks import ELEVEN_KW, always, hours

DEPARTS_S = 4 * 3600.0
WINDOW = Preconditioning(DEPARTS_S - 900, DEPARTS_S)
OUTLOOK = Outlook(prices=hours(0.1, 0.3, 0.3, 0.5))


def _goal(energy_wh: float, departure_s: float | None = DEPARTS_S) -> ChargingGoal:
    return ChargingGoal(energy_wh, departure_s, ELEVEN_KW, preconditioning=WINDOW)


def test_the_end_of_a_charge_stays_where_it_is_cheap() -> None:
    plan = plan_all({"car": _goal(5000)}, OUTLOOK, 0.0, {})["car"]
    assert all(slot.end_s <= 3600 for slot in plan.slots)
    (conditioning,) = plan.preconditioning
    assert (conditioning.start_s, conditioning.end_s) == (DEPARTS_S - 900, DEPARTS_S)
    assert plan.all_slots == (*plan.slots, conditioning)
    # The car is ready before.
    assert plan.ready_s == plan.slots[-1].end_s


def test_it_does_not_repeat_what_is_planned_anyhow() -> None:
    outlook = Outlook(prices=hours(0.5, 0.5, 0.5, 0.1))
    plan = plan_all({"car": _goal(11_000)}, outlook, 0.0, {})["car"]
    ends_s = plan.slots[-1].end_s
    assert ends_s > WINDOW.begins_s
    assert [slot.start_s for slot in plan.preconditioning] == [ends_s]


@pytest.mark.parametrize("departure_s", [None, DEPARTS_S])
def test_a_car_that_needs_nothing_is_preconditioned(departure_s: float | None) -> None:
    plan = plan_all({"car": _goal(0, departure_s)}, OUTLOOK, 0.0, {})["car"]
    assert plan.slots == ()
    assert len(plan.preconditioning) == 1
    assert plan.feasible


def test_what_a_limit_does_not_leave_is_not_planned() -> None:
    tight = Bottleneck(frozenset({"car"}), always(1000))
    outlook = Outlook(prices=always(0.3), bottlenecks=(tight,))
    plan = plan_all({"car": _goal(0)}, outlook, 0.0, {})["car"]
    assert plan.preconditioning == ()


@given(
    energy_wh=st.floats(0, 30_000),
    delivered_wh=st.floats(0, 60_000),
    at_s=st.floats(0, 2 * DEPARTS_S),
)
def test_the_grid_is_allowed_in_that_time_whatever_is_needed(
    energy_wh: float, delivered_wh: float, at_s: float
) -> None:
    plan = plan_all({"car": _goal(energy_wh)}, OUTLOOK, 0.0, {})["car"]
    allowance_w = grid_allowance_w(plan, at_s, delivered_wh)
    if WINDOW.holds(at_s):
        assert allowance_w == math.inf
    elif delivered_wh >= energy_wh:
        assert allowance_w == 0


def test_once_the_car_should_have_left_it_is_over() -> None:
    plan = plan_all({"car": _goal(0, None)}, OUTLOOK, DEPARTS_S, {})["car"]
    assert plan.preconditioning == ()
    assert grid_allowance_w(plan, DEPARTS_S, 0.0) == 0
