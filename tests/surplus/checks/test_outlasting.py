"""Findings outlast a restart and the time in which nothing is tried; what is mended, or too old, is forgotten."""

from dataclasses import replace

import pytest

from custom_components.ocpp.surplus.checks.checks import (
    Checks,
    acquitted,
    checked,
    outlasting,
)
from custom_components.ocpp.surplus.checks.draw import TotalDraw
from custom_components.ocpp.surplus.checks.findings import Fault
from custom_components.ocpp.surplus.checks.samples import sample_of
from custom_components.ocpp.surplus.sensing.told import Told, ToldSite

from .house import CheckedHouse, Wiring, scaled

TEN_MINUTES = 600
DAY = 24 * 3600


def _inverted(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: -watts))


def _without_import(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: min(0.0, watts)))


def _waited(checks: Checks, now_s: float) -> Checks:
    """Return the checks after another sample, while the car does nothing."""
    sample = sample_of(ToldSite(grid=(Told(-1500.0, now_s, now_s),)), 0.0, None)
    assert sample is not None
    return checked(checks, sample, TotalDraw(0.0, now_s, now_s), ())


@pytest.mark.parametrize("wiring", [_inverted, _without_import])
def test_what_was_found_is_known_after_a_restart(wiring: Wiring) -> None:
    house = CheckedHouse(wiring=wiring).run(TEN_MINUTES)
    found = house.checks.findings
    assert found
    restarted = outlasting(house.checks)
    assert restarted.findings == found
    for minute in range(20):
        restarted = _waited(restarted, DAY + 60 * minute)
    assert [each.fault for each in restarted.findings] == [each.fault for each in found]


def test_a_fault_that_was_mended_meanwhile_is_forgotten_by_further_charging() -> None:
    house = CheckedHouse(wiring=_inverted).run(TEN_MINUTES)
    house.checks = outlasting(house.checks)
    house.wiring = lambda told: told
    assert not house.run(TEN_MINUTES).checks.findings


def test_a_fault_is_forgotten_in_weeks_without_any_charging() -> None:
    house = CheckedHouse(wiring=_inverted).run(TEN_MINUTES)
    assert _waited(house.checks, 3 * DAY).findings
    assert not _waited(house.checks, 40 * DAY).findings


def test_power_from_nowhere_is_believed_for_two_weeks() -> None:
    house = CheckedHouse(
        surplus_w=lambda second: -300.0 - second % 3,
        solar_w=lambda second: 100.0 + second % 3,
        charges=lambda _: True,
        battery_w=8000.0,
        seen=0.0,
    ).run(TEN_MINUTES)
    assert {each.fault for each in house.checks.findings} & {
        Fault.BATTERY_UNSEEN,
        Fault.NOT_THE_GRID,
    }
    restarted = outlasting(house.checks)
    assert _waited(restarted, 13 * DAY).findings
    assert not _waited(restarted, 15 * DAY).findings


def test_a_test_charge_that_fits_acquits_the_meters() -> None:
    house = CheckedHouse(wiring=_inverted, sun_deg=-12.0).run(TEN_MINUTES)
    assert house.checks.findings
    assert not acquitted(house.checks).findings
