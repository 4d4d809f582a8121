"""The figures that go with the reason for the state of a charger."""

from dataclasses import replace

import pytest

from custom_components.ocpp.surplus.cars.response import Car
from custom_components.ocpp.surplus.explain.figures import Figures, figures_of
from custom_components.ocpp.surplus.explain.reasons import Reason
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Estimate,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.planning.plan import ChargingGoal, Plan, PlannedSlot
from custom_components.ocpp.surplus.planning.supply import Source
from custom_components.ocpp.surplus.state import ChargerState, Outcome, State
from tests.surplus.outlooks import ELEVEN_KW

READING = ChargerReading(ChargerSettings(), Mode.PV_ONLY, ready=True, charging=False)
SLOT = PlannedSlot(3600.0, 7200.0, Source.GRID, 11_040.0, 0.0, 0.11, 1.2)
PLAN = Plan(ChargingGoal(10_000, 9000.0, ELEVEN_KW), (SLOT,))
LEAST_W = 3 * 6 * 230.0


def _figures(
    reason: Reason,
    reading: ChargerReading = READING,
    plan: Plan | None = None,
    surplus_w: float | None = 1300.0,
    now_s: float = 0.0,
) -> Figures:
    charger = ChargerState(Car.on_phases(3))
    outcome = Outcome(
        State({"one": charger}),
        {},
        surplus_w=None if surplus_w is None else Estimate.exactly(surplus_w),
        left_w=Estimate.exactly(800.0),
        cars_w=Estimate.exactly(500.0),
    )
    return figures_of(reason, reading, charger, outcome, plan, now_s)


@pytest.mark.parametrize(
    ("reason", "available_w"),
    [
        (Reason.WAITING_FOR_SUN, 1300.0),
        (Reason.LEFT_AT_GRID, 800.0),
        (Reason.BATTERY_FIRST, 500.0),
        (Reason.OTHERS_FIRST, 500.0),
    ],
)
def test_the_power_that_is_waited_for(reason: Reason, available_w: float) -> None:
    assert _figures(reason) == Figures(available_w=available_w, needed_w=LEAST_W)


def test_a_mode_that_takes_less_sun_starts_earlier() -> None:
    reading = replace(READING, mode=Mode.PV_PRIORITY)
    needed_w = _figures(Reason.WAITING_FOR_SUN, reading).needed_w
    assert needed_w is not None
    assert LEAST_W / 2 <= needed_w < LEAST_W


def test_a_silent_meter_has_no_figure() -> None:
    figures = _figures(Reason.WAITING_FOR_SUN, surplus_w=None)
    assert figures == Figures(available_w=None, needed_w=LEAST_W)


def test_the_charge_that_is_waited_for() -> None:
    figures = _figures(Reason.WAITING_FOR_CHEAP_PRICE, plan=PLAN)
    assert figures == Figures(starts_s=3600.0, price_per_kwh=0.11, ready_s=7200.0)


def test_a_guessed_price_is_not_told() -> None:
    plan = replace(PLAN, slots=(replace(SLOT, guessed=True),))
    figures = _figures(Reason.WAITING_FOR_CHEAP_PRICE, plan=plan)
    assert figures == Figures(starts_s=3600.0, ready_s=7200.0)


@pytest.mark.parametrize("reason", [Reason.PLANNED, Reason.CHEAP_PRICE])
def test_the_charge_at_present(reason: Reason) -> None:
    figures = _figures(reason, plan=PLAN, now_s=5000.0)
    assert figures == Figures(price_per_kwh=0.11, ready_s=7200.0)


@pytest.mark.parametrize("reason", [Reason.FAST, Reason.NO_CAR, Reason.PLANNED])
def test_other_reasons_have_none(reason: Reason) -> None:
    assert _figures(reason) == Figures()
