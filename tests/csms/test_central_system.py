"""The central system on a real socket: who gets in, who wins, who goes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import ssl
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.events import (
    AwaitingAdoption,
    Booted,
    Event,
    TokenShown,
    TransactionEnded,
    TransactionStarted,
)
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.ocppj.message_log import Direction
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.server.admission import ConnectionLimits
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.simulator.charger import simulated_charger
from tests.timers import Timers
from tests.waiting import until

BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


@asynccontextmanager
async def raw(
    url: str, path: str = "/CP1", **options: Any
) -> AsyncIterator[ClientConnection]:
    """Connect without any charger behind."""
    options.setdefault("subprotocols", [Subprotocol("ocpp1.6")])
    async with connect(f"{url}{path}", compression=None, **options) as websocket:
        yield websocket


async def ask(websocket: ClientConnection, text: str) -> Any:
    """Send a text and return the next frame that is no call."""
    await websocket.send(text)
    async with asyncio.timeout(60):
        while (frame := json.loads(await websocket.recv()))[0] == 2:
            pass
    return frame


async def _drain(websocket: ClientConnection) -> None:
    while True:
        await websocket.recv()


@pytest.mark.parametrize(
    "path",
    ["/CP1", "/steve/websocket/CentralSystemService/CP1", "/CP%31?x=1", "/a/CP1/"],
)
async def test_any_prefix_leads_to_the_charger(
    central_system: CentralSystem, url: str, path: str
) -> None:
    async with raw(url, path):
        await until(lambda: "CP1" in central_system.stations)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 404), ("/a%00", 400), (f"/{'x' * 200}", 414), (f"/{'x' * 10_000}", 414)],
)
async def test_an_impossible_identity_is_refused_and_logged_once(
    central_system: CentralSystem,
    url: str,
    path: str,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(3):
        with pytest.raises(InvalidStatus) as refusal:
            async with raw(url, path):
                pass
        assert refusal.value.response.status_code == status
    assert caplog.text.count("Connection refused") == 1
    assert not central_system.stations


async def test_no_http_at_all_is_no_harm(
    central_system: CentralSystem, url: str
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", central_system.port)
    writer.write(b"\x16\x03\x01\x02 hello\r\n\r\n")
    assert await reader.read() == b""
    writer.close()
    async with raw(url):
        pass


async def test_the_subprotocol_is_agreed_on(
    central_system: CentralSystem, url: str
) -> None:
    for offered, agreed in (
        (["ocpp1.6", "ocpp2.0.1", "ocpp2.1"], "ocpp2.1"),
        (["ocpp1.6", "ocpp2.0.1"], "ocpp2.0.1"),
        (["ocpp1.5", "ocpp1.6"], "ocpp1.6"),
    ):
        offers = [Subprotocol(name) for name in offered]
        async with raw(url, subprotocols=offers) as websocket:
            assert websocket.subprotocol == agreed
    async with raw(url, subprotocols=None) as websocket:
        assert websocket.subprotocol is None
        assert (await ask(websocket, '[2,"1","Heartbeat",{}]'))[0] == 3


async def test_without_a_common_version_the_socket_is_closed(
    central_system: CentralSystem, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """OCPP-J 1.6, 3.3: complete the handshake without a subprotocol, then close."""
    async with raw(url, subprotocols=[Subprotocol("ocpp9.9")]) as websocket:
        with pytest.raises(ConnectionClosed):
            await websocket.recv()
    assert "ocpp9.9" in caplog.text
    assert not central_system.stations


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no JSON", "FormationViolation"),
        ('{"no": "list"}', "FormationViolation"),
        ('[2,"1","Dance",{}]', "NotImplemented"),
    ],
)
async def test_malformed_frames_are_answered_and_nothing_is_lost(
    central_system: CentralSystem, url: str, text: str, code: str
) -> None:
    async with raw(url) as websocket:
        assert (await ask(websocket, text))[2] == code
        assert (await ask(websocket, '[2,"2","Heartbeat",{}]'))[1] == "2"


async def test_binary_frames_are_read_like_text(
    central_system: CentralSystem, url: str
) -> None:
    async with raw(url) as websocket:
        await websocket.send(b'[2,"1","Heartbeat",{}]')
        assert json.loads(await websocket.recv())[:2] == [3, "1"]
        await websocket.send(b"\xff\xfe")
        assert json.loads(await websocket.recv())[0] == 4


async def test_a_frame_that_is_too_large_ends_that_connection_alone(
    central_system: CentralSystem, url: str
) -> None:
    async with raw(url, "/LARGE") as large, raw(url, "/OTHER") as other:
        await large.send(f'[2,"1","Heartbeat",{{"x":"{"x" * 2**20}"}}]')
        with pytest.raises(ConnectionClosed) as closed:
            await large.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        assert (await ask(other, '[2,"2","Heartbeat",{}]'))[0] == 3
    assert central_system.stations["LARGE"].faults[Fault.OVERSIZED_FRAME] == 1


async def test_the_newest_socket_wins_at_once(
    central_system: CentralSystem, url: str
) -> None:
    async with raw(url) as old:
        await ask(old, '[2,"1","Heartbeat",{}]')
        station = central_system.stations["CP1"]
        async with raw(url) as new:
            assert (await ask(new, '[2,"2","Heartbeat",{}]'))[1] == "2"
            with pytest.raises(ConnectionClosed):
                await old.recv()
            # The end of the old socket has not touched the new one.
            assert (await ask(new, '[2,"3","Heartbeat",{}]'))[1] == "3"
            assert central_system.stations["CP1"] is station
            assert station.connected
        await until(lambda: not station.connected)


async def test_a_call_ends_with_its_socket(
    central_system: CentralSystem, url: str
) -> None:
    async with raw(url) as old:
        await ask(old, '[2,"1","Heartbeat",{}]')
        station = central_system.stations["CP1"]
        call = asyncio.create_task(station.call("ClearCache", {}))
        await old.recv()
        async with raw(url) as new:
            await ask(new, '[2,"2","Heartbeat",{}]')
            with pytest.raises(Exception, match="not connected"):
                await call


@asynccontextmanager
async def running(**options: Any) -> AsyncIterator[tuple[CentralSystem, str]]:
    """Run a central system of one's own, and tell where chargers reach it."""
    system = CentralSystem(**options)
    await system.start("127.0.0.1", 0)
    yield system, f"ws://127.0.0.1:{system.port}"
    await system.stop()


