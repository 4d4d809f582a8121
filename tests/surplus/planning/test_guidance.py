"""Guidance of a plan for the present instant."""

from dataclasses import replace
import math

import pytest

from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.explain.explanation import explain
from custom_components.ocpp.surplus.explain.reasons import Reason
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    SiteReading,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.planning.guidance import (
    MIN_SOLAR_SHARE_PERCENT,
    guided,
)
from custom_components.ocpp.surplus.planning.outlook import Outlook
from custom_components.ocpp.surplus.planning.plan import ChargingGoal, Plan, PlannedSlot
from custom_components.ocpp.surplus.planning.supply import Source
from custom_components.ocpp.surplus.state import State
from tests.surplus.outlooks import ELEVEN_KW, hours

READING = ChargerReading(
    ChargerSettings(),
    Mode.ECO_PLUS,
    ready=True,
    charging=True,
    current_a=16.0,
    phases_in_use=3,
    voltage_v=230.0,
    measured_at_s=0.0,
    priority=3,
)
GOAL = ChargingGoal(10_000, 4 * 3600.0, ELEVEN_KW)
OUTLOOK = Outlook(prices=hours(0.3, 0.2, 0.4), feed_in_per_kwh=0.1)


def _plan(*prices: float, source: Source = Source.GRID, start_h: float = 1.0) -> Plan:
    slots = [
        PlannedSlot(
            (start_h + index) * 3600,
            (start_h + index + 1) * 3600,
            source,
            11_040,
            0.0,
            price,
            price * 11.04,
        )
        for index, price in enumerate(prices)
    ]
    return Plan(GOAL, slots)


@pytest.mark.parametrize(
    ("dearest", "percent"),
    [
        # As dear as later: the grid may fill in as long as the sun shines at all.
        (0.3, MIN_SOLAR_SHARE_PERCENT),
        (0.4, MIN_SOLAR_SHARE_PERCENT),
        # A Wh from the grid loses 0.1, one of the sun gains 0.1.
        (0.2, 50.0),
        # Later it costs next to nothing.
        (0.12, 90.0),
        (0.05, 100.0),
    ],
)
def test_the_grid_fills_in_as_far_as_it_will_have_to_anyhow(
    dearest: float, percent: float
) -> None:
    reading = guided(READING, _plan(0.01, dearest), OUTLOOK, 0.0)
    assert reading.solar_share_percent == pytest.approx(percent)


def test_where_the_sun_alone_will_do_the_mode_decides() -> None:
    plan = _plan(0.3, source=Source.SUN)
    assert guided(READING, plan, OUTLOOK, 0.0).solar_share_percent is None
    assert guided(READING, None, OUTLOOK, 0.0).solar_share_percent is None
    endless = Plan(replace(GOAL, energy_wh=math.inf, departure_s=None), plan.slots)
    assert guided(READING, endless, OUTLOOK, 0.0).solar_share_percent is None


def test_the_solar_share_of_the_owner_takes_precedence() -> None:
    plan = _plan(0.3)
    strict = replace(READING, solar_share_percent=100.0)
    assert guided(strict, plan, OUTLOOK, 0.0).solar_share_percent == 100
    # More than the goal is not bought anyhow.
    done = replace(READING, charged_wh=GOAL.energy_wh)
    assert guided(done, plan, OUTLOOK, 0.0).solar_share_percent is None
    alone = replace(READING, mode=Mode.PV_ONLY)
    assert guided(alone, plan, OUTLOOK, 0.0).solar_share_percent is None


def test_a_car_that_can_wait_yields_within_its_priority() -> None:
    def priority(plan: Plan | None, owner: int = 3) -> int:
        return guided(replace(READING, priority=owner), plan, OUTLOOK, 0.0).priority

    charges, waits = _plan(0.3, start_h=0.0), _plan(0.3, start_h=1.0)
    assert priority(charges) == priority(None) > priority(waits) > priority(None, 2)
    late = Plan(GOAL, waits.slots, missing_wh=500.0)
    assert priority(late) == priority(charges)


@pytest.mark.parametrize(
    ("feed_in", "plan", "sells"),
    [
        (0.49, _plan(0.3), True),
        (0.301, _plan(0.3), False),
        (0.1, _plan(0.3), False),
        # Later sun is paid less.
        (0.49, _plan(0.05, source=Source.SUN), True),
        # It charges now, or cannot be ready otherwise, or is ready.
        (0.49, _plan(0.3, start_h=0.0), False),
        (0.49, replace(_plan(0.3), missing_wh=500.0), False),
        (0.49, Plan(replace(GOAL, energy_wh=0.0)), False),
        (0.49, Plan(GOAL), False),
        (0.49, Plan(replace(GOAL, energy_wh=math.inf, departure_s=None)), False),
        (0.49, None, False),
    ],
)
def test_sun_is_sold_that_is_paid_better_than_charging_later_costs(
    feed_in: float, plan: Plan | None, sells: bool
) -> None:
    outlook = replace(OUTLOOK, feed_in_per_kwh=feed_in)
    reading = guided(READING, plan, outlook, 0.0)
    assert reading.leaves_sun is sells
    state, pauses = State(), set[float]()
    for now_s in range(0, 300, 5):
        site = SiteReading(grid_power_w=-6000.0, grid_at_s=float(now_s))
        measured = replace(
            reading, charging=False, current_a=0.0, measured_at_s=float(now_s)
        )
        outcome = step(state, site, {"car": measured}, float(now_s))
        state = outcome.state
        pauses.add(outcome.decisions["car"].current_a)
    assert (pauses == {0.0}) is sells
    if sells:
        reason = explain("car", reading, outcome, plan, None, 300.0)
        assert reason is Reason.WAITING_FOR_CHEAP_PRICE


def test_a_car_below_its_floor_sells_no_sun() -> None:
    outlook = replace(OUTLOOK, feed_in_per_kwh=0.49)
    empty = replace(READING, mode=Mode.PV_PRIORITY, soc_percent=5.0)
    assert not guided(empty, _plan(0.3), outlook, 0.0).leaves_sun


def test_a_car_that_charges_from_the_grid_leaves_others_no_sun() -> None:
    """Otherwise they would have it at the price of the grid, and the car that departs would pay that."""
    night = replace(READING, grid_allowance_w=math.inf)
    sunny = replace(READING, mode=Mode.PV_ONLY, charging=False, current_a=0.0)
    state = State()
    for now_s in range(0, 600, 5):
        # The sun gives 5 kW beyond the house's load.
        site = SiteReading(grid_power_w=11_040.0 - 5000.0, grid_at_s=float(now_s))
        readings = {
            "night": replace(night, measured_at_s=float(now_s)),
            "sunny": replace(sunny, measured_at_s=float(now_s)),
        }
        outcome = step(state, site, readings, float(now_s))
        state = outcome.state
        assert outcome.decisions["night"].current_a == 16
        assert outcome.decisions["sunny"].current_a == 0
    # Once it has what it needs, the sun is there for the other.
    for now_s in range(600, 700, 5):
        site = SiteReading(grid_power_w=-5000.0, grid_at_s=float(now_s))
        outcome = step(state, site, {"sunny": sunny}, float(now_s))
        state = outcome.state
    assert outcome.decisions["sunny"].current_a > 0
