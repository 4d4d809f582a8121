"""Chargers that tell the start of a session again, by a clock that is wrong or was set in between."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from ocpp.v16 import call
import pytest

from tests.simulator.behaviour import Behaviour, Manners, Metering, Register
from tests.waiting import until

from .stage import Stage
from .truth import energy_is_exact, shown_and_true

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

UNSET = datetime(1970, 1, 1, tzinfo=UTC)
"""The time at which a clock begins that was never set."""


@pytest.mark.parametrize("register", [Register.LIFETIME, Register.SESSION])
@pytest.mark.parametrize("again", ["in the same words", "by a clock that was set"])
@pytest.mark.parametrize("boots", [False, True])
async def test_a_start_that_is_told_again_counts_once(
    stage: OnStage, boots: bool, again: str, register: Register
) -> None:
    behaviour = Behaviour(metering=Metering(register=register), manners=Manners())
    async with stage(behaviour) as at:
        await at.charger.plug_in()
        start = _start(at, UNSET.isoformat())
        answer = await at.charger.call(start)
        connector = at.charger.connectors[1]
        connector.transaction_id = answer.transaction_id
        connector.started_at = at.clock.now
        await at.limited(16)
        await at.lasts(60)
        first = at.evse().running_transaction
        assert first is not None
        if boots:
            await at.boots()
        if again != "in the same words":
            start = _told(start, at.clock.now.isoformat())
        repeated = await at.charger.call(start)
        assert repeated.transaction_id == answer.transaction_id
        await until(lambda: at.evse().running_transaction is not None)
        running = at.evse().running_transaction
        assert running is not None
        assert running.id == first.id
        for limit_a in (9, 13):
            await at.limited(limit_a)
            await at.lasts(60)
            shown_and_true(at)
            energy_is_exact(at)
        assert at.excess_s() <= 20
        await at.ends()
        energy_is_exact(at)


def _start(at: Stage, timestamp: str) -> call.StartTransaction:
    connector = at.charger.connectors[1]
    return call.StartTransaction(
        connector_id=1,
        id_tag=at.charger.own_tag,
        meter_start=round(at.charger.start_register_wh(connector)),
        timestamp=timestamp,
    )


def _told(start: call.StartTransaction, timestamp: str) -> call.StartTransaction:
    return call.StartTransaction(
        start.connector_id, start.id_tag, start.meter_start, timestamp
    )
