"""Faults that show beside the sun while cars charge as they do on any day, without a single step that is worth a comparison."""

from dataclasses import replace
import math
import random

import pytest

from custom_components.ocpp.surplus.checks.findings import Basis, Fault
from custom_components.ocpp.surplus.sensing.told import ToldSite

from .house import CheckedHouse, Wiring, scaled

HOUR = 3600


def _clouds(second: int) -> float:
    """Return the solar power under clouds that pass within some minutes."""
    return 4000.0 + 1500.0 * math.sin(second / 230) + 700.0 * math.sin(second / 97)


def _house(wiring: Wiring = lambda told: told, **options: object) -> CheckedHouse:
    """Return a house with a car that draws the same all the time."""
    return CheckedHouse(
        surplus_w=lambda second: _clouds(second) - 350.0 - 60.0 * (second % 900 > 450),
        solar_w=_clouds,
        charges=lambda _: True,
        wiring=wiring,
        **options,  # type: ignore[arg-type]
    )


def _grid_times(factor: float) -> Wiring:
    return lambda told: replace(
        told, grid=scaled(told.grid, lambda watts: round(watts * factor, 3))
    )


def _half_the_sun(told: ToldSite) -> ToldSite:
    return replace(told, solar=scaled(told.solar, lambda watts: watts / 2))


def _consumer(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: 80.0 + watts % 7))


def _without_import(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: min(0.0, watts)))


@pytest.mark.parametrize(
    ("wiring", "fault"),
    [
        (_grid_times(-1), Fault.GRID_INVERTED),
        (_grid_times(0.001), Fault.UNIT),
        (_grid_times(1000), Fault.UNIT),
        (_grid_times(1 / 3), Fault.PHASES),
        (_consumer, Fault.NOT_THE_GRID),
    ],
)
def test_a_grid_meter_that_is_set_up_wrongly_is_found_by_the_sun(
    wiring: Wiring, fault: Fault
) -> None:
    house = _house(wiring).run(HOUR)
    assert house.found.keys() == {fault}


@pytest.mark.parametrize("seen", [0.0, 1 / 5, 1 / 3, 1 / 2])
def test_a_battery_that_is_not_set_up_is_found_by_the_sun(seen: float) -> None:
    house = _house(battery_w=8000.0, seen=seen).run(HOUR)
    assert house.found.keys() == {Fault.BATTERY_UNSEEN}
    assert house.checks.findings[0].basis is Basis.SUN


def test_an_inverter_that_is_not_set_up_is_found_once_the_car_has_charged() -> None:
    """Before, the grid meter could as well be the one that tells too much."""
    house = _house(_half_the_sun)
    house.charges = lambda second: second > HOUR and second % 1200 > 600
    assert not house.run(HOUR).found
    assert house.run(HOUR).found.keys() == {Fault.SOLAR_INCOMPLETE}
    assert house.checks.trusts_grid


def test_a_solar_power_that_is_told_as_a_negative_number_accuses_no_other_meter() -> (
    None
):
    house = _house(
        lambda told: replace(told, solar=scaled(told.solar, lambda watts: -watts))
    )
    assert not house.run(HOUR).found


@pytest.mark.parametrize("battery_w", [0.0, 2000.0, 8000.0])
@pytest.mark.parametrize("late_s", [2, 30])
def test_right_meters_are_not_accused(battery_w: float, late_s: int) -> None:
    house = _house(battery_w=battery_w, late_s=late_s)
    assert not house.run(3 * HOUR).found


def _battery_told_each_minute() -> Wiring:
    held: list[ToldSite] = []

    def told_late(told: ToldSite) -> ToldSite:
        if (
            not held
            or told.batteries[0].reported_s >= held[-1].batteries[0].reported_s + 60
        ):
            held.append(told)
        return replace(told, batteries=held[-1].batteries)

    return told_late


def test_a_battery_that_tells_each_minute_says_too_little_of_its_share() -> None:
    """It has moved in between, unseen: a whole one may look like a part."""
    house = _house(battery_w=8000.0, seen=0.5, wiring=_battery_told_each_minute())
    assert Fault.BATTERY_UNSEEN not in house.run(2 * HOUR).found


def test_a_battery_that_leaves_some_export_accuses_no_meter() -> None:
    def leaving(told: ToldSite) -> ToldSite:
        return replace(
            told,
            grid=scaled(told.grid, lambda watts: watts - 400.0),
            batteries=scaled(told.batteries, lambda watts: watts + 400.0),
        )

    house = CheckedHouse(
        surplus_w=lambda second: _clouds(second) - 400.0 * (1 + second // 400 % 3),
        solar_w=_clouds,
        charges=lambda _: True,
        battery_w=8000.0,
        wiring=leaving,
    )
    assert not house.run(2 * HOUR).found


def test_what_was_found_by_the_sun_stays_until_the_sun_contradicts_it() -> None:
    house = _house(_grid_times(1 / 3))
    house.charges = lambda _: False
    assert house.run(HOUR).checks.findings
    house.solar_w = lambda _: 0.0
    house.surplus_w = lambda _: -350.0
    assert house.run(6 * HOUR).checks.findings
    house.solar_w, house.wiring = _clouds, lambda told: told
    house.surplus_w = lambda second: _clouds(second) - 350.0
    assert not house.run(HOUR).checks.findings


@pytest.mark.parametrize(
    ("wiring", "battery_w", "fault"),
    [
        (_without_import, 0.0, Fault.IMPORT_UNSEEN),
        (lambda told: told, 8000.0, Fault.BATTERY_UNSEEN),
        (_consumer, 0.0, Fault.NOT_THE_GRID),
    ],
)
def test_power_from_nowhere_is_noticed_within_ten_minutes(
    wiring: Wiring, battery_w: float, fault: Fault
) -> None:
    """The sun has nearly gone, and the car goes on as if nothing had happened."""

    def sun_w(second: int) -> float:
        return 6000.0 if second < HOUR else 400.0 + 10.0 * (second % 7)

    house = CheckedHouse(
        surplus_w=lambda second: sun_w(second) - 400.0,
        solar_w=sun_w,
        charges=lambda _: True,
        wiring=wiring,
        battery_w=battery_w,
        seen=0.0,
    )
    house.run(HOUR)
    assert house.run(600).found.keys() == {fault}


@pytest.mark.parametrize("seed", range(6))
def test_a_wild_house_beside_a_quiet_sun_accuses_no_meter(seed: int) -> None:
    """Oven, dryer and pump draw more than the sun gives, and may follow it by chance for an hour."""
    chance = random.Random(seed)
    levels_w = [chance.choice([200.0, 1200.0, 2800.0, 4500.0]) for _ in range(400)]

    def sun_w(second: int) -> float:
        return 1900.0 + 600.0 * math.sin(second / 900 + seed)

    house = CheckedHouse(
        surplus_w=lambda second: sun_w(second) - levels_w[second // 150],
        solar_w=sun_w,
        charges=lambda second: second % 7200 < 1800,
    )
    assert not house.run(8 * HOUR).found
