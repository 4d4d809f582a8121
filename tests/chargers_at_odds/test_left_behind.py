"""Profiles left behind in a charger: none overrules, and none strands it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import override

import pytest

from tests.simulator.behaviour import Behaviour, Limits
from tests.simulator.car import Car

from .stage import SAFE_A, Stage

type Staging = Callable[..., AbstractAsyncContextManager[Stage]]

EVERY_PURPOSE = frozenset({"TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"})
ONLY_MAXIMUM = Behaviour(limits=Limits(purposes=frozenset({"ChargePointMaxProfile"})))
ONLY_DEFAULTS = Behaviour(limits=Limits(purposes=frozenset({"TxDefaultProfile"})))
BY_SESSION = Behaviour(
    limits=Limits(purposes=frozenset({"TxProfile", "TxDefaultProfile"}))
)
KINDS = {
    "by session": BY_SESSION,
    "by default": ONLY_DEFAULTS,
    "by maximum": ONLY_MAXIMUM,
    "every way": Behaviour(),
}


@dataclass(slots=True)
class StubbornCar(Car):
    """A car that takes no notice of limits while it charges, for a time."""

    stubborn: bool = True

    @override
    def step(self, offered_a: float, seconds: float, offered_phases: int = 3) -> None:
        Car.step(self, self.max_current_a if self.stubborn else offered_a, seconds, 3)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_limit_that_follows_a_disobeyed_one_is_offered(
    stage: Staging, kind: str
) -> None:
    async with stage(KINDS[kind]) as at:
        car = StubbornCar()
        await at.begins(car=car)
        await at.limited(7)
        await at.lasts(600)
        await at.limited(16)
        assert at.charger.offered_a() == 16
        car.stubborn = False
        for limit_a in (10, 16, 6, 13):
            await at.limited(limit_a)
            await at.lasts(60)
            assert at.charger.offered_a() == limit_a
            assert limit_a - 1 < at.drawn_a() <= limit_a


@pytest.mark.parametrize("limit_a", [0, 7, 16])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_charger_on_its_own_offers_the_safe_current_whatever_was_tried(
    stage: Staging, kind: str, limit_a: float
) -> None:
    async with stage(KINDS[kind]) as at:
        await at.begins(car=StubbornCar())
        await at.limited(limit_a)
        await at.lasts(600)
        await at.dies()
        # A pause may have stopped the session.
        at.charger.connectors[1].transaction_id = (
            at.charger.connectors[1].transaction_id or 4711
        )
        await at.lasts(600)
        assert at.charger.offered_a() == SAFE_A


@pytest.mark.parametrize("limit_a", [0, 7, 16])
@pytest.mark.parametrize("kind", KINDS)
async def test_the_next_car_is_offered_the_safe_current_if_nobody_is_in_control(
    stage: Staging, kind: str, limit_a: float
) -> None:
    async with stage(KINDS[kind]) as at:
        await at.begins()
        await at.limited(limit_a)
        await at.lasts(60)
        await at.ends()
        await at.lasts(600)
        await at.dies()
        # Its session is not reported to anybody.
        at.charger.connectors[1].car = Car()
        at.charger.connectors[1].transaction_id = 4711
        await at.lasts(600)
        assert at.charger.offered_a() == SAFE_A
        assert at.drawn_a() > 0


@pytest.mark.parametrize("kind", KINDS)
async def test_what_comes_to_stay_is_the_safe_current_and_comes_once_a_session(
    stage: Staging, kind: str
) -> None:
    async with stage(KINDS[kind]) as at:
        assert {limit_a for _, limit_a in at.lasting_profiles} <= {SAFE_A}
        at.charger.received.clear()
        for session in range(1, 4):
            await at.begins()
            for limit_a in (13, 0, 16, 7):
                await at.limited(limit_a)
                await at.lasts(120)
                assert at.charger.offered_a() == limit_a
            await at.ends()
            await at.lasts(60)
            assert len(at.lasting_profiles) <= session
        assert {limit_a for _, limit_a in at.lasting_profiles} <= {SAFE_A}


async def test_a_maximum_of_an_earlier_session_does_not_hold_a_later_one_back(
    stage: Staging,
) -> None:
    async with stage() as at:
        at.charger.refuse_profile = lambda profile: (
            profile["charging_profile_purpose"] != "ChargePointMaxProfile"
        )
        await at.begins()
        await at.limited(7)
        assert at.charger.offered_a() == 7
        await at.ends()
        await at.lasts(60)
        at.charger.refuse_profile = lambda _: False
        await at.begins()
        await at.limited(16)
        assert at.charger.offered_a() == 16
        purposes = {purpose for purpose, _ in at.charger.connectors[1].profiles}
        assert "ChargePointMaxProfile" not in purposes


async def test_a_car_of_a_high_minimum_hides_no_charger_that_stays_at_its_default(
    stage: Staging,
) -> None:
    limits = Limits(ignored_purposes=frozenset({"TxProfile"}))
    async with stage(Behaviour(limits=limits)) as at:
        await at.limited(SAFE_A)
        await at.begins(car=Car(least_a=7.3))
        await at.lasts(120)
        await at.limited(16)
        await at.lasts(120)
        assert at.charger.offered_a() == 16
        assert at.drawn_a() > 15
        assert not at.evse().ignores_limits
        await at.limited(9)
        await at.lasts(60)
        assert at.drawn_a() <= 9
