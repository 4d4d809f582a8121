"""Chargers that take limits for sessions alone: nothing lies beneath those, and the owner is told."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.simulator.behaviour import Behaviour, Limits
from tests.simulator.charger import Payload

from .stage import SAFE_A, Stage

type Staging = Callable[..., AbstractAsyncContextManager[Stage]]

SESSIONS_ALONE = Behaviour(limits=Limits(purposes=frozenset({"TxProfile"})))
KINDS = {
    "every way": Behaviour(),
    "defaults alone": Behaviour(
        limits=Limits(purposes=frozenset({"TxDefaultProfile"}))
    ),
    "one maximum alone": Behaviour(
        limits=Limits(purposes=frozenset({"ChargePointMaxProfile"}))
    ),
    "nothing at all": Behaviour(limits=Limits(purposes=frozenset())),
}

LIFETIME_S = 400
"""The time after which a session's limit has run out, unless it was renewed."""


def _lacks(at: Stage) -> bool:
    return at.station.snapshot.lacks_safe_current


def _session_profiles(at: Stage) -> list[Payload]:
    return [
        payload["profile"]
        for action, payload in at.charger.received
        if action == "SetChargingProfile" and "profile" in payload
        if payload["profile"]["charging_profile_purpose"] == "TxProfile"
    ]


def _is_held_to_safe_current(at: Stage) -> None:
    assert at.charger.offered_a() == SAFE_A
    assert 0 < at.drawn_a() <= SAFE_A


def _refused_defaults(at: Stage) -> int:
    return sum(
        action == "SetChargingProfile" and "csChargingProfiles" in payload
        for action, payload in at.charger.received
    )


async def _session(at: Stage) -> None:
    await at.begins()
    for limit_a in (13, 9, 16):
        await at.limited(limit_a)
        await at.lasts(30)
    await at.ends()
    await at.lasts(60)


async def test_it_is_told_and_remembered(stage: Staging) -> None:
    async with stage(SESSIONS_ALONE) as at:
        assert not _lacks(at)
        await _session(at)
        assert _lacks(at)
        memory = at.station.memory
    async with stage(SESSIONS_ALONE, memory=memory) as at:
        assert _lacks(at)
        await at.lasts(120)
        at.station.forget_learned()
        assert not _lacks(at)
        await _session(at)
        assert _lacks(at)


async def test_it_is_forgotten_with_an_older_firmware(stage: Staging) -> None:
    async with stage(SESSIONS_ALONE) as at:
        await _session(at)
        assert _lacks(at)
        at.charger.firmware_version = "2.0"
        await at.boots()
        assert not _lacks(at)


async def test_it_is_over_when_one_is_taken(stage: Staging) -> None:
    async with stage(SESSIONS_ALONE) as at:
        await _session(at)
        at.charger.behaviour = Behaviour()
        # What was refused is tried again after an hour.
        await at.lasts(3600)
        assert not _lacks(at)
        assert at.lasting_profiles == [("TxDefaultProfile", SAFE_A)]


async def test_a_running_session_falls_back_to_it_nevertheless(stage: Staging) -> None:
    async with stage(SESSIONS_ALONE) as at:
        await at.begins()
        assert await at.limited(16)
        await at.lasts(60)
        assert at.drawn_a() > SAFE_A
        await at.dies()
        await at.lasts(LIFETIME_S)
        _is_held_to_safe_current(at)
        await at.lasts(6 * LIFETIME_S)
        _is_held_to_safe_current(at)


async def test_a_session_falls_back_after_a_restart_in_its_midst(
    stage: Staging,
) -> None:
    async with stage(SESSIONS_ALONE) as at:
        await at.begins()
        assert await at.limited(16)
        await at.restarts()
        assert await at.limited(13)
        assert await at.limited(16)
        await at.lasts(60)
        await at.dies()
        await at.lasts(LIFETIME_S)
        _is_held_to_safe_current(at)


async def test_a_charger_that_takes_one_period_is_limited_as_before(
    stage: Staging,
) -> None:
    async with stage(SESSIONS_ALONE) as at:
        at.configure(schedule_periods=1)
        await at.begins()
        for limit_a in (13, 9, 16):
            assert await at.limited(limit_a)
            await at.lasts(30)
            assert at.charger.offered_a() == limit_a
        assert all(
            len(profile["charging_schedule"]["charging_schedule_period"]) == 1
            for profile in _session_profiles(at)
        )


async def test_what_lies_beneath_is_not_named_again(stage: Staging) -> None:
    async with stage(Behaviour()) as at:
        await at.begins()
        assert await at.limited(16)
        assert all(
            len(profile["charging_schedule"]["charging_schedule_period"]) == 1
            for profile in _session_profiles(at)
        )


async def test_what_is_refused_is_not_sent_with_each_limit(stage: Staging) -> None:
    async with stage(SESSIONS_ALONE) as at:
        await _session(at)
        refused = _refused_defaults(at)
        await _session(at)
        assert _refused_defaults(at) == refused


@pytest.mark.parametrize("kind", KINDS)
async def test_others_are_not_accused(stage: Staging, kind: str) -> None:
    async with stage(KINDS[kind]) as at:
        for _ in range(3):
            await _session(at)
            assert not _lacks(at)
