"""Bad input from chargers, over a socket: nothing crashes, nobody else notices, and the report names it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import CallTimeoutError
from custom_components.ocpp.csms.model import Registration, ResetKind
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.server.admission import ConnectionLimits
from custom_components.ocpp.csms.station import ChargingStation
from tests.csms.bench import PATIENT
from tests.simulator.charger import SimulatedCharger, simulated_charger
from tests.simulator.dead_peer import half_open
from tests.timers import Timers
from tests.waiting import until

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
START = {
    "connectorId": 1,
    "idTag": "TAG",
    "meterStart": 1000,
    "timestamp": "2026-06-01T12:00:00Z",
}
STOP = {
    "transactionId": 4711,
    "meterStop": 2000,
    "timestamp": "2026-06-01T12:00:00Z",
}


class Bad:
    """A charger that is up to no good, and one beside it that charges."""

    def __init__(
        self, socket: ClientConnection, system: CentralSystem, good: SimulatedCharger
    ) -> None:
        """Initialize on an open socket."""
        self.socket = socket
        self.system = system
        self.good = good
        self._calls = 0

    @property
    def station(self) -> ChargingStation:
        return self.system.stations["BAD"]

    async def send(self, text: str) -> None:
        await self.socket.send(text)

    async def call(self, action: str, payload: dict[str, Any]) -> Any:
        """Call, and return the answering frame; what is asked meanwhile gets no answer."""
        self._calls += 1
        message_id = f"bad {self._calls}"
        await self.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(60):
            while (frame := json.loads(await self.socket.recv()))[1] != message_id:
                pass
        return frame

    async def is_named(self, fault: Fault) -> None:
        """Make sure that the fault is named, the connection stands, and nobody else has noticed."""
        assert (await self.call("Heartbeat", {}))[0] == 3
        assert self.station.faults[fault] == 1
        assert len(self.station.faults.examples[fault]) == 1
        self.good.advance(10)
        await self.good.meter()
        neighbour = self.system.stations["GOOD"]
        running = neighbour.snapshot.evse(1).running_transaction
        assert running is not None
        assert running.energy_wh == round(self.good.connectors[1].energy_wh)
        assert not neighbour.faults


@pytest.fixture
async def bad(timers: Timers) -> AsyncIterator[Bad]:
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        timeouts=PATIENT,
        limits=ConnectionLimits(frames=100, frames_per_s=500),
    )
    system.adopt("BAD")
    await system.start("127.0.0.1", 0)
    url = f"ws://127.0.0.1:{system.port}"
    protocols = [Subprotocol("ocpp1.6")]
    async with (
        simulated_charger(url, "GOOD") as good,
        connect(f"{url}/BAD", subprotocols=protocols) as socket,
    ):
        await good.boot()
        await until(lambda: ("TxDefaultProfile", 0) in good.connectors[1].profiles)
        await good.plug_in()
        await good.start_session()
        yield Bad(socket, system, good)
    await system.stop()


@pytest.mark.parametrize(
    "text", ["no JSON", "[2,", '{"a": 1}', "[]", '[2, "x", "Heartbeat", {}']
)
async def test_invalid_json(bad: Bad, text: str) -> None:
    await bad.send(text)
    await bad.is_named(Fault.MALFORMED_FRAME)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"connectorId": "1"}, id="wrong type"),
        pytest.param({"vendorId": "x" * 5000}, id="over-long"),
        pytest.param({"status": "Dreaming"}, id="unknown enumeration value"),
        pytest.param({"colour": "blue"}, id="extra field"),
        pytest.param({"timestamp": "yesterday"}, id="no time"),
    ],
)
async def test_violations_that_can_be_lived_with(
    bad: Bad, change: dict[str, Any]
) -> None:
    assert (await bad.call("StatusNotification", {**STATUS, **change}))[0] == 3
    await bad.is_named(Fault.SCHEMA_VIOLATION)


async def test_empty_lists(bad: Bad) -> None:
    values = {"connectorId": 1, "meterValue": []}
    assert (await bad.call("MeterValues", values))[0] == 3
    await bad.is_named(Fault.SCHEMA_VIOLATION)


async def test_what_is_needed_is_missing(bad: Bad) -> None:
    status = {"connectorId": 1, "errorCode": "NoError"}
    assert (await bad.call("StatusNotification", status))[0] == 3
    await bad.is_named(Fault.SCHEMA_VIOLATION)


@pytest.mark.parametrize("timestamp", ["1970-01-01T00:00:00Z", "2106-02-07T06:28:15Z"])
async def test_impossible_times(bad: Bad, timestamp: str) -> None:
    assert (await bad.call("StartTransaction", {**START, "timestamp": timestamp}))[
        0
    ] == 3
    running = bad.station.snapshot.evse(1).running_transaction
    assert running is not None
    assert abs((running.started_at - datetime.now(UTC)).total_seconds()) < 60
    await bad.is_named(Fault.WRONG_CLOCK)


@pytest.mark.parametrize(
    ("count", "shown"),
    [("1634030126", "1634030126"), ("0", "0"), ("many", "**REDACTED**")],
)
async def test_absurd_settings(bad: Bad, count: str, shown: str) -> None:
    async with simulated_charger(
        f"ws://127.0.0.1:{bad.system.port}",
        "ABSURD",
        settings={"NumberOfConnectors": count},
    ) as charger:
        await charger.boot()
        faults = bad.system.stations["ABSURD"].faults
        await until(lambda: faults[Fault.UNUSABLE_SETTING])
        assert faults.examples[Fault.UNUSABLE_SETTING] == [
            f"NumberOfConnectors: {shown}"
        ]


def _register(value: str) -> dict[str, Any]:
    sampled = {"measurand": "Energy.Active.Import.Register", "value": value}
    now = datetime.now(UTC).isoformat()
    return {
        "connectorId": 1,
        "meterValue": [{"timestamp": now, "sampledValue": [sampled]}],
    }


@pytest.mark.parametrize("value", ["NaN", "", "inf", "twelve", "-1000"])
async def test_values_that_are_none(bad: Bad, value: str) -> None:
    await bad.call("MeterValues", _register(value))
    assert not bad.station.snapshot.evse(1).ledger.total_wh
    await bad.is_named(Fault.UNUSABLE_VALUE)


async def test_a_negative_meter_at_the_start(bad: Bad) -> None:
    await bad.call("StartTransaction", {**START, "meterStart": -1000})
    await bad.is_named(Fault.UNUSABLE_VALUE)


async def test_a_register_that_jumps_back(bad: Bad) -> None:
    now = datetime.now(UTC).isoformat()
    await bad.call("StartTransaction", {**START, "timestamp": now})
    for value in ("1500", "1400", "1600"):
        await bad.call("MeterValues", _register(value))
    assert bad.station.snapshot.evse(1).ledger.total_wh == 1600
    await bad.is_named(Fault.FALLING_REGISTER)


async def test_an_end_without_a_beginning(bad: Bad) -> None:
    assert (await bad.call("StopTransaction", STOP))[0] == 3
    await bad.is_named(Fault.UNKNOWN_TRANSACTION)


async def test_two_starts_in_a_second(bad: Bad) -> None:
    now = datetime.now(UTC).isoformat()
    answers = [
        await bad.call(
            "StartTransaction", {**START, "timestamp": now, "idTag": f"TAG {number}"}
        )
        for number in range(2)
    ]
    first, second = [answer[2]["transactionId"] for answer in answers]
    assert first != second
    running = bad.station.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.id == str(second)
    await bad.is_named(Fault.UNENDED_TRANSACTION)


async def test_answers_to_calls_never_made(bad: Bad) -> None:
    await bad.send('[3,"never made",{}]')
    await bad.is_named(Fault.LATE_ANSWER)


async def test_no_answer_at_all(bad: Bad, timers: Timers) -> None:
    reset = asyncio.create_task(bad.station.commands.reset(ResetKind.SOFT))
    assert json.loads(await bad.socket.recv())[2] == "Reset"
    timers.elapse(bad.station.capabilities.call_timeout_s)
    with pytest.raises(CallTimeoutError):
        await reset
    await bad.is_named(Fault.NO_ANSWER)


async def test_a_socket_that_was_left_open(bad: Bad, timers: Timers) -> None:
    port = bad.system.port
    with half_open(port, "LEFT"):
        await until(lambda: "LEFT" in bad.system.stations)
        async with simulated_charger(f"ws://127.0.0.1:{port}", "LEFT") as charger:
            with timers.stopped():
                assert await charger.boot() == "Accepted"
            faults = bad.system.stations["LEFT"].faults
            assert faults[Fault.ABANDONED_CONNECTION] == 1
            assert faults.none_of_its_own


async def test_a_thousand_frames_a_second(bad: Bad) -> None:
    async def drain() -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await bad.socket.recv()

    draining = asyncio.create_task(drain())
    for number in range(1000):
        await bad.send(json.dumps([2, f"flood {number}", "Heartbeat", {}]))
    await until(lambda: bad.station.faults[Fault.FLOOD])
    await bad.good.heartbeat()
    draining.cancel()