@pytest.fixture
async def strict() -> AsyncIterator[CentralSystem]:
    """A central system that holds unknown chargers pending."""
    async with running() as (system, _):
        yield system


async def test_a_stranger_is_held_pending_and_adopted_on_its_socket(
    strict: CentralSystem,
) -> None:
    events: list[Event] = []
    strict.subscribe(lambda _, event: events.append(event))
    async with simulated_charger(f"ws://127.0.0.1:{strict.port}", "NEW") as charger:
        assert await charger.boot() == "Pending"
        assert any(isinstance(event, Booted) for event in events)
        # Its connectors are counted while it waits.
        await charger.wait_for("GetConfiguration")
        await until(lambda: AwaitingAdoption("NEW") in events)
        assert strict.stations["NEW"].snapshot.evses.keys() == {1}
        assert not any(name == "SetChargingProfile" for name, _ in charger.received)
        station = strict.adopt("NEW")
        assert (await charger.wait_for("TriggerMessage"))[
            "requested_message"
        ] == "BootNotification"
        await until(lambda: charger.registration == "Accepted")
        assert strict.stations["NEW"] is station
        assert station.connected


async def test_a_stranger_may_not_charge(strict: CentralSystem) -> None:
    async with simulated_charger(f"ws://127.0.0.1:{strict.port}", "NEW") as charger:
        await charger.boot()
        await charger.plug_in()
        await charger.start_session()
        assert strict.stations["NEW"].snapshot.evse(1).running_transaction is None


