"""Chargers that ignore limits and tell of their energy now and then: they are found out in time all the same."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.behaviour import Behaviour, Limits, Metering
from tests.simulator.car import Car

from .stage import SAFE_A, Stage

type Staging = Callable[..., AbstractAsyncContextManager[Stage]]

OWNER = StationSettings(safe_current_a=SAFE_A, max_current_a=16.0)
ENERGY, POWER = "Energy.Active.Import.Register", "Power.Active.Import"
FOUND_OUT_WITHIN_S = 120
ALL = frozenset({"TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"})


def _slow(
    measurands: Sequence[str], interval_s: int, ignored: frozenset[str] = ALL
) -> Behaviour:
    return Behaviour(
        limits=Limits(ignored_purposes=ignored),
        metering=Metering(
            measurands=frozenset(measurands), least_interval_s=interval_s
        ),
        settings={"MeterValueSampleInterval": str(interval_s)},
    )


def _asked(at: Stage) -> int:
    """Return how often it was asked for readings."""
    return sum(action == "TriggerMessage" for action, _ in at.charger.received)


@pytest.mark.parametrize("begins_s", [0, 10, 30, 50])
@pytest.mark.parametrize("interval_s", [60, 300, 900])
@pytest.mark.parametrize("measurands", [(ENERGY,), (ENERGY, POWER)], ids=" and ".join)
async def test_the_owner_is_told_in_time_of_a_charger_that_ignores_its_limit(
    stage: Staging, measurands: tuple[str, ...], interval_s: int, begins_s: int
) -> None:
    async with stage(_slow(measurands, interval_s), settings=OWNER) as at:
        await at.begins()
        assert await at.limited(16)
        await at.lasts(300 + begins_s)
        at.charger.received.clear()
        assert await at.limited(8)
        await at.lasts(FOUND_OUT_WITHIN_S)
        assert at.evse().ignores_limits
        assert _asked(at) <= 8


@pytest.mark.parametrize("begins_s", [0, 20, 50])
async def test_one_that_cannot_be_asked_is_found_out_by_what_it_tells_each_minute(
    stage: Staging, begins_s: int
) -> None:
    behaviour = replace(_slow((ENERGY,), 60), lacks=frozenset({"TriggerMessage"}))
    async with stage(behaviour, settings=OWNER) as at:
        await at.begins()
        assert await at.limited(16)
        await at.lasts(300 + begins_s)
        assert await at.limited(8)
        await at.lasts(FOUND_OUT_WITHIN_S + 10)
        assert at.evse().ignores_limits


async def test_another_way_is_found_in_time(stage: Staging) -> None:
    behaviour = _slow((ENERGY,), 300, frozenset({"TxProfile"}))
    settings = replace(OWNER, safe_current_a=16.0)
    async with stage(behaviour, settings=settings) as at:
        await at.begins()
        assert await at.limited(16)
        await at.lasts(300)
        assert await at.limited(8)
        await at.lasts(FOUND_OUT_WITHIN_S)
        assert at.drawn_a() <= 8
        await at.lasts(FOUND_OUT_WITHIN_S)
        assert not at.evse().ignores_limits


@pytest.mark.parametrize("interval_s", [60, 300])
async def test_one_that_obeys_is_believed_and_rarely_asked(
    stage: Staging, interval_s: int
) -> None:
    async with stage(_slow((ENERGY,), interval_s, frozenset()), settings=OWNER) as at:
        await at.begins(car=Car())
        for limit_a in (16.0, 6.0, 9.0, 7.0, 13.0, 6.0):
            at.charger.received.clear()
            assert await at.limited(limit_a)
            await at.lasts(190)
            assert not at.evse().ignores_limits
            assert _asked(at) <= 8
        assert not at.station.limits.learned_compliance.found_ignored
