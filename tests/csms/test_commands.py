"""Commands to a place: a charger, an EVSE, or one of its connectors."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from custom_components.ocpp.csms.commands import Commands
from custom_components.ocpp.csms.errors import NotConnectedError, RejectedError
from custom_components.ocpp.csms.model import (
    STATION,
    Address,
    Availability,
    ResetKind,
    Trigger,
)
from custom_components.ocpp.csms.ocppj.framing import Payload
from tests.simulator.charger import simulated_charger
from tests.waiting import until

from .bench import Bench
from .raw_charger import raw_charger
from .versions.stub import StubCharger, stub_charger

INOPERATIVE = Availability.INOPERATIVE

type Give = Callable[[Commands], Awaitable[None]]


async def _report(charger: StubCharger, connector_id: int, state: str) -> None:
    payload: Payload = {
        "timestamp": "2026-06-01T12:00:00Z",
        "evseId": 1,
        "connectorId": connector_id,
        "connectorStatus": state,
    }
    await charger.call("StatusNotification", payload)


@pytest.mark.parametrize(
    ("give", "action", "payload"),
    [
        (
            lambda commands: commands.reset(ResetKind.SOFT),
            "Reset",
            {"type": "OnIdle"},
        ),
        (
            lambda commands: commands.reset(ResetKind.HARD, Address(1)),
            "Reset",
            {"type": "Immediate", "evseId": 1},
        ),
        (
            lambda commands: commands.unlock(Address(1)),
            "UnlockConnector",
            {"evseId": 1, "connectorId": 2},
        ),
        (
            lambda commands: commands.unlock(Address(1, 1)),
            "UnlockConnector",
            {"evseId": 1, "connectorId": 1},
        ),
        (
            lambda commands: commands.change_availability(STATION, INOPERATIVE),
            "ChangeAvailability",
            {"operationalStatus": "Inoperative"},
        ),
        (
            lambda commands: commands.change_availability(Address(1, 2), INOPERATIVE),
            "ChangeAvailability",
            {
                "operationalStatus": "Inoperative",
                "evse": {"id": 1, "connectorId": 2},
            },
        ),
        (
            lambda commands: commands.trigger(Trigger.METER_VALUES, Address(1)),
            "TriggerMessage",
            {"requestedMessage": "TransactionEvent", "evse": {"id": 1}},
        ),
    ],
)
async def test_a_command_reaches_its_place(
    stub_bench: Bench, give: Give, action: str, payload: Payload
) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        await _report(charger, 1, "Available")
        await _report(charger, 2, "Occupied")
        charger.calls.clear()
        with pytest.raises(RejectedError):
            await give(stub_bench.station.commands)
        assert (action, payload) in charger.calls


async def test_what_a_version_cannot_do_is_refused(
    bench: Bench, stub_bench: Bench
) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        with pytest.raises(RejectedError):
            await stub_bench.station.commands.trigger(Trigger.DIAGNOSTICS_STATUS)
    async with simulated_charger(bench.url, "CP1") as simulated:
        await simulated.boot()
        with pytest.raises(RejectedError):
            await bench.station.commands.reset(ResetKind.SOFT, Address(1))
        assert not [name for name, _ in simulated.received if name == "Reset"]


async def test_a_charger_that_is_gone_before_it_answers_has_been_reset() -> None:
    async with raw_charger() as charger:
        resetting = asyncio.create_task(charger.station.commands.reset(ResetKind.SOFT))
        listening = asyncio.create_task(charger.listen())
        await until(lambda: "Reset" in charger.called)
        await charger.socket.close()
        await resetting
        await listening
        with pytest.raises(NotConnectedError):
            await charger.station.commands.reset(ResetKind.SOFT)
