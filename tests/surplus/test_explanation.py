"""The one reason for what a charger does."""

from dataclasses import replace
import math

import pytest

from custom_components.ocpp.surplus.explanation import explain
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Decision,
    Estimate,
    Mode,
)
from custom_components.ocpp.surplus.plan import Plan, PlannedSlot, Wish
from custom_components.ocpp.surplus.reasons import Reason
from custom_components.ocpp.surplus.supply import Source

from .outlooks import ELEVEN_KW

READING = ChargerReading(
    ChargerSettings(),
    Mode.ECO_PLUS,
    ready=True,
    charging=True,
    current_a=10.0,
    phases_in_use=3,
    voltage_v=230.0,
)
WAITING = replace(READING, charging=False, current_a=0.0)
OFFERED, PAUSED = Decision(10.0), Decision(0.0)
BRIGHT, DULL = Estimate(7000, 7000, 7000), Estimate(3000, 3000, 3000)
WISH = Wish(10_000, 7200.0, ELEVEN_KW)
NOW_S = 0.0


def _plan(source: Source, start_s: float = 0.0, missing_wh: float = 0.0) -> Plan:
    slot = PlannedSlot(start_s, start_s + 3600, source, 11_040, 0.0, 0.3, 3.3)
    return Plan(WISH, (slot,), missing_wh)


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(Mode.OFF, Reason.OFF), (Mode.MANUAL, Reason.HANDS_OFF), (Mode.FAST, Reason.FAST)],
)
def test_the_mode_says_it_all(mode: Mode, reason: Reason) -> None:
    reading = replace(READING, mode=mode)
    assert explain(reading, OFFERED, None, BRIGHT, NOW_S) is reason


@pytest.mark.parametrize(
    ("surplus_w", "reason"),
    [(BRIGHT, Reason.SUN), (DULL, Reason.TOPPED_UP), (None, Reason.TOPPED_UP)],
)
def test_where_the_energy_comes_from(
    surplus_w: Estimate | None, reason: Reason
) -> None:
    assert explain(READING, OFFERED, None, surplus_w, NOW_S) is reason


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (_plan(Source.GRID), Reason.PLANNED),
        (_plan(Source.CHEAP), Reason.CHEAP_PRICE),
        (_plan(Source.GRID, missing_wh=5000), Reason.NOT_REACHABLE_IN_TIME),
    ],
)
def test_why_the_grid_is_drawn_from(plan: Plan, reason: Reason) -> None:
    reading = replace(READING, grid_allowance_w=math.inf)
    assert explain(reading, OFFERED, plan, DULL, NOW_S) is reason


def test_a_car_that_was_offered_current_is_about_to_charge() -> None:
    assert explain(WAITING, OFFERED, None, BRIGHT, NOW_S) is Reason.STARTING


@pytest.mark.parametrize(
    ("plan", "surplus_w", "reason"),
    [
        (None, DULL, Reason.WAITING_FOR_SUN),
        (None, None, Reason.METER_SILENT),
        (_plan(Source.SUN, 1800), DULL, Reason.WAITING_FOR_SUN),
        (_plan(Source.GRID, 1800), DULL, Reason.WAITING_FOR_CHEAP_PRICE),
        (Plan(replace(WISH, energy_wh=0.0)), DULL, Reason.TARGET_REACHED),
        (Plan(replace(WISH, departure_s=None)), DULL, Reason.WAITING_FOR_SUN),
    ],
)
def test_what_it_waits_for(
    plan: Plan | None, surplus_w: Estimate | None, reason: Reason
) -> None:
    assert explain(WAITING, PAUSED, plan, surplus_w, NOW_S) is reason
    assert explain(WAITING, None, plan, surplus_w, NOW_S) is reason
