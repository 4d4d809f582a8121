"""Two devices at one identity, and the charger that merely comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
import json
import socket
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.claims import SUSPICIOUS_TURNS
from custom_components.ocpp.csms.devices.claimants import Claimant, Decision, differ
from custom_components.ocpp.csms.devices.station_info import StationInfo
from custom_components.ocpp.csms.errors import CallFailedError
from custom_components.ocpp.csms.memory import Memory
from custom_components.ocpp.csms.server.takeovers import MOST_HELD
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.csms.bench import Clock
from tests.simulator.dead_peer import half_open, masked
from tests.timers import Timers
from tests.waiting import until

HERE, THERE = "127.0.0.1", "127.0.0.2"
BOOT = {"chargePointVendor": "Make", "chargePointModel": "One"}


class Device:
    """A device that answers calls, and says what a test has it say."""

    def __init__(self, socket: ClientConnection) -> None:
        """Initialize on an open websocket."""
        self.socket = socket
        self.calls: list[str] = []
        self._answers: dict[str, asyncio.Future[Any]] = {}

    async def serve(self) -> None:
        """Answer calls until the socket closes."""
        try:
            async for text in self.socket:
                match json.loads(text):
                    case [2, message_id, action, _]:
                        self.calls.append(action)
                        refusal = [4, message_id, "NotSupported", "", {}]
                        await self.socket.send(json.dumps(refusal))
                    case [_, message_id, *answer]:
                        self._answers[message_id].set_result(answer)
        except ConnectionClosed:
            pass

    async def ask(self, action: str, payload: dict[str, Any]) -> Any:
        """Call, and return the answer or the error."""
        message_id = str(uuid4())
        answer = self._answers[message_id] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(30):
            return (await answer)[0]

    async def boot(self, **other: str) -> str:
        """Announce itself, and return its registration."""
        return str((await self.ask("BootNotification", BOOT | other))["status"])

    async def meter(self, register_wh: int) -> None:
        """Report the register."""
        sample = {
            "value": str(register_wh),
            "measurand": "Energy.Active.Import.Register",
        }
        value = {"timestamp": datetime.now(UTC).isoformat(), "sampledValue": [sample]}
        await self.ask("MeterValues", {"connectorId": 1, "meterValue": [value]})

    async def start(self, register_wh: int) -> Any:
        """Start a session."""
        now = datetime.now(UTC).isoformat()
        told = {
            "connectorId": 1,
            "idTag": "A",
            "meterStart": register_wh,
            "timestamp": now,
        }
        return await self.ask("StartTransaction", told)


@asynccontextmanager
async def device(
    system: CentralSystem, address: str = HERE, identity: str = "CP1"
) -> AsyncIterator[Device]:
    """Connect a device."""
    async with connect(
        f"ws://127.0.0.1:{system.port}/{identity}",
        subprotocols=[Subprotocol("ocpp1.6")],
        local_addr=(address, 0),
        compression=None,
        ping_interval=None,
    ) as socket:
        connected = Device(socket)
        serving = asyncio.create_task(connected.serve())
        yield connected
        await socket.close()
        await serving


@pytest.fixture
async def system() -> AsyncIterator[CentralSystem]:
    """A central system with a charger that is adopted."""
    system = CentralSystem()
    await system.start("127.0.0.1", 0)
    system.adopt("CP1")
    yield system
    await system.stop()


def total_wh(station: ChargingStation) -> float | None:
    """Return what was counted."""
    return station.snapshot.evse(1).ledger.total_wh


@pytest.mark.parametrize(
    ("address", "other"),
    [
        (HERE, {}),
        (THERE, {}),
        (HERE, {"chargePointModel": "Two"}),
        (THERE, {"chargePointVendor": "Taker"}),
        (HERE, {"chargePointSerialNumber": "2"}),
    ],
    ids=["same", "address", "model", "make", "serial"],
)
async def test_an_intruder_changes_nothing(
    system: CentralSystem, address: str, other: dict[str, str]
) -> None:
    station = system.stations["CP1"]
    async with device(system) as real:
        assert await real.boot(chargePointSerialNumber="1") == "Accepted"
        await real.start(1000)
        await real.meter(1010)
        counted = total_wh(station)
        async with device(system, address) as intruder:
            await intruder.boot(**other)
            await intruder.meter(60_000)
            started = await intruder.start(60_000)
            assert "transactionId" not in started
            transaction = station.snapshot.evse(1).running_transaction
            assert transaction is not None
            stop = {
                "transactionId": int(transaction.id),
                "meterStop": 60_000,
                "timestamp": datetime.now(UTC).isoformat(),
            }
            await intruder.ask("StopTransaction", stop)
            rival = station.snapshot.rival
            assert rival is not None
            assert rival.address == address
            assert rival.info is not None
            assert station.snapshot.evse(1).running_transaction is not None
            assert total_wh(station) == counted
            # The charger goes on as before, and is the one that is told what to do.
            asked = len(intruder.calls)
            await real.meter(1020)
            assert total_wh(station) == (counted or 0) + 10
            with pytest.raises(CallFailedError):
                await station.commands.get_settings()
            assert real.calls[-1] == "GetConfiguration"
            assert len(intruder.calls) == asked
        # An intruder that goes leaves its trace.
        assert station.snapshot.rival is not None
        assert await real.ask("Heartbeat", {})


@asynccontextmanager
async def mute(
    system: CentralSystem, address: str = HERE
) -> AsyncIterator[socket.socket]:
    """Connect a charger that has announced itself and whose network then fails."""
    with half_open(system.port, "CP1", address) as dead:
        dead.sendall(masked(json.dumps([2, "1", "BootNotification", BOOT]).encode()))
        await until(lambda: system.stations["CP1"].snapshot.info)
        yield dead


@pytest.mark.parametrize("address", [HERE, THERE], ids=["same", "new"])
async def test_a_charger_whose_network_failed_is_no_rival(
    system: CentralSystem, address: str
) -> None:
    station = system.stations["CP1"]
    async with mute(system):
        for firmware in ("1.0", "1.1"):
            async with device(system, address) as back:
                assert await back.boot(firmwareVersion=firmware) == "Accepted"
                await back.meter(1000)
                assert total_wh(station) is not None
                assert station.snapshot.rival is None
    assert not station.claims.take_turns


async def test_a_charger_that_restarts_beside_its_old_connection_is_no_rival(
    system: CentralSystem,
) -> None:
    station = system.stations["CP1"]
    async with device(system) as old:
        await old.boot()
        async with device(system) as new:
            await new.boot()
            await until(lambda: station.snapshot.rival)
            await old.socket.close()
            await until(lambda: station.snapshot.rival is None)
            assert await new.boot() == "Accepted"
            await new.meter(1000)
            assert total_wh(station) is not None


async def test_the_known_charger_is_served_when_it_comes_back(
    system: CentralSystem,
) -> None:
    station = system.stations["CP1"]
    async with device(system) as real:
        await real.boot()
    async with device(system, THERE) as intruder:
        assert await intruder.boot() == "Accepted"
        async with device(system) as real:
            assert await real.boot() == "Accepted"
            await until(lambda: station.snapshot.rival)
            assert station.snapshot.rival == Claimant(THERE, station.snapshot.info)
            assert await intruder.boot() == "Pending"
            await real.meter(1000)
            await intruder.meter(60_000)
            assert station.snapshot.evse(1).meter.energy_wh == 1000


async def test_an_intruder_that_says_nothing_at_first_is_found_out(
    system: CentralSystem,
) -> None:
    """Some chargers dial before they hang up, and wait to be cut."""
    station = system.stations["CP1"]
    async with device(system) as real:
        await real.boot()
        async with device(system) as intruder:
            await real.socket.wait_closed()
            async with device(system) as real_again:
                assert await real_again.boot() == "Accepted"
                await until(lambda: station.snapshot.rival)
                assert await intruder.boot() == "Pending"
                await intruder.meter(60_000)
                await real_again.meter(1000)
                assert station.snapshot.evse(1).meter.energy_wh == 1000


async def test_an_owner_tells_of_a_replacement(system: CentralSystem) -> None:
    station = system.stations["CP1"]
    async with device(system) as old:
        await old.boot()
        await old.meter(5000)
        await old.meter(6000)
    counted = total_wh(station)
    async with device(system, THERE) as new:
        assert await new.boot(chargePointModel="Two") == "Pending"
        await new.meter(70_000)
        assert total_wh(station) == counted
        system.decide("CP1", Decision.REPLACEMENT)
        await new.socket.wait_closed()
    assert station.snapshot.rival is None
    async with device(system, THERE) as new:
        assert await new.boot(chargePointModel="Two") == "Accepted"
        # Its register begins where it is.
        await new.meter(71_000)
        await new.meter(71_500)
        assert total_wh(station) == (counted or 0) + 500
    async with device(system) as old:
        assert await old.boot() == "Pending"
        assert station.snapshot.rival is not None


@pytest.mark.parametrize("decision", [Decision.INTRUDER, Decision.SHARED_NAME])
async def test_an_owner_turns_a_device_away(
    system: CentralSystem, decision: Decision
) -> None:
    station = system.stations["CP1"]
    async with device(system) as real:
        await real.boot()
        for _ in range(2):
            async with device(system, THERE) as other:
                assert await other.boot(chargePointModel="Two") == "Pending"
                system.decide("CP1", decision)
                assert station.snapshot.rival is None
                await other.socket.wait_closed()
    # It is not told of again, not even after a restart.
    memory = station.memory
    system.release("CP1")
    station = system.adopt("CP1", memory=memory)
    async with device(system, THERE) as other:
        assert await other.boot(chargePointModel="Two") == "Pending"
        assert station.snapshot.rival is None
    async with device(system) as real:
        assert await real.boot() == "Accepted"
    async with device(system, "127.0.0.3") as third:
        await third.boot(chargePointModel="Three")
        assert station.snapshot.rival is not None


@pytest.mark.parametrize("info", [StationInfo("Make", "One"), None])
async def test_devices_that_take_turns_are_told_of(info: StationInfo | None) -> None:
    """Both answer nothing but pings."""
    system = CentralSystem(timeouts=Timeouts(proof_s=0.1))
    await system.start("127.0.0.1", 0)
    station = system.adopt("CP1", memory=Memory(info))
    url = f"ws://127.0.0.1:{system.port}/CP1"
    async with AsyncExitStack() as stack:
        present = await stack.enter_async_context(connect(url, compression=None))
        turns = 0
        while station.snapshot.rival is None:
            newest = await stack.enter_async_context(connect(url, compression=None))
            await until(
                lambda: present.state is State.CLOSED or station.snapshot.rival  # noqa: B023
            )
            present, turns = newest, turns + 1
        assert turns == SUSPICIOUS_TURNS + 1
        # From then on, the one that is there stays.
        assert newest.state is State.OPEN
    await system.stop()


async def test_only_so_many_are_held(system: CentralSystem) -> None:
    station = system.stations["CP1"]
    async with device(system) as real, AsyncExitStack() as stack:
        await real.boot()
        others = []
        for _ in range(3 * MOST_HELD):
            other = await stack.enter_async_context(device(system, THERE))
            await other.boot(chargePointModel="Two")
            others.append(other)
        open_ones = [other for other in others if other.socket.state is State.OPEN]
        assert len(open_ones) <= MOST_HELD
        await real.meter(1000)
    await until(lambda: not station.connected)


async def test_what_another_device_does_wrong_is_none_of_the_chargers_faults(
    system: CentralSystem,
) -> None:
    station = system.stations["CP1"]
    async with device(system) as real:
        await real.boot()
        async with device(system, THERE) as other:
            await other.boot(chargePointModel="Two")
            faults = station.faults.total()
            await other.ask("Dance", {})
            await other.start(1)
            await real.ask("Heartbeat", {})
            assert station.faults.total() == faults


async def test_a_device_at_a_new_address_is_asked_what_it_is(
    system: CentralSystem, timers: Timers
) -> None:
    async with device(system) as real:
        await real.boot()
    async with device(system, THERE) as other:
        await other.ask("Heartbeat", {})
        timers.elapse(Timeouts().boot_s)
        await until(lambda: "TriggerMessage" in other.calls)


def test_firmware_and_spelling_make_no_other_device() -> None:
    known = StationInfo("Make", "One", "1", "1.0")
    assert not differ(known, StationInfo("MAKE ", "one", "1", "2.0"))
    assert not differ(known, StationInfo("Make", "One"))
    assert not differ(None, known)
    assert differ(known, StationInfo("Make", "One", "2", "1.0"))
    assert differ(known, StationInfo("Make", "Two", "1", "1.0"))


async def test_a_charger_that_gets_ever_new_addresses_is_no_rival(
    system: CentralSystem,
) -> None:
    station = system.stations["CP1"]
    for number in range(1, 9):
        async with device(system, f"127.0.0.{number}") as mobile:
            assert await mobile.boot() == "Accepted"
            assert station.snapshot.rival is None


async def test_devices_that_take_turns_slowly_are_told_of() -> None:
    clock = Clock()
    system = CentralSystem(clock=clock)
    await system.start("127.0.0.1", 0)
    station = system.adopt("CP1")
    for _ in range(3):
        for address in (HERE, THERE):
            async with device(system, address) as one:
                await one.boot()
            await until(lambda: not station.connected)
            clock.ahead += timedelta(minutes=8)
    assert station.snapshot.rival is not None
    assert station.snapshot.rival.address == THERE
    await system.stop()


async def test_a_stranger_with_two_connections_that_dial_again_is_let_settle() -> None:
    system = CentralSystem()
    await system.start(HERE, 0)
    url = f"ws://{HERE}:{system.port}/CP1"
    answered = [0, 0]

    async def dial(number: int) -> None:
        while True:
            protocols = [Subprotocol("ocpp1.6")]
            async with connect(url, subprotocols=protocols) as websocket:
                device = Device(websocket)
                serving = asyncio.create_task(device.serve())
                asking = asyncio.create_task(ask_on(device, number))
                await serving
                asking.cancel()
                answered[number] = 0

    async def ask_on(device: Device, number: int) -> None:
        while True:
            await device.boot()
            answered[number] += 1

    dialling = [asyncio.create_task(dial(number)) for number in range(2)]
    await until(lambda: min(answered) >= 20)
    for task in dialling:
        task.cancel()
    station = system.stations["CP1"]
    assert station.snapshot.rival is None
    await system.stop()


@pytest.mark.parametrize("asks", [True, False])
async def test_an_adopted_charger_that_cannot_be_asked_to_boot_is_cut_once(
    asks: bool,
) -> None:
    system = CentralSystem()
    await system.start(HERE, 0)
    url = f"ws://{HERE}:{system.port}/CP1"
    async with connect(url, subprotocols=[Subprotocol("ocpp1.6")]) as websocket:
        device = Device(websocket)
        serving = asyncio.create_task(device.serve())
        assert await device.boot() == "Pending"
        system.adopt("CP1")
        if asks:
            # It was about to boot again anyway.
            assert await device.boot() == "Accepted"
        else:
            await serving
            assert "TriggerMessage" in device.calls
    async with connect(url, subprotocols=[Subprotocol("ocpp1.6")]) as websocket:
        device = Device(websocket)
        serving = asyncio.create_task(device.serve())
        assert await device.boot() == "Accepted"
        serving.cancel()
    await system.stop()
