"""The sun's part in a charge, told with patience."""

from dataclasses import replace
from itertools import pairwise
import random

import pytest

from custom_components.ocpp.surplus.explain.sunlight import LASTING_S, Sunlight, judged
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Estimate,
)
from custom_components.ocpp.surplus.modes import Mode

CHARGING = ChargerReading(
    ChargerSettings(), Mode.PV_ONLY, ready=True, charging=True, power_w=5000.0
)


def _told(surpluses_w: list[float], before: Sunlight | None = None) -> list[bool]:
    """Return what is told each second while the sun gives these powers."""
    told = []
    for now_s, surplus_w in enumerate(surpluses_w):
        before = judged(before, CHARGING, Estimate.exactly(surplus_w), float(now_s))
        assert before is not None
        told.append(before.suffices)
    return told


@pytest.mark.parametrize(("surplus_w", "suffices"), [(4800, True), (4600, False)])
def test_the_first_verdict_is_told_at_once(surplus_w: float, suffices: bool) -> None:
    assert _told([surplus_w]) == [suffices]


def test_a_car_that_does_not_charge_has_no_verdict() -> None:
    waiting = replace(CHARGING, charging=False)
    assert judged(Sunlight(True), waiting, Estimate.exactly(5000), 0.0) is None


def test_a_silent_meter_tells_of_no_sun() -> None:
    assert judged(None, CHARGING, None, 0.0) == Sunlight(False)


def test_a_cloud_is_told_once_it_lasts() -> None:
    cloudy = _told([5000.0] + 100 * [1000.0])
    assert cloudy.index(False) == 1 + LASTING_S
    assert all(_told([5000.0, *(30 * [1000.0]), 5000.0] * 10))


def test_between_the_bounds_nothing_changes() -> None:
    between = 600 * [4400.0]
    assert all(_told(between, Sunlight(True)))
    assert not any(_told(between, Sunlight(False)))


def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    doubted = Sunlight(True, doubted_since_s=1e9)
    verdict = judged(doubted, CHARGING, Estimate.exactly(0), 0.0)
    assert verdict == Sunlight(False)


def test_an_hour_of_broken_clouds_is_told_calmly() -> None:
    weather = random.Random(1)
    surpluses_w: list[float] = []
    while len(surpluses_w) < 3600:
        lasting_s = weather.randint(1, 60)
        surpluses_w += lasting_s * [weather.uniform(3000.0, 6500.0)]
    told = _told(surpluses_w)
    assert sum(was is not now for was, now in pairwise(told)) <= 10