async def test_unknown_chargers_that_left_are_forgotten(strict: CentralSystem) -> None:
    async with raw(f"ws://127.0.0.1:{strict.port}", "/NEW"):
        await until(lambda: "NEW" in strict.stations)
    await until(lambda: "NEW" not in strict.stations)


async def test_only_so_many_unknown_chargers_wait() -> None:
    async with running(limits=ConnectionLimits(unknown_chargers=2)) as (system, url):
        system.adopt("OWN")
        async with raw(url, "/A"), raw(url, "/B"):
            await until(lambda: {"A", "B"} <= system.stations.keys())
            with pytest.raises(InvalidStatus) as refusal:
                await connect(f"{url}/C")
            assert refusal.value.response.status_code == 503
            async with raw(url, "/OWN"), raw(url, "/A"):
                pass


async def test_one_address_cannot_keep_all_places_of_unknown_chargers() -> None:
    async with (
        running(limits=ConnectionLimits(unknown_chargers=3)) as (system, url),
        raw(url, "/A"),
        raw(url, "/B"),
        raw(url, "/C") as last,
    ):
        await until(lambda: {"A", "B", "C"} <= system.stations.keys())
        async with raw(url, "/NEW", local_addr=("127.0.0.2", 0)):
            await last.wait_closed()
            await until(lambda: system.stations.keys() == {"A", "B", "NEW"})
            for address in ("127.0.0.1", "127.0.0.2"):
                with pytest.raises(InvalidStatus):
                    await connect(f"{url}/D", local_addr=(address, 0))


async def test_a_silent_charger_is_asked_to_announce_itself() -> None:
    """After our restart, most chargers go on without booting."""
    timeouts = Timeouts(boot_s=0.05)
    async with (
        running(unknown_chargers=Registration.ACCEPTED, timeouts=timeouts) as (
            system,
            url,
        ),
        simulated_charger(url, "CP1") as charger,
    ):
        asked = await charger.wait_for("TriggerMessage")
        assert asked["requested_message"] == "BootNotification"
        await until(lambda: system.stations["CP1"].snapshot.info is not None)
        await charger.wait_for("GetConfiguration")


async def test_a_charger_that_never_announces_itself_is_set_up_all_the_same() -> None:
    timeouts = Timeouts(boot_s=0.02)
    async with running(timeouts=timeouts) as (system, url):
        introduced: list[Event] = []
        system.subscribe(lambda _, event: introduced.append(event))
        async with raw(url) as websocket:
            actions = []
            while "GetConfiguration" not in actions:
                frame = json.loads(await websocket.recv())
                actions.append(frame[2])
                await websocket.send(json.dumps([4, frame[1], "NotSupported", "", {}]))
            assert actions == ["TriggerMessage", "GetConfiguration"]
            await until(lambda: introduced == [AwaitingAdoption("CP1")])


async def test_a_stranger_that_answers_nothing_is_introduced_all_the_same() -> None:
    timeouts = Timeouts(boot_s=0.02)
    async with running(timeouts=timeouts) as (system, url):
        introduced: list[Event] = []
        system.subscribe(lambda _, event: introduced.append(event))
        async with raw(url) as websocket:
            boot = {"chargePointVendor": "V", "chargePointModel": "M"}
            await websocket.send(json.dumps([2, "1", "BootNotification", boot]))
            await until(lambda: AwaitingAdoption("CP1") in introduced)


async def test_a_released_charger_is_a_stranger(strict: CentralSystem) -> None:
    strict.adopt("CP1")
    async with raw(f"ws://127.0.0.1:{strict.port}") as websocket:
        assert (await ask(websocket, json.dumps([2, "1", "BootNotification", BOOT])))[
            2
        ]["status"] == "Accepted"
        strict.release("CP1")
        with pytest.raises(ConnectionClosed):
            await _drain(websocket)
    assert "CP1" not in strict.stations
    async with raw(f"ws://127.0.0.1:{strict.port}") as websocket:
        answer = await ask(websocket, json.dumps([2, "1", "BootNotification", BOOT]))
        assert answer[2]["status"] == "Pending"


