"""Profiles of somebody else: what is accepted is in force, and not beneath ours."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from custom_components.ocpp.csms.errors import RejectedError
from tests.simulator.behaviour import Behaviour, Limits
from tests.simulator.charger import Payload

from .stage import SAFE_A, Stage

type Staging = Callable[..., AbstractAsyncContextManager[Stage]]

KINDS = {
    "every way": Behaviour(),
    "by default": Behaviour(limits=Limits(purposes=frozenset({"TxDefaultProfile"}))),
    "by default, or a maximum": Behaviour(
        limits=Limits(purposes=frozenset({"TxDefaultProfile", "ChargePointMaxProfile"}))
    ),
}


def _profile(purpose: str, limit_a: float, stack_level: int) -> Payload:
    return {
        "chargingProfileId": 7,
        "stackLevel": stack_level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "startSchedule": "2026-06-01T00:00:00Z",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit_a}],
        },
    }


@pytest.mark.parametrize("before_a", [0, 7, 16])
@pytest.mark.parametrize("stack_level", [0, 3])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_default_of_somebody_elses_is_in_force_in_a_session(
    stage: Staging, kind: str, stack_level: int, before_a: float
) -> None:
    async with stage(KINDS[kind]) as at:
        await at.begins()
        await at.limited(before_a)
        await at.lasts(30)
        external = _profile("TxDefaultProfile", 8.5, stack_level)
        await at.station.limits.set_external_profile(1, external)
        assert at.charger.offered_a() == 8.5
        for _ in range(60):
            await at.lasts(10)
            assert at.charger.offered_a() == 8.5
        # With the session it ends, and what is safe lies beneath the next one.
        await at.ends()
        await at.lasts(60)
        assert ("TxDefaultProfile", SAFE_A) in at.lasting_profiles


@pytest.mark.parametrize(
    "lacks", [(), ("GetCompositeSchedule",)], ids=["plans", "none"]
)
@pytest.mark.parametrize("stack_level", [0, 3])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_default_of_somebody_elses_ends_with_its_session(
    stage: Staging, kind: str, stack_level: int, lacks: tuple[str, ...]
) -> None:
    behaviour = replace(KINDS[kind], lacks=frozenset(lacks))
    async with stage(behaviour) as at:
        await at.begins()
        assert await at.limited(13)
        await at.lasts(30)
        external = _profile("TxDefaultProfile", 8.5, stack_level)
        await at.station.limits.set_external_profile(1, external)
        await at.lasts(60)
        # Theirs is shown, and none of ours.
        assert at.evse().external_profile
        assert at.evse().limit is None
        assert at.station.limits.in_force(1) is None
        assert at.evse().meter.offered_current_a == 8.5
        await at.ends()
        await at.lasts(60)
        assert not at.evse().external_profile
        written = len(at.lasting_profiles)
        await at.begins()
        assert at.charger.offered_a() == SAFE_A
        assert await at.limited(13)
        await at.lasts(60)
        assert at.evse().meter.offered_current_a == 13
        await at.ends()
        await at.lasts(700)
        assert len(at.lasting_profiles) == written
        await at.dies()
        assert at.falls_back_to_a() == SAFE_A


@pytest.mark.parametrize("limit_a", [9, 12])
async def test_a_maximum_of_somebody_elses_is_in_force_in_a_session(
    stage: Staging, limit_a: float
) -> None:
    async with stage() as at:
        await at.begins()
        await at.limited(7)
        external = _profile("ChargePointMaxProfile", limit_a, 0)
        await at.station.limits.set_external_profile(0, external)
        await at.lasts(60)
        assert at.charger.offered_a() == limit_a


async def test_ours_stays_in_force_if_somebody_elses_is_refused(stage: Staging) -> None:
    async with stage() as at:
        await at.begins()
        await at.limited(10)
        at.charger.refuse_profile = lambda profile: profile["charging_profile_id"] == 7
        external = _profile("TxDefaultProfile", 8.5, 0)
        with pytest.raises(RejectedError):
            await at.station.limits.set_external_profile(1, external)
        await at.settled()
        assert at.charger.offered_a() == 10


async def test_one_that_is_refused_leaves_our_own_limits(stage: Staging) -> None:
    limits = Limits(purposes=frozenset({"TxDefaultProfile"}))
    async with stage(Behaviour(limits=limits)) as at:
        await at.begins()
        await at.limited(13)
        await at.lasts(60)
        with pytest.raises(RejectedError):
            await at.station.limits.set_external_profile(
                0, _profile("ChargePointMaxProfile", 8.5, 0)
            )
        await at.lasts(120)
        assert at.charger.offered_a() == 13
        assert {limit_a for _, limit_a in at.lasting_profiles} == {SAFE_A}
        await at.dies()
        await at.lasts(700)
        assert at.charger.offered_a() == SAFE_A
