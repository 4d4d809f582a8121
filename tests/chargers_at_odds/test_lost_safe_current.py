"""Chargers that drop the safe current without a word: it is missed, and put back; others are written nothing more."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.simulator.behaviour import Behaviour, Limits

from .stage import SAFE_A, Stage

type Staging = Callable[..., AbstractAsyncContextManager[Stage]]

ALL = frozenset({"TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"})
KINDS = {
    "limits of sessions": ALL,
    "defaults alone": frozenset({"TxDefaultProfile"}),
    "one maximum alone": frozenset({"ChargePointMaxProfile"}),
}
MINUTES_S = 600
"""The time after which what was told for a session has run out."""


async def _session(at: Stage) -> int:
    """Have a session with changing limits; tells how often the flash was written for it, and after it."""
    before = len(at.lasting_profiles)
    await at.begins()
    for limit_a in (13, 9, 16):
        assert await at.limited(limit_a)
        await at.lasts(30)
    await at.ends()
    await at.lasts(MINUTES_S)
    return len(at.lasting_profiles) - before


def _drops(at: Stage) -> bool:
    return at.station.learned.keeping.drops_at(at.clock())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("forgets_after_s", [0, 5])
async def test_it_is_put_back_once_after_each_session(
    stage: Staging, kind: str, forgets_after_s: float
) -> None:
    limits = Limits(purposes=KINDS[kind], forgets_all_after_end_s=forgets_after_s)
    async with stage(Behaviour(limits=limits)) as at:
        await at.lasts(30)
        # That it takes nothing but a maximum is known only after the second session.
        await _session(at)
        for _ in range(3):
            assert await _session(at) == 1
            assert at.falls_back_to_a() == SAFE_A
        assert {limit_a for _, limit_a in at.lasting_profiles} == {SAFE_A}


async def test_it_is_put_back_after_the_first_session(stage: Staging) -> None:
    limits = Limits(forgets_all_after_end_s=5)
    async with stage(Behaviour(limits=limits)) as at:
        await at.lasts(30)
        assert not _drops(at)
        assert await _session(at) == 1
        assert at.falls_back_to_a() == SAFE_A
        assert _drops(at)
        at.station.forget_learned()
        assert not _drops(at)


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(),
        Behaviour(limits=Limits(plans_nothing_idle=True)),
        Behaviour(lacks=frozenset({"GetCompositeSchedule"})),
        Behaviour(answers={"GetCompositeSchedule": {"status": "Rejected"}}),
        Behaviour(answers={"GetCompositeSchedule": {"status": "Accepted"}}),
    ],
    ids=["tells", "plans nothing", "knows no plan", "rejects", "tells nothing"],
)
async def test_one_that_keeps_it_is_written_nothing_more(
    stage: Staging, behaviour: Behaviour
) -> None:
    async with stage(behaviour) as at:
        for _ in range(3):
            assert await _session(at) == 0
            await at.charger.hang_up()
            await at.lasts(60)
        assert len(at.lasting_profiles) == 1
        assert not _drops(at)


async def test_it_is_missed_after_a_restart_that_is_not_told(stage: Staging) -> None:
    async with stage() as at:
        await at.lasts(30)
        at.charger.connectors[1].profiles.clear()
        await at.charger.hang_up()
        await at.lasts(60)
        assert at.falls_back_to_a() == SAFE_A
        assert len(at.lasting_profiles) == 2
        assert not _drops(at)


async def test_a_limit_above_it_is_no_loss(stage: Staging) -> None:
    limits = Limits(purposes=frozenset({"TxDefaultProfile"}))
    async with stage(Behaviour(limits=limits)) as at:
        for _ in range(3):
            await at.begins()
            assert await at.limited(13)
            await at.lasts(30)
            await at.ends()
            # For the next session, it is told ahead.
            assert await at.limited(16)
            await at.lasts(30)
        assert len(at.lasting_profiles) == 1
        assert not _drops(at)
