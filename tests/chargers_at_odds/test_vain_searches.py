"""Chargers that refuse all forms of a limit, or say so: they are not sent all of them with each new limit."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from tests.simulator.behaviour import Behaviour, Limits

from .stage import Stage

type Staging = Callable[..., AbstractAsyncContextManager[Stage]]

LIMITS_A = (13.0, 7.0, 16.0, 9.0)
KINDS = {
    "errs and obeys": Behaviour(limits=Limits(errs=True)),
    "refuses": Behaviour(limits=Limits(purposes=frozenset())),
}


async def _cost(at: Stage, limit_a: float) -> int:
    """Return the number of profiles that a limit is sent in."""
    at.charger.received.clear()
    await at.limited(limit_a)
    return at.charger.received_names.count("SetChargingProfile")


async def _forgotten(at: Stage) -> None:
    at.station.forget_learned()


async def _other_capabilities(at: Stage) -> None:
    at.configure(stack_levels=(0, 1))


async def _other_firmware(at: Stage) -> None:
    at.charger.firmware_version = "2.0"
    await at.boots()


RESETS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "a boot": Stage.boots,
    "another firmware": _other_firmware,
    "the button that forgets": _forgotten,
    "other capabilities": _other_capabilities,
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_new_limit_costs_one_message_after_a_vain_search(
    stage: Staging, kind: str
) -> None:
    async with stage(KINDS[kind]) as at:
        await at.begins()
        assert await _cost(at, 10) > 5
        cost = 0
        for limit_a in LIMITS_A:
            await at.lasts(10)
            # One more puts the safe current back, once.
            cost += await _cost(at, limit_a)
        assert cost <= len(LIMITS_A) + 1
        await at.lasts(30)
        assert await _cost(at, 8) > 5
        # The next search waits for longer.
        await at.lasts(90)
        assert await _cost(at, 12) <= 2


@pytest.mark.parametrize("kind", KINDS)
async def test_an_hour_of_new_limits_has_few_searches(
    stage: Staging, kind: str
) -> None:
    async with stage(KINDS[kind]) as at:
        await at.begins()
        costs = []
        for number in range(120):
            costs.append(await _cost(at, LIMITS_A[number % len(LIMITS_A)]))
            await at.lasts(30, step_s=30)
        assert sum(cost > 2 for cost in costs) == 6
        assert min(costs) == 1


@pytest.mark.parametrize("reset", RESETS)
async def test_all_is_tried_again_after(stage: Staging, reset: str) -> None:
    async with stage(KINDS["errs and obeys"]) as at:
        await at.begins()
        await at.limited(10)
        assert await _cost(at, 13) <= 2
        at.charger.received.clear()
        # After a boot, all is tried with the limit at hand.
        await RESETS[reset](at)
        await at.limited(9)
        assert at.charger.received_names.count("SetChargingProfile") > 10


async def test_a_new_connection_alone_resets_nothing(stage: Staging) -> None:
    async with stage(KINDS["errs and obeys"]) as at:
        await at.begins()
        await at.limited(10)
        async with at.without_link():
            pass
        assert await _cost(at, 9) <= 2


async def test_one_that_takes_limits_again_is_sent_them_as_before(
    stage: Staging,
) -> None:
    async with stage(KINDS["refuses"]) as at:
        await at.begins()
        assert not await at.limited(10)
        at.charger.behaviour = replace(at.charger.behaviour, limits=Limits())
        assert await at.limited(9)
        assert at.charger.offered_a() == 9
        at.charger.behaviour = KINDS["refuses"]
        assert await _cost(at, 13) > 5
