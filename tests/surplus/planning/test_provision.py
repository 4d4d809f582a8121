"""What circuits and limits leave to chargers over time."""

from collections.abc import Mapping
from dataclasses import replace
import math

import pytest

from custom_components.ocpp.surplus.circuits.circuits import (
    Circuit,
    Installation,
    Scope,
    SiteLimit,
)
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Connection,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.planning.outlook import (
    HOUR_S,
    Bottleneck,
    Outlook,
    Series,
    Slot,
    Span,
)
from custom_components.ocpp.surplus.planning.plan import ChargingGoal, Plan, PlannedSlot
from custom_components.ocpp.surplus.planning.planner import RESERVE_S, plan_all
from custom_components.ocpp.surplus.planning.provision import provided
from custom_components.ocpp.surplus.planning.supply import PowerRange
from tests.surplus.outlooks import ELEVEN_KW, always, hours, times_h

CIRCUITS = {
    "main": Circuit(fuse_a=35.0, margin_a=1.0),
    "garage": Circuit(fuse_a=20.0, parent="main"),
    "yard": Circuit(fuse_a=16.0, phases=1, parent="main"),
}
HOUSE_W = 1000.0
KW = 1000.0


def _on(circuit: str | None) -> ChargerReading:
    settings = ChargerSettings(connection=Connection(circuit))
    return ChargerReading(settings, Mode.ECO_PLUS, ready=True, charging=False)


def _slot(
    installation: Installation, *places: str | None, at_s: float = 0.0
) -> tuple[Slot, Outlook]:
    """Return what is left at an instant for chargers on circuits, and the outlook."""
    outlook = provided(
        Outlook(house_w=always(HOUSE_W)),
        installation,
        {f"{number}": _on(place) for number, place in enumerate(places)},
    )
    return outlook.at(at_s), outlook


@pytest.mark.parametrize(
    ("places", "grid_w", "power_w"),
    [
        ([None], math.inf, math.inf),
        (["main"], 34 * 690 - HOUSE_W, math.inf),
        (["garage"], 34 * 690 - HOUSE_W, 20 * 690),
        (["garage", "garage"], 34 * 690 - HOUSE_W, 20 * 690),
        (["garage", "yard"], 34 * 690 - HOUSE_W, 16 * 230),
        # The main fuse does not feed all of them.
        (["garage", None], math.inf, 20 * 690),
        (["main", None], math.inf, 34 * 690 - HOUSE_W),
        (["yard"], 34 * 690 - HOUSE_W, 16 * 230),
    ],
)
def test_what_the_circuits_leave(
    places: list[str | None], grid_w: float, power_w: float
) -> None:
    slot, _ = _slot(Installation(CIRCUITS), *places)
    assert (slot.grid_limit_w, slot.power_limit_w) == (grid_w, power_w)
    free, _ = _slot(Installation(), *places)
    assert (free.grid_limit_w, free.power_limit_w) == (math.inf, math.inf)


def test_a_charger_passes_the_bottlenecks_of_its_own_way_only() -> None:
    _, outlook = _slot(Installation(CIRCUITS), "garage", "yard")
    assert outlook.for_charger("0").at(0.0).power_limit_w == 20 * 690
    assert outlook.for_charger("1").at(0.0).power_limit_w == 16 * 230


@pytest.mark.parametrize(
    ("limit", "now_w", "later_w"),
    [
        (SiteLimit(power_w=4200.0), 4200, 4200),
        (SiteLimit(current_a=10.0), 6900, 6900),
        (SiteLimit(current_a=10.0, power_w=5000.0), 5000, 5000),
        (SiteLimit(power_w=4200.0, circuit="yard"), 20 * 690, 20 * 690),
        (SiteLimit(power_w=4200.0, circuit="garage"), 4200, 4200),
        (SiteLimit(power_w=4200.0, until_s=3600.0), 4200, 20 * 690),
        (SiteLimit(power_w=4200.0, expected_until_s=3600.0), 4200, 20 * 690),
        (SiteLimit(power_w=0.0, until_s=-3600.0), 20 * 690, 20 * 690),
    ],
)
def test_limits_from_outside_last_until_they_end(
    limit: SiteLimit, now_w: float, later_w: float
) -> None:
    installation = Installation(CIRCUITS, limits=(limit,))
    assert _slot(installation, "garage")[0].power_limit_w == now_w
    assert _slot(installation, "garage", at_s=7200.0)[0].power_limit_w == later_w


@pytest.mark.parametrize(("power_w", "left_w"), [(4200.0, 3200.0), (500.0, 0.0)])
def test_a_limit_for_everything_counts_the_house(power_w: float, left_w: float) -> None:
    limit = SiteLimit(power_w=power_w, scope=Scope.EVERYTHING)
    slot, _ = _slot(Installation(CIRCUITS, limits=(limit,)), "garage")
    assert slot.grid_limit_w == left_w


def test_a_peak_that_must_not_be_exceeded() -> None:
    installation = Installation({"main": Circuit(fuse_a=63.0, peak_w=10_000.0)})
    assert _slot(installation, "main")[0].grid_limit_w == 9000


PRICES = hours(0.1, 0.2, 0.4, 0.3)


