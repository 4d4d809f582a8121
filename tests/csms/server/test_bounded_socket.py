"""Sockets whose other end sends too much: it costs little, and nobody else anything."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
import json
import socket
import struct
import tracemalloc

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.ocppj.message_log import Direction
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.server.bounded_socket import (
    MAX_REQUEST_BYTES,
    MAX_UNKNOWN_FRAME_BYTES,
)
from custom_components.ocpp.csms.station import ChargingStation
from tests.simulator.dead_peer import given_up, half_open, masked
from tests.waiting import until

LARGE = f'[2,"1","Heartbeat",{{"x":"{"x" * MAX_UNKNOWN_FRAME_BYTES}"}}]'


class Door:
    """A central system that knows one charger, and what it has heard."""

    def __init__(self) -> None:
        """Initialize; no port is open yet."""
        self.heard: list[str] = []
        self.system = CentralSystem(observe_frame=self._observe)
        self.system.adopt("KNOWN")

    def _observe(self, identity: str, direction: Direction, _: str) -> None:
        if direction is Direction.IN:
            self.heard.append(identity)

    def connect(self, identity: str, compression: str | None = None) -> connect:
        url = f"ws://127.0.0.1:{self.system.port}/{identity}"
        protocols = [Subprotocol("ocpp1.6")]
        return connect(url, subprotocols=protocols, compression=compression)

    @contextmanager
    def raw(self) -> Iterator[socket.socket]:
        """Connect without sending anything."""
        with socket.create_connection(("127.0.0.1", self.system.port)) as raw:
            raw.setblocking(False)
            yield raw


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    await door.system.start("127.0.0.1", 0)
    yield door
    await door.system.stop()


async def _answer(socket: ClientConnection, frame: str) -> int:
    """Send a call, and return the message type of its answer; what is asked meanwhile gets none."""
    await socket.send(frame)
    message_id = json.loads(frame)[1]
    async with asyncio.timeout(60):
        while (answer := json.loads(await socket.recv()))[1] != message_id:
            pass
    return int(answer[0])


async def test_nothing_is_compressed(door: Door) -> None:
    async with door.connect("KNOWN", compression="deflate") as socket:
        assert socket.protocol.extensions == []
        assert await _answer(socket, '[2,"1","Heartbeat",{}]') == 3


async def test_an_unknown_charger_may_send_small_frames_only(door: Door) -> None:
    async with door.connect("NOBODY") as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await _answer(socket, LARGE)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_an_adopted_charger_may_send_large_ones_at_once(door: Door) -> None:
    async with door.connect("KNOWN") as socket:
        assert await _answer(socket, LARGE) == 3
    async with door.connect("NEW") as socket:
        await _answer(socket, '[2,"0","Heartbeat",{}]')
        door.system.adopt("NEW")
        await _answer(socket, '[2,"2","Heartbeat",{}]')
        assert await _answer(socket, LARGE) == 3
        assert not door.system.stations["NEW"].faults[Fault.OVERSIZED_FRAME]


async def _send_until_cut(raw: socket.socket, data: bytes, times: int) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(60):
        with suppress(ConnectionError):
            for _ in range(times):
                await loop.sock_sendall(raw, data)
        await given_up(raw)


async def test_a_request_without_end_is_cut(door: Door) -> None:
    with door.raw() as raw:
        await _send_until_cut(raw, b"GET / HTTP/1.1\r\n", 1)
    with door.raw() as raw:
        header = b"X: %s\r\n" % (b"x" * 4000)
        await _send_until_cut(raw, b"GET / HTTP/1.1\r\n" + header * 20, 1)


@pytest.mark.parametrize("path", ["", "%00", "x" * 200], ids=["none", "NUL", "long"])
async def test_a_large_request_without_an_identity_is_cut(
    door: Door, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    size = MAX_REQUEST_BYTES // 2 - 200
    headers = "".join(f"{name}: {name * size}\r\n" for name in "ab")
    request = f"GET /{path} HTTP/1.1\r\n{headers}\r\n"
    with door.raw() as raw:
        await _send_until_cut(raw, request.encode() + b"x" * 2000, 1)
    assert [record for record in caplog.records if record.exc_info] == []


async def test_pieces_without_end_are_cut(door: Door) -> None:
    with half_open(door.system.port, "NOBODY") as raw:
        await until(lambda: "NOBODY" in door.system.stations)
        piece = Frame(Opcode.TEXT, b"", fin=False).serialize(mask=True)
        next_pieces = Frame(Opcode.CONT, b"", fin=False).serialize(mask=True) * 1000
        raw.send(piece)
        await _send_until_cut(raw, next_pieces, 100)
        await until(lambda: "NOBODY" not in door.system.stations)


async def test_a_message_in_pieces_is_one_message(door: Door) -> None:
    async with door.connect("KNOWN") as socket:
        await socket.send(iter(['[2,"1",', '"Heartbeat"', "", ",{}]"]))
        await _answer(socket, '[2,"2","Heartbeat",{}]')
        assert not door.system.stations["KNOWN"].faults


async def test_others_have_their_turn_between_the_frames_of_one(door: Door) -> None:
    with half_open(door.system.port, "KNOWN") as many:
        await until(lambda: door.system.stations["KNOWN"].connected)
        with half_open(door.system.port, "OTHER") as other:
            await until(lambda: "OTHER" in door.system.stations)
            many.send(masked(b'[2,"1","Heartbeat",{}]') * 50)
            other.send(masked(b'[2,"1","Heartbeat",{}]'))
            await until(lambda: len(door.heard) == 51)
    assert door.heard.index("OTHER") < 25


_SMALL = masked(b"") * 20_000
_SOCKETS = 250
_MOST_BYTES = 50_000_000


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_SMALL, id="frames without a text"),
        pytest.param(
            Frame(Opcode.TEXT, b"", fin=False).serialize(mask=True)
            + Frame(Opcode.CONT, b"x", fin=False).serialize(mask=True) * 20_000,
            id="pieces",
        ),
        pytest.param(masked(b"x" * 2**20)[:-1], id="a large frame without its end"),
        pytest.param(
            masked('[2,"1","DataTransfer",{"vendorId":"\U0001f50c"}]'.encode()) * 500,
            id="frames to keep",
        ),
        pytest.param(
            masked(f'[2,"{"x" * 9000}","Heartbeat",{{}}]'.encode()) * 20,
            id="long message ids",
        ),
    ],
)
async def test_hostile_sockets_take_little_memory(door: Door, data: bytes) -> None:
    tracemalloc.start()
    try:
        with ExitStack() as sockets:
            for number in range(_SOCKETS):
                raw = sockets.enter_context(door.raw())
                _offer(raw, _request(f"S{number}"))
                await asyncio.sleep(0.001)
                _offer(raw, data)
            for _ in range(20):
                await asyncio.sleep(0.05)
            async with door.connect("KNOWN") as known:
                assert await _answer(known, '[2,"1","Heartbeat",{}]') == 3
        assert tracemalloc.get_traced_memory()[1] < _MOST_BYTES
    finally:
        tracemalloc.stop()


async def _served(station: ChargingStation) -> None:
    """Wait until a charger is served: what somebody sends before may be no more than a request."""
    await until(lambda: station.connected)


@asynccontextmanager
async def _adopted(door: Door, count: int, data: bytes) -> AsyncIterator[None]:
    """Connect adopted chargers that send this."""
    senders = []
    with ExitStack() as sockets:
        for number in range(count):
            station = door.system.adopt(f"S{number}")
            raw = sockets.enter_context(door.raw())
            _offer(raw, _request(f"S{number}"))
            await _served(station)
            sending = asyncio.create_task(_send(raw, data))
            await asyncio.wait([sending], timeout=0.05)
            senders.append(sending)
        yield
        for sending in senders:
            sending.cancel()


async def test_small_frames_of_adopted_chargers_take_little_memory(door: Door) -> None:
    tracemalloc.start()
    try:
        async with _adopted(door, 60, _SMALL):
            assert tracemalloc.get_traced_memory()[1] < 7_000_000
    finally:
        tracemalloc.stop()


async def test_of_too_many_unfinished_messages_the_oldest_is_cut(door: Door) -> None:
    async with _adopted(door, 20, masked(b"x" * 2**20)[:-1]):
        stations = door.system.stations
        await until(lambda: not stations["S0"].connected)
        await until(lambda: stations["S19"].connected)


async def test_a_device_that_is_held_may_send_small_frames_only(door: Door) -> None:
    boot = {"chargePointVendor": "Make", "chargePointModel": "One"}
    async with door.connect("KNOWN") as known:
        await _answer(known, json.dumps([2, "1", "BootNotification", boot]))
        async with door.connect("KNOWN") as other:
            boot["chargePointModel"] = "Two"
            await _answer(other, json.dumps([2, "1", "BootNotification", boot]))
            assert door.system.stations["KNOWN"].snapshot.rival is not None
            with pytest.raises(ConnectionClosed) as closed:
                await _answer(other, LARGE)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009
        assert await _answer(known, LARGE) == 3


async def test_answers_to_a_connection_that_is_lost_are_not_logged(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    pings = Frame(Opcode.PING, b"").serialize(mask=True) * 20
    with half_open(door.system.port, "KNOWN") as raw:
        station = door.system.stations["KNOWN"]
        await until(lambda: station.connected)
        # It has gone by the time at which it is answered.
        raw.send(pings)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.shutdown(socket.SHUT_RD)
        raw.close()
        await until(lambda: not station.connected)
    assert not [record for record in caplog.records if record.name == "asyncio"]


async def test_requests_without_end_take_little_memory(door: Door) -> None:
    header = b"X: %s\r\n" % (b"x" * 8000)
    tracemalloc.start()
    try:
        with ExitStack() as sockets:
            for _ in range(_SOCKETS):
                raw = sockets.enter_context(door.raw())
                _offer(raw, b"GET / HTTP/1.1\r\n" + header * 100)
                await asyncio.sleep(0.001)
        assert tracemalloc.get_traced_memory()[1] < _MOST_BYTES
    finally:
        tracemalloc.stop()


def _request(identity: str) -> bytes:
    return (
        f"GET /{identity} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
    ).encode()


async def _send(raw: socket.socket, data: bytes) -> None:
    """Send until the other side cuts the connection, or has it all."""
    with suppress(ConnectionError):
        await asyncio.get_running_loop().sock_sendall(raw, data)


def _offer(raw: socket.socket, data: bytes) -> None:
    """Send as much as is taken at once."""
    with suppress(OSError):
        raw.send(data)
