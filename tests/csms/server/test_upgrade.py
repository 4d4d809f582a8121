"""Requests to open a websocket, in the forms that chargers and proxies give them, over a raw socket."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from hashlib import sha1
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.server.admission import ConnectionLimits
from custom_components.ocpp.csms.server.refusals import RefusalReason, RefusedConnection
from custom_components.ocpp.csms.server.request_head import RequestHead, mended
from tests.simulator.dead_peer import masked
from tests.waiting import until

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
HEADERS = {
    "Host": "localhost",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Protocol": "ocpp1.6",
}


def request(line: str = "GET /CP1 HTTP/1.1", **changes: str | None) -> str:
    """Return a request whose headers are changed or, with None, left out."""
    headers = {**HEADERS, **{name.replace("_", "-"): v for name, v in changes.items()}}
    told = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join((line, *told, "", ""))


class Door:
    """A central system, and what its owner is told."""

    def __init__(self, system: CentralSystem) -> None:
        """Follow the refusals."""
        self.system = system
        self.refused: list[RefusedConnection] = []
        system.policy.refused.subscribe(self._on_refused)

    def _on_refused(self, _: str, refused: RefusedConnection | None) -> None:
        if refused is not None:
            self.refused.append(refused)

    async def dial(
        self, head: str | bytes, pieces: int = 1
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Send a request, in pieces of the same length."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.system.port)
        data = head if isinstance(head, bytes) else head.encode()
        size = -(-len(data) // pieces)
        for begin in range(0, len(data), size):
            writer.write(data[begin : begin + size])
            await writer.drain()
            await asyncio.sleep(0)
        return reader, writer

    async def opened(self, head: str | bytes, pieces: int = 1) -> dict[str, str]:
        """Open a websocket, have a heartbeat answered, and return the headers of the response."""
        reader, writer = await self.dial(head, pieces)
        async with asyncio.timeout(60):
            status, *lines = (
                (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            )
            assert status.startswith("HTTP/1.1 101"), status
            call = b'[2,"a","Heartbeat",{}]'
            writer.write(masked(call))
            begin, length = await reader.readexactly(2)
            answer = json.loads(await reader.readexactly(length))
        assert begin == 0x81
        assert answer[:2] == [3, "a"]
        writer.close()
        return dict(line.split(": ", 1) for line in lines if line)

    async def refusal(self, head: str | bytes) -> str:
        """Be refused, and return the response."""
        reader, writer = await self.dial(head)
        async with asyncio.timeout(60):
            response = await reader.read()
        writer.close()
        return response.decode()


@asynccontextmanager
async def door_with(patience: int) -> AsyncIterator[Door]:
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        limits=ConnectionLimits(patience=patience),
    )
    await system.start("127.0.0.1", 0)
    yield Door(system)
    await system.stop()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with door_with(patience=1) as door:
        yield door


async def test_a_proper_request_is_not_odd(door: Door) -> None:
    response = await door.opened(request())
    digest = b64encode(sha1((KEY + GUID).encode()).digest()).decode()
    assert response["Sec-WebSocket-Accept"] == digest
    assert response["Sec-WebSocket-Protocol"] == "ocpp1.6"
    assert not door.system.stations["CP1"].faults


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(request(Connection=None), id="no Connection"),
        pytest.param(request(Connection="keep-alive"), id="Connection: keep-alive"),
        pytest.param(request(Connection="close"), id="Connection: close"),
        pytest.param(request(Connection="Upgrade;"), id="Connection with a mark"),
        pytest.param(request(Upgrade=None), id="no Upgrade"),
        pytest.param(request(Upgrade="WebSocket/13"), id="Upgrade with a version"),
        pytest.param(request(Upgrade="websocket, h2c"), id="two upgrades"),
        pytest.param(request("GET /CP1 HTTP/1.0"), id="HTTP/1.0"),
        pytest.param(request(Sec_WebSocket_Version=None), id="no version"),
        pytest.param(request(Sec_WebSocket_Version="8"), id="version 8"),
        pytest.param(request(Sec_WebSocket_Version="13, 8"), id="two versions"),
        pytest.param(request(Sec_WebSocket_Version='"13"'), id="quoted version"),
        pytest.param(request(Sec_WebSocket_Key=None), id="no key"),
        pytest.param(request(Sec_WebSocket_Key="short"), id="odd key"),
        pytest.param(request(Sec_WebSocket_Key=""), id="empty key"),
        pytest.param(request(Sec_WebSocket_Key="ä" * 5), id="key with umlauts"),
        pytest.param(request(Sec_WebSocket_Protocol='"ocpp1.6"'), id="quoted"),
        pytest.param(request(Sec_WebSocket_Protocol="ocpp2.0 ocpp1.6"), id="spaces"),
        pytest.param(request(Sec_WebSocket_Protocol="ocpp1.6;"), id="semicolon"),
        pytest.param(request(Sec_WebSocket_Protocol="ocpp1.6,,"), id="commas"),
        pytest.param(request(Sec_WebSocket_Protocol=""), id="empty"),
    ],
)
async def test_a_request_without_doubt_is_served(door: Door, head: str) -> None:
    response = await door.opened(head)
    if "Sec-WebSocket-Protocol: \r\n" not in head:
        assert response["Sec-WebSocket-Protocol"] == "ocpp1.6"
    assert door.system.stations["CP1"].faults[Fault.ODD_HANDSHAKE]
    assert not door.refused


@pytest.mark.parametrize(
    "offered",
    [
        "OCPP1.6",
        "ocpp1.6j",
        "ocpp1.6J",
        "ocpp1.6-json",
        "ocpp16",
        "ocpp-1.6",
        "ocpp_1.6",
    ],
)
async def test_a_version_may_be_called_otherwise(door: Door, offered: str) -> None:
    response = await door.opened(request(Sec_WebSocket_Protocol=f"ocpp1.5, {offered}"))
    # Clients compare it with what they have sent.
    assert response["Sec-WebSocket-Protocol"] == offered


async def test_a_url_without_a_path_has_no_identity(door: Door) -> None:
    response = await door.refusal(request("GET ws://localhost:9000 HTTP/1.1"))
    assert response.startswith("HTTP/1.1 404")
    assert not door.system.stations


async def test_an_odd_key_is_answered_as_it_was(door: Door) -> None:
    response = await door.opened(request(Sec_WebSocket_Key="short"))
    digest = b64encode(sha1(("short" + GUID).encode()).digest()).decode()
    assert response["Sec-WebSocket-Accept"] == digest


@pytest.mark.parametrize(
    ("head", "identity"),
    [
        pytest.param(request().replace("\r\n", "\n"), "CP1", id="line feeds"),
        pytest.param("\r\n" + request(), "CP1", id="an empty line before"),
        pytest.param(request().replace(": ", " : "), "CP1", id="space before colon"),
        pytest.param(request().replace("HTTP", "http"), "CP1", id="small letters"),
        pytest.param(request("GET /CP1"), "CP1", id="no HTTP version"),
        pytest.param(request("GET  /CP1  HTTP/1.1"), "CP1", id="two spaces"),
        pytest.param(request("GET /My box HTTP/1.1"), "My box", id="space in the URL"),
        pytest.param(request("GET /Küche HTTP/1.1"), "Küche", id="umlaut in the URL"),
        pytest.param(request("GET /a%20b HTTP/1.1"), "a b", id="escaped already"),
        pytest.param(
            request("GET ws://localhost:9000/CP1 HTTP/1.1"), "CP1", id="a whole URL"
        ),
        pytest.param(request(Authorization="a\x01b"), "CP1", id="control characters"),
        pytest.param(request(X="1\r\n continued"), "CP1", id="a folded header"),
        pytest.param(request(X="1\r\nnonsense"), "CP1", id="a line that is no header"),
    ],
)
async def test_http_that_is_written_by_hand_is_served(
    door: Door, head: str, identity: str
) -> None:
    await door.opened(head)
    assert door.system.stations.keys() == {identity}
    assert not door.refused


@pytest.mark.parametrize("pieces", [2, 7, 300])
async def test_a_request_may_come_in_pieces(door: Door, pieces: int) -> None:
    await door.opened(request(), pieces)
    await door.opened(request(Connection=None).replace("\r\n", "\n"), pieces)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param(request("POST /CP1 HTTP/1.1"), 405, id="another method"),
        pytest.param(
            request(Upgrade=None, Sec_WebSocket_Key=None), 426, id="no websocket"
        ),
        pytest.param(request(Upgrade="h2c", Sec_WebSocket_Key=None), 426, id="h2c"),
        pytest.param(request(Sec_WebSocket_Version="0"), 400, id="an old version"),
        pytest.param(request(Sec_WebSocket_Version="99"), 400, id="a new version"),
    ],
)
async def test_what_cannot_be_served_is_told(
    door: Door, head: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        response = await door.refusal(head)
        assert response.startswith(f"HTTP/1.1 {status}")
        assert "Sec-WebSocket-Version: 13\r\n" in response
    await until(lambda: door.refused)
    (refused,) = door.refused
    assert (refused.reason, refused.identity) == (RefusalReason.UPGRADE, "CP1")
    assert refused.detail
    assert len(caplog.messages) == 1
    await door.opened(request())


@pytest.mark.parametrize(
    "head", [b"\x16\x03\x01\x00", b"nonsense\r\n\r\n", b"\r\n\r\n"]
)
async def test_what_is_no_request_is_told(door: Door, head: bytes) -> None:
    _, writer = await door.dial(head)
    writer.write_eof()
    await until(lambda: door.refused)
    assert [refused.reason for refused in door.refused] == [RefusalReason.HTTP]
    writer.close()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("GET /CP1 HTTP/1.1\r\nHost: x\r\n\r\n", id="no websocket"),
        pytest.param(request("POST /CP1 HTTP/1.1"), id="another method"),
        pytest.param(request("GET / HTTP/1.1"), id="no identity"),
        pytest.param(request(Origin="http://x"), id="browser"),
    ],
)
@pytest.mark.parametrize("behind", [b"Tm[K T2u", b"\x88\x80\0\0\0\0", b"\xff" * 2000])
async def test_what_comes_behind_a_request_that_is_refused_is_not_looked_at(
    door: Door, head: str, behind: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert (await door.refusal(head.encode() + behind)).startswith("HTTP/1.1 4")
    assert len(caplog.messages) == 1


async def test_a_call_may_come_with_the_request(door: Door) -> None:
    call = masked(b'[2,"b","Heartbeat",{}]')
    reader, writer = await door.dial(request().encode() + call)
    async with asyncio.timeout(60):
        await reader.readuntil(b"currentTime")
    writer.close()


async def test_strangers_fill_nothing_with_odd_requests(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with door_with(patience=5) as door:
        for number in range(100):
            odd = request(f"GET /{number} HTTP/1.1", Sec_WebSocket_Version="99")
            await door.refusal(odd)
        assert not door.refused
        assert not door.system.stations
        assert len(caplog.messages) <= 100


LINES = st.lists(
    st.sampled_from(
        [*" :\r\n\t", "GET", "/CP1", "HTTP/1.1", "a: b", "é", "\0", "x" * 99]
    )
)


@given(LINES.map("".join), st.integers(1, 9))
def test_it_makes_no_difference_in_which_pieces_a_head_comes(
    text: str, size: int
) -> None:
    data = text.encode() + b"\r\n\r\n"
    whole, in_pieces = RequestHead().take_in(data), RequestHead()
    parsed = b""
    pieces: Iterable[bytes] = (data[at : at + size] for at in range(0, len(data), size))
    for piece in pieces:
        parsed, is_whole = in_pieces.take_in(piece)
        if is_whole:
            parsed += b"".join(pieces)
            break
    assert parsed == whole[0]


@given(LINES.map("".join))
def test_a_head_that_was_mended_is_not_mended_again(text: str) -> None:
    once = mended(text.encode())
    assert mended(once.removesuffix(b"\r\n\r\n")) == once