async def test_events_follow_the_answer(
    central_system: CentralSystem, url: str
) -> None:
    """A listener may call the charger at once; it knows the transaction by then."""
    order: list[str] = []

    def listen(station: ChargingStation, event: Event) -> None:
        order.append(type(event).__name__)

    central_system.subscribe(listen)
    async with simulated_charger(url, "CP1") as charger:
        await charger.boot()
        await charger.plug_in()
        await charger.start_session()
        await charger.stop_session()
    assert order == [
        Booted.__name__,
        TokenShown.__name__,
        TransactionStarted.__name__,
        TransactionEnded.__name__,
    ]


async def test_transaction_ids_are_unique(
    central_system: CentralSystem, url: str
) -> None:
    async with simulated_charger(url, "CP1", connectors=2) as charger:
        await charger.boot()
        first = await charger.start_session(connector_id=1)
        second = await charger.start_session(connector_id=2)
        assert first != second
        await charger.stop_session(connector_id=2)
        station = central_system.stations["CP1"]
        assert station.snapshot.evse(1).running_transaction is not None
        assert station.snapshot.evse(2).running_transaction is None


async def test_every_frame_can_be_observed() -> None:
    frames: list[tuple[str, Direction, str]] = []
    async with (
        running(observe_frame=lambda *frame: frames.append(frame)) as (_, url),
        raw(url) as websocket,
    ):
        await ask(websocket, "nonsense")
        await ask(websocket, '[2,"1","Heartbeat",{}]')
    assert frames[0] == ("CP1", Direction.IN, "nonsense")
    assert [direction for _, direction, _ in frames] == [
        *(Direction.IN, Direction.OUT),
        *(Direction.IN, Direction.OUT),
    ]


async def test_a_port_in_use_is_an_error(central_system: CentralSystem) -> None:
    other = CentralSystem()
    with pytest.raises(OSError, match="in use"):
        await other.start("127.0.0.1", central_system.port)
    await other.stop()


async def test_stopping_says_goodbye(central_system: CentralSystem, url: str) -> None:
    async with raw(url) as websocket:
        await ask(websocket, '[2,"1","Heartbeat",{}]')
        await central_system.stop()
        with pytest.raises(ConnectionClosed) as closed:
            await _drain(websocket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001


async def test_a_silent_connection_is_cut(timers: Timers) -> None:
    timeouts = Timeouts(housekeeping_s=0.02)
    async with (
        running(timeouts=timeouts) as (_, url),
        raw(url, ping_interval=None) as websocket,
    ):
        timers.elapse(timeouts.silence_s + 1)
        with pytest.raises(ConnectionClosed):
            await websocket.recv()


async def test_a_pong_is_a_sign_of_life(timers: Timers) -> None:
    timeouts = Timeouts(housekeeping_s=0.02)
    async with (
        running(timeouts=timeouts) as (system, url),
        raw(url, ping_interval=None) as websocket,
    ):
        for _ in range(round(2 * timeouts.silence_s / timeouts.ping_s)):
            timers.elapse(timeouts.ping_s)
            # The timer of housekeeping was set before this one and runs down first.
            await asyncio.sleep(timeouts.housekeeping_s)
            # What is sent over this socket arrives in order: a ping, its pong, and the second ping's pong.
            await (await websocket.ping())
            await (await websocket.ping())
        assert system.stations["CP1"].connected


async def test_plain_chargers_are_refused_by_an_encrypted_port(
    tls_files: tuple[str, str],
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls_files)
    system = CentralSystem(unknown_chargers=Registration.ACCEPTED)
    await system.start("127.0.0.1", 0, context)
    trusting = ssl.create_default_context(cafile=tls_files[0])
    async with raw(f"wss://localhost:{system.port}", ssl=trusting) as websocket:
        assert (await ask(websocket, '[2,"1","Heartbeat",{}]'))[0] == 3
    with pytest.raises((InvalidMessage, ConnectionError, EOFError)):
        async with raw(f"ws://127.0.0.1:{system.port}"):
            pass
    await system.stop()
