"""A battery whose state of charge says the opposite of its meter."""

from collections.abc import Iterable, Iterator
from itertools import chain, repeat

import pytest

from custom_components.ocpp.surplus.checks.checks import Checks, checked
from custom_components.ocpp.surplus.checks.findings import Basis, Fault
from custom_components.ocpp.surplus.checks.samples import sample_of
from custom_components.ocpp.surplus.sensing.told import Told, ToldSite

CAPACITY_WH = 10_000.0
CHARGING, DISCHARGING = [-2000.0] * 60, [2000.0] * 60
RIGHT, INVERTED = 1, -1


def _told(power_w: float, percent: float | None, at_s: float) -> ToldSite:
    """Return what a house without a car tells, whose battery does all."""
    return ToldSite(
        grid=(Told(0.0, at_s, at_s),),
        batteries=(Told(power_w, at_s, at_s),),
        battery_soc_percent=Told(percent, at_s, at_s),
    )


def _told_each(
    powers_w: Iterable[float], sign: int, each_s: float
) -> Iterator[ToldSite]:
    """Yield what is told of a battery that has these powers one after the other."""
    percent = 50.0
    for number, power_w in enumerate(powers_w, 1):
        percent -= power_w * each_s / 3600 / CAPACITY_WH * 100
        yield _told(sign * power_w, percent, number * each_s)


def _checked(told: Iterable[ToldSite]) -> Checks:
    checks = Checks()
    for site in told:
        sample = sample_of(site, None, None)
        assert sample is not None
        checks = checked(checks, sample, None, ())
    return checks


def test_an_inverted_meter_is_found_once_the_battery_was_charged_and_discharged() -> (
    None
):
    (finding,) = _checked(_told_each(CHARGING + DISCHARGING, INVERTED, 60.0)).findings
    assert (finding.fault, finding.basis) == (Fault.BATTERY_INVERTED, Basis.CHARGE)


def test_a_right_meter_is_not_accused() -> None:
    assert not _checked(_told_each(CHARGING + DISCHARGING, RIGHT, 60.0)).findings


def test_one_direction_proves_nothing() -> None:
    assert not _checked(_told_each(CHARGING, INVERTED, 60.0)).findings


@pytest.mark.parametrize("each", [2, 3])
def test_a_meter_that_often_agrees_is_not_accused(each: int) -> None:
    """One swing of two or three, which takes six minutes, agrees with it."""
    powers_w = CHARGING + DISCHARGING
    inverted = _told_each(powers_w, INVERTED, 60.0)
    right = _told_each(powers_w, RIGHT, 60.0)
    told = (
        agreeing if minute // 6 % each == 0 else contradicting
        for minute, (contradicting, agreeing) in enumerate(
            zip(inverted, right, strict=True)
        )
    )
    assert not _checked(told).findings


def test_samples_that_are_far_apart_are_not_one_flow() -> None:
    told = _told_each((CHARGING + DISCHARGING) * 2, INVERTED, 600.0)
    assert not _checked(told).findings


@pytest.mark.parametrize("jump_percent", [3.0, 20.0])
def test_a_state_of_charge_that_is_corrected_proves_nothing(
    jump_percent: float,
) -> None:
    percents = chain.from_iterable(
        chain(repeat(50.0, 10), repeat(50.0 + jump_percent, 10)) for _ in range(10)
    )
    idle = (
        _told(20.0, percent, number * 60.0) for number, percent in enumerate(percents)
    )
    assert not _checked(idle).findings


def test_a_state_of_charge_that_is_not_told_proves_nothing() -> None:
    told = (_told(2000.0, None, number * 60.0) for number in range(60))
    assert not _checked(told).findings
