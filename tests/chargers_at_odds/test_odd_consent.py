"""Chargers that take a profile, and say so late, in other words, or not at all."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.simulator.behaviour import Behaviour, Limits

from .stage import SAFE_A, Stage
from .truth import energy_is_exact, shown_and_true

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

CONSENTS = {
    "late": Limits(first_answer_after_s=40.0),
    "ok": Limits(consent="Ok"),
    "in small letters": Limits(consent="accepted "),
}
LIMITS_A = (13, 7, 16, 0, 9)


@pytest.mark.parametrize("kind", CONSENTS)
async def test_a_consent_is_understood(stage: OnStage, kind: str) -> None:
    async with stage(Behaviour(limits=CONSENTS[kind])) as at:
        await at.begins()
        for limit_a in LIMITS_A:
            at.charger.received.clear()
            assert await at.limited(limit_a)
            await at.lasts(90)
            _is_obeyed(at, limit_a)
            assert at.charger.received_names.count("SetChargingProfile") <= 2
            assert not at.evse().refuses_limits
        await at.ends()
        energy_is_exact(at)
        assert {limit_a for _, limit_a in at.lasting_profiles} <= {SAFE_A}


async def test_an_error_about_a_profile_that_is_in_force(stage: OnStage) -> None:
    async with stage(Behaviour(limits=Limits(errs=True))) as at:
        await at.begins()
        for limit_a in LIMITS_A:
            assert not await at.limited(limit_a)
            await at.lasts(120)
            _is_obeyed(at, limit_a)
            assert at.evse().refuses_limits
        await at.ends()
        energy_is_exact(at)
        # Whatever it has kept of that, alone it offers the safe current.
        await at.begins()
        await at.limited(16)
        await at.lasts(60)
        await at.dies()
        await at.lasts(1200)
        assert at.charger.offered_a() == SAFE_A


def _is_obeyed(at: Stage, limit_a: float) -> None:
    assert at.charger.offered_a() == limit_a
    assert at.drawn_a() <= limit_a
    assert at.excess_s() <= 20
    shown_and_true(at)
