"""Sessions that outlast a restart of Home Assistant, and connections that are cut."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
import json

import pytest

from custom_components.ocpp.csms.events import (
    Event,
    TransactionEnded,
    TransactionStarted,
)
from tests.simulator.behaviour import Behaviour, Limits, Metering, Register
from tests.simulator.car import Car

from .stage import Stage
from .truth import energy_is_exact, shown_and_true

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

SWITCHES = {"ConnectorSwitch3to1PhaseSupported": "true"}
KINDS = {
    "every way": Behaviour(settings=SWITCHES),
    "by default": Behaviour(
        limits=Limits(purposes=frozenset({"TxDefaultProfile"})), settings=SWITCHES
    ),
    "by maximum": Behaviour(
        limits=Limits(purposes=frozenset({"ChargePointMaxProfile"}))
    ),
    "counting sessions": Behaviour(
        metering=Metering(register=Register.SESSION), settings=SWITCHES
    ),
}


def _profiles(at: Stage) -> Counter[str]:
    """Return how often each charging profile came."""
    return Counter(
        json.dumps(payload, sort_keys=True, default=str)
        for action, payload in at.charger.received
        if action == "SetChargingProfile"
    )


def _running(at: Stage) -> str:
    running = at.evse().running_transaction
    assert running is not None
    return running.id


@pytest.mark.parametrize(
    ("kind", "phases"),
    [*((kind, 3) for kind in KINDS), ("every way", 1), ("by default", 1)],
)
async def test_a_session_goes_on_as_it_was_after_a_restart_of_home_assistant(
    stage: OnStage, kind: str, phases: int
) -> None:
    async with stage(KINDS[kind]) as at:
        await at.begins()
        await at.limited(10, phases=phases)
        await at.lasts(120)
        began, transaction_id = at.evse().transaction, _running(at)
        at.charger.received.clear()
        await at.restarts()
        assert _running(at) == transaction_id
        await at.limited(10, phases=phases)
        await at.lasts(120)
        assert at.charger.offered_a() == 10
        assert at.car().phases_in_use == phases
        assert at.evse().meter.phases_in_use == phases
        assert at.excess_s() <= 20
        assert set(_profiles(at).values()) == {1}
        shown_and_true(at)
        energy_is_exact(at)
        await at.ends()
        energy_is_exact(at)
        ended = at.evse().transaction
        assert began is not None and ended is not None
        assert (ended.id, ended.started_at) == (began.id, began.started_at)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_pause_outlasts_a_restart_of_home_assistant(
    stage: OnStage, kind: str
) -> None:
    async with stage(KINDS[kind]) as at:
        await at.begins()
        await at.limited(10)
        await at.lasts(60)
        await at.limited(0)
        await at.lasts(60)
        transaction_id = _running(at)
        await at.restarts()
        await at.limited(0)
        await at.lasts(300)
        assert _running(at) == transaction_id
        assert at.excess_s() == 0
        shown_and_true(at)
        await at.limited(9)
        await at.lasts(60)
        assert at.charger.offered_a() == 9
        assert at.drawn_a() > 8
        energy_is_exact(at)


@pytest.mark.parametrize("kind", KINDS)
async def test_values_that_were_kept_through_a_cut(stage: OnStage, kind: str) -> None:
    async with stage(KINDS[kind]) as at:
        events: list[Event] = []
        at.station.subscribe_events(events.append)
        await at.begins()
        await at.limited(12)
        await at.lasts(120)
        transaction_id = _running(at)
        async with at.without_link():
            await at.lasts(180)
        assert _running(at) == transaction_id
        await at.lasts(60)
        shown_and_true(at)
        energy_is_exact(at)
        assert at.charger.offered_a() == 12
        assert at.charger.boots == 1
        await at.ends()
        energy_is_exact(at)
        kinds = [type(event) for event in events]
        assert kinds.count(TransactionStarted) == 1
        assert kinds.count(TransactionEnded) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_session_that_ended_and_another_that_began_during_a_cut(
    stage: OnStage, kind: str
) -> None:
    async with stage(KINDS[kind]) as at:
        events: list[Event] = []
        at.station.subscribe_events(events.append)
        await at.begins()
        await at.limited(12)
        await at.lasts(120)
        first = _running(at)
        async with at.without_link():
            await at.lasts(60)
            await at.ends()
            first_wh = at.charged_wh()
            await at.lasts(60)
            await at.begins(car=Car(max_current_a=9))
            second_at = at.clock.now
            await at.lasts(60)
        second = _running(at)
        assert second != first
        assert at.charger.connectors[1].transaction_id == int(second)
        ended = [event for event in events if isinstance(event, TransactionEnded)]
        assert [event.transaction.id for event in ended] == [first]
        assert ended[0].transaction.energy_wh == pytest.approx(first_wh, abs=1)
        running = at.evse().running_transaction
        assert running is not None
        assert running.started_at == second_at
        await at.limited(8)
        await at.lasts(60)
        shown_and_true(at)
        energy_is_exact(at)
        assert at.charger.offered_a() == 8
        await at.ends()
        energy_is_exact(at)
        kinds = [type(event) for event in events]
        assert kinds.count(TransactionStarted) == 2
        assert kinds.count(TransactionEnded) == 2
