"""The one reason for the state of a charger."""

from dataclasses import replace
import math

import pytest

from custom_components.ocpp.surplus.cars.keep_awake import SleepHabits
from custom_components.ocpp.surplus.cars.response import Car, commanded, switched
from custom_components.ocpp.surplus.cars.wake_up import ATTEMPTS, WakeUps
from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.explain.explanation import explain
from custom_components.ocpp.surplus.explain.reasons import Reason
from custom_components.ocpp.surplus.explain.sunlight import judged
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Decision,
    Estimate,
    SiteReading,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.planning.plan import ChargingGoal, Plan, PlannedSlot
from custom_components.ocpp.surplus.planning.supply import Source
from custom_components.ocpp.surplus.state import ChargerState, Outcome, State
from tests.surplus.outlooks import ELEVEN_KW

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
BRIGHT, DULL = Estimate.exactly(7000), Estimate.exactly(3000)
WISH = ChargingGoal(10_000, 7200.0, ELEVEN_KW)
NOW_S = 0.0


def _plan(source: Source, start_s: float = 0.0, missing_wh: float = 0.0) -> Plan:
    slot = PlannedSlot(start_s, start_s + 3600, source, 11_040, 0.0, 0.3, 3.3)
    return Plan(WISH, (slot,), missing_wh)


def _explain(
    reading: ChargerReading = READING,
    decision: Decision | None = OFFERED,
    plan: Plan | None = None,
    surplus_w: Estimate | None = BRIGHT,
    left_w: Estimate | None = BRIGHT,
    cars_w: Estimate | None = BRIGHT,
    charger: ChargerState | None = None,
    other: Decision | None = None,
    now_s: float = NOW_S,
) -> Reason:
    charger = charger or ChargerState(Car.on_phases(3))
    charger = replace(charger, request=charger.request or decision, decision=decision)
    decisions = {
        key: limit for key, limit in (("one", decision), ("other", other)) if limit
    }
    outcome = Outcome(State({"one": charger}), decisions, surplus_w, left_w, cars_w)
    sunlight = judged(None, reading, surplus_w, now_s)
    return explain("one", reading, outcome, plan, sunlight, now_s)


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(Mode.OFF, Reason.OFF), (Mode.MANUAL, Reason.HANDS_OFF), (Mode.FAST, Reason.FAST)],
)
def test_the_mode_says_it_all(mode: Mode, reason: Reason) -> None:
    assert _explain(replace(READING, mode=mode)) is reason


@pytest.mark.parametrize(
    ("surplus_w", "reason"),
    [(BRIGHT, Reason.SUN), (DULL, Reason.TOPPED_UP), (None, Reason.TOPPED_UP)],
)
def test_where_the_energy_comes_from(
    surplus_w: Estimate | None, reason: Reason
) -> None:
    assert _explain(surplus_w=surplus_w) is reason


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
    assert _explain(reading, plan=plan, surplus_w=DULL) is reason


def test_a_car_that_is_nearly_empty_has_the_least_first() -> None:
    reading = replace(READING, mode=Mode.PV_PRIORITY, soc_percent=10.0)
    assert _explain(reading, surplus_w=DULL) is Reason.SOC_FLOOR


def test_a_car_that_charges_lest_it_falls_asleep() -> None:
    car = replace(Car.on_phases(3), charging=True, charging_changed_s=-60.0)
    charger = ChargerState(car, habits=SleepHabits(pulses=1))
    assert _explain(surplus_w=DULL, charger=charger) is Reason.KEEP_AWAKE
    assert _explain(surplus_w=DULL, charger=charger, now_s=900) is Reason.TOPPED_UP


class TestACarThatDoesNotDraw:
    """A car that was offered current at 0 s."""

    CAR = commanded(Car.on_phases(3), 10.0, 0.0)

    def test_it_is_about_to_charge(self) -> None:
        assert _explain(WAITING, charger=ChargerState(self.CAR)) is Reason.STARTING

    def test_its_charger_changes_over(self) -> None:
        charger = ChargerState(switched(self.CAR, 1, 0.0))
        assert _explain(WAITING, charger=charger) is Reason.SWITCHING_PHASES

    @pytest.mark.parametrize(
        ("attempts", "reason"),
        [(1, Reason.CAR_ASLEEP), (len(ATTEMPTS), Reason.CAR_FULL)],
    )
    def test_it_takes_nothing(self, attempts: int, reason: Reason) -> None:
        charger = ChargerState(self.CAR, wake_ups=WakeUps(attempts))
        assert _explain(WAITING, charger=charger, now_s=600.0) is reason

    def test_it_overslept(self) -> None:
        charger = ChargerState(
            self.CAR, habits=SleepHabits(overslept=True), wake_ups=WakeUps(7)
        )
        assert _explain(WAITING, charger=charger, now_s=9000.0) is Reason.CAR_ASLEEP


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
def test_waiting_has_a_reason(
    plan: Plan | None, surplus_w: Estimate | None, reason: Reason
) -> None:
    assert _explain(WAITING, PAUSED, plan, surplus_w) is reason
    assert _explain(WAITING, None, plan, surplus_w) is reason


def test_a_meter_that_was_heard_of_long_ago() -> None:
    site, reading = SiteReading(grid_power_w=300.0, grid_at_s=0.0), {"one": WAITING}
    state = step(State(), site, reading, 0.0).state
    for now_s, reason in ((90.0, Reason.WAITING_FOR_SUN), (150.0, Reason.METER_SILENT)):
        outcome = step(state, site, reading, now_s)
        assert explain("one", WAITING, outcome, None, None, now_s) is reason


def test_precedence() -> None:
    assert _explain(WAITING, PAUSED, cars_w=DULL) is Reason.BATTERY_FIRST
    assert _explain(WAITING, PAUSED, left_w=DULL, cars_w=DULL) is Reason.LEFT_AT_GRID
    assert _explain(WAITING, PAUSED, other=OFFERED) is Reason.OTHERS_FIRST
    assert _explain(WAITING, PAUSED, other=PAUSED) is Reason.WAITING_FOR_SUN


def test_the_circuit_has_no_room() -> None:
    charger = ChargerState(Car.on_phases(3), request=OFFERED)
    assert _explain(WAITING, PAUSED, charger=charger) is Reason.FUSE
