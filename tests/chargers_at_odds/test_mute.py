"""Sessions of chargers that are alive and answer nothing."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from tests.simulator.behaviour import Behaviour, Limits, Manners
from tests.waiting import until

from .stage import SAFE_A, Stage


def _is_mute(at: Stage) -> bool:
    """Return whether the owner is told that the charger answers nothing."""
    return at.station.snapshot.is_mute


async def test_a_charger_that_answers_nothing_is_cut_and_its_owner_told(
    stage: Callable[..., AbstractAsyncContextManager[Stage]],
) -> None:
    async with stage(Behaviour()) as at:
        at.configure(call_timeout_s=1.0)
        await at.begins()
        await at.limited(10)
        await at.lasts(60)
        at.charger.behaviour = replace(Behaviour(), manners=Manners(mute=True))
        connected_at = at.station.snapshot.connected_at
        assert not await at.limited(8)
        for _ in range(60):
            await at.lasts(10)
            if at.station.snapshot.connected_at != connected_at:
                break
        assert _is_mute(at)
        # What was told it last has run out by itself.
        await at.lasts(400)
        assert at.drawn_a() <= SAFE_A
        at.charger.behaviour = Behaviour()
        await until(lambda: at.station.connected)
        await at.lasts(400)
        assert not _is_mute(at)
        assert at.drawn_a() == pytest.approx(7.6)
        await at.ends()
        ended = at.evse().transaction
        assert ended is not None
        assert ended.energy_wh == pytest.approx(at.charged_wh(), abs=1)


async def test_a_charger_that_does_not_tell_its_plan_is_supervised_nevertheless(
    stage: Callable[..., AbstractAsyncContextManager[Stage]],
) -> None:
    limits = Limits(ignored_purposes=frozenset({"TxProfile"}))
    manners = Manners(mute_actions=frozenset({"GetCompositeSchedule"}))
    async with stage(Behaviour(limits=limits, manners=manners)) as at:
        await at.limited(16)
        await at.begins()
        await at.lasts(30)
        assert await at.limited(8)
        await at.lasts(120)
        assert at.drawn_a() <= 8
