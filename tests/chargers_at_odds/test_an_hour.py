"""An hour of a charger with two EVSEs whose limits change all the time."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from random import Random

import pytest

from tests.simulator.behaviour import Behaviour, Limits

from .stage import SAFE_A, STEP_S, Stage

HOUR_S = 3600
SESSIONS = 2
LIMITS_A = (0.0, 6.0, 7.0, 9.0, 10.5, 13.0, 16.0)
KINDS = {
    "limits of sessions": Behaviour(
        limits=Limits(purposes=frozenset({"TxProfile", "TxDefaultProfile"}))
    ),
    "defaults alone": Behaviour(
        limits=Limits(purposes=frozenset({"TxDefaultProfile"}))
    ),
    "one maximum alone": Behaviour(
        limits=Limits(purposes=frozenset({"ChargePointMaxProfile"}))
    ),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_no_car_draws_more_than_its_limit(
    stage: Callable[..., AbstractAsyncContextManager[Stage]], kind: str
) -> None:
    chance = Random(kind)
    async with stage(KINDS[kind], connectors=2) as at:
        await at.begins(1)
        await at.begins(2)
        for elapsed_s in range(0, HOUR_S, STEP_S):
            for evse_id in (1, 2):
                assert await at.limited(chance.choice(LIMITS_A), evse_id)
            await at.lasts(STEP_S)
            if elapsed_s == HOUR_S // SESSIONS:
                await at.ends(1)
                await at.begins(1)
        # Beneath all limits, it is written before the first session, and at most once for each.
        assert len(at.lasting_profiles) <= 2 + SESSIONS + 1
        assert {limit_a for _, limit_a in at.lasting_profiles} <= {SAFE_A}
        assert at.excess_s(1) <= 10
        assert at.excess_s(2) <= 10
        assert at.watches[1].highest_a > 10
        assert at.watches[2].highest_a > 10