def _plans(
    outlook: Outlook, installation: Installation, **places: str
) -> Mapping[str, Plan]:
    """Return the plans of cars on circuits that need 8 kWh within four hours."""
    goal = ChargingGoal(8 * KW, 4 * HOUR_S + RESERVE_S, ELEVEN_KW)
    readings = {key: _on(circuit or None) for key, circuit in places.items()}
    outlook = provided(outlook, installation, readings)
    return plan_all(dict.fromkeys(places, goal), outlook, 0.0, {})


def _in_hour(plan: Plan, hour: int) -> list[tuple[PlannedSlot, float]]:
    """Return the slots of a plan with the time that they have in an hour, in hours."""
    start_s, end_s = hour * HOUR_S, (hour + 1) * HOUR_S
    return [
        (slot, max(0.0, min(slot.end_s, end_s) - max(slot.start_s, start_s)) / HOUR_S)
        for slot in plan.slots
    ]


def test_two_cars_on_one_fuse_share_the_cheapest_hours() -> None:
    circuits = {"garage": Circuit(fuse_a=16.0)}
    plans = _plans(Outlook(PRICES), Installation(circuits), a="garage", b="garage")
    assert all(plan.feasible for plan in plans.values())
    by_hour = [
        sum(
            slot.power_w * hours
            for plan in plans.values()
            for slot, hours in _in_hour(plan, hour)
        )
        for hour in range(4)
    ]
    needed = 2 * 8 * KW * 1.02
    assert by_hour == pytest.approx([11_040, needed - 11_040, 0, 0], abs=5)


def test_a_third_car_on_another_fuse_is_not_held_back() -> None:
    circuits = {
        "main": Circuit(fuse_a=63.0),
        "garage": Circuit(fuse_a=16.0, parent="main"),
        "yard": Circuit(fuse_a=16.0, parent="main"),
    }
    places = {"a": "garage", "b": "garage", "c": "yard"}
    plans = _plans(Outlook(PRICES), Installation(circuits), **places)
    assert plans["c"].slots[-1].end_s <= HOUR_S
    assert all(plan.feasible for plan in plans.values())
    assert max(plans[key].slots[-1].end_s for key in "ab") > HOUR_S


@pytest.mark.parametrize("limits_import", [False, True])
def test_a_car_that_must_charge_at_once_leaves_the_rest_of_a_fuse(
    limits_import: bool,
) -> None:
    """It departs in half an hour, and takes 7.36 of 11 kW until then."""
    urgent = ChargingGoal(9 * KW, 1800.0, PowerRange(1380.0, 7360.0))
    other = ChargingGoal(6.5 * KW, HOUR_S + RESERVE_S, ELEVEN_KW)
    fuse_w = always(11_040.0)
    outlook = (
        Outlook(hours(0.1, 0.1), import_limits_w=(fuse_w,))
        if limits_import
        else Outlook(
            hours(0.1, 0.1), bottlenecks=(Bottleneck(frozenset("ab"), fuse_w),)
        )
    )
    plans = plan_all({"a": urgent, "b": other}, outlook, 1000.0, {})
    for slot in plans["b"].slots:
        if slot.start_s < 1800.0 - RESERVE_S:
            assert slot.power_w <= 11_040.0 - 7360.0 + 1
    assert plans["b"].feasible


def test_a_limit_that_ends_leaves_the_rest_of_the_night() -> None:
    dimmed = SiteLimit(power_w=4200.0, until_s=2 * HOUR_S)
    for prices, times in (
        ((0.1, 0.1, 0.2, 0.4), [(0.0, 2.0)]),
        ((0.4, 0.4, 0.1, 0.2), [(2.0, 3.0)]),
    ):
        plans = _plans(Outlook(hours(*prices)), Installation(limits=(dimmed,)), a="")
        assert plans["a"].feasible
        for start_h, end_h in times_h(plans["a"]):
            assert times[0][0] <= start_h and end_h <= times[0][1] + 0.01


def test_a_schedule_of_pauses_is_kept_clear() -> None:
    pause = Bottleneck(frozenset("a"), Series([Span(0.0, HOUR_S, 0.0)]))
    plans = _plans(Outlook(PRICES, bottlenecks=(pause,)), Installation(), a="", b="")
    assert plans["a"].slots[0].start_s >= HOUR_S
    assert plans["b"].slots[0].start_s < HOUR_S


@pytest.mark.parametrize("sun_w", [0.0, 3000.0])
def test_contracted_power_by_period_is_kept(sun_w: float) -> None:
    """By day 4 kW may be drawn, house included, and by night 9 kW."""
    contract_w = (4 * KW, 4 * KW, 9 * KW, 9 * KW)
    outlook = Outlook(
        hours(0.1, 0.1, 0.2, 0.2),
        sun_w=always(sun_w),
        house_w=always(HOUSE_W),
        import_limits_w=(hours(*contract_w),),
    )
    plans = _plans(replace(outlook, sun_factors=(1.0,)), Installation(), a="", b="")
    assert all(plan.feasible for plan in plans.values())
    for hour, limit_w in enumerate(contract_w):
        cars_wh = sum(
            slot.grid_w * hours
            for plan in plans.values()
            for slot, hours in _in_hour(plan, hour)
        )
        assert cars_wh + max(0.0, HOUSE_W - sun_w) <= limit_w + 5
