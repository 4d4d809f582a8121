"""Clocks that are hours off, and are set right in mid-session."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.simulator.behaviour import Behaviour, Manners, Metering, Register
from tests.simulator.car import Car

from .stage import SAFE_A, Stage
from .truth import energy_is_exact, shown_and_true

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

HOUR_S = 3600.0
LATENESS = timedelta(seconds=30)


@pytest.mark.parametrize("register", [Register.LIFETIME, Register.SESSION])
@pytest.mark.parametrize(
    ("first_s", "then_s"),
    [
        (2 * HOUR_S, -HOUR_S),
        (2 * HOUR_S, 3 * HOUR_S),
        (-2 * HOUR_S, 3 * HOUR_S),
        (-9 * HOUR_S, -HOUR_S),
    ],
)
async def test_a_clock_that_jumps_in_mid_session(
    stage: OnStage, first_s: float, then_s: float, register: Register
) -> None:
    behaviour = Behaviour(
        metering=Metering(register=register), manners=Manners(clock_ahead_s=first_s)
    )
    async with stage(behaviour) as at:
        await at.begins()
        began_at = at.clock.now
        for ahead_s in (first_s, then_s, first_s, 0.0):
            _set_clock(at, ahead_s)
            for limit_a in (13, 9):
                await at.limited(limit_a)
                await at.lasts(10)
                for _ in range(4):
                    await at.lasts(10)
                    shown_and_true(at)
                    energy_is_exact(at)
        assert at.excess_s() <= 20
        running = at.evse().running_transaction
        assert running is not None
        # A start that is told to be long ago may have been: the charger had no connection then.
        if first_s > 0:
            assert abs(running.started_at - began_at) <= LATENESS
        await at.ends()
        shown_and_true(at)
        energy_is_exact(at)
        ended = at.evse().transaction
        assert ended is not None
        assert ended.ended_at is not None
        assert abs(ended.ended_at - at.clock.now) <= LATENESS
        assert not at.station.faults[Fault.FALLING_REGISTER]


@pytest.mark.parametrize("ahead_s", [2 * HOUR_S, -2 * HOUR_S])
async def test_a_clock_that_is_set_by_a_boot(stage: OnStage, ahead_s: float) -> None:
    async with stage(Behaviour(manners=Manners(clock_ahead_s=ahead_s))) as at:
        await at.begins()
        await at.limited(13)
        await at.lasts(120)
        running = at.evse().running_transaction
        await at.boots()
        _set_clock(at, 0.0)
        await at.limited(9)
        await at.lasts(60)
        assert at.drawn_a() <= 9
        for _ in range(6):
            await at.lasts(10)
            shown_and_true(at)
            energy_is_exact(at)
        assert running is not None
        await at.ends()
        ended = at.evse().transaction
        assert ended is not None
        assert ended.id == running.id
        energy_is_exact(at)


@pytest.mark.parametrize("ahead_s", [2 * HOUR_S, -2 * HOUR_S])
async def test_limits_of_a_charger_that_goes_by_its_own_clock(
    stage: OnStage, ahead_s: float
) -> None:
    manners = Manners(clock_ahead_s=ahead_s, schedules_by_clock=True)
    async with stage(Behaviour(manners=manners)) as at:
        await at.begins()
        for limit_a in (16, 8, 0, 13):
            await at.limited(limit_a)
            await at.lasts(90)
            assert at.charger.offered_a() == limit_a
        _set_clock(at, 0.0)
        for limit_a in (8, 0, 13):
            await at.limited(limit_a)
            await at.lasts(90)
            assert at.charger.offered_a() == limit_a
        assert at.excess_s() <= 40
        assert not at.evse().ignores_limits
        # The next session begins with nobody in control, and is not reported to anybody.
        await at.ends()
        await at.lasts(60)
        _set_clock(at, ahead_s)
        await at.dies()
        at.charger.connectors[1].car = Car()
        at.charger.connectors[1].transaction_id = 4711
        await at.lasts(600)
        assert at.charger.offered_a() == SAFE_A


def _set_clock(at: Stage, ahead_s: float) -> None:
    manners = replace(at.charger.behaviour.manners, clock_ahead_s=ahead_s)
    at.charger.behaviour = replace(at.charger.behaviour, manners=manners)
