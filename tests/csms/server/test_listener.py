"""Ports, encryption, and everybody who comes to them: each kind that is let in, and each that is not."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from datetime import UTC, datetime, timedelta
import json
from socket import SO_LINGER, SOL_SOCKET, create_connection
import ssl
import struct
import time
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.events import Event, SecurityRaised
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.pki.security_profiles import (
    Access,
    PasswordDigest,
    SecurityProfile,
)
from custom_components.ocpp.csms.server.admission import ConnectionLimits
from custom_components.ocpp.csms.server.listener import MAX_OPENING_ENCRYPTED
from custom_components.ocpp.csms.server.refusals import RefusalReason, RefusedConnection
from custom_components.ocpp.csms.server.tls import CertificateFiles, TlsVersion
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.pki import authority, charger_context, client_files, encryption, server_files
from tests.simulator.dead_peer import masked
from tests.timers import Timers
from tests.waiting import until

PASSWORD = "a1B2c3D4e5F6g7H8i9J0"
DIGEST = PasswordDigest.of(PASSWORD)
TLS_1_0, TLS_1_1 = ssl.TLSVersion(0x0301), ssl.TLSVersion(0x0302)
LONG_AGO = datetime.now(UTC) - timedelta(days=2000)
OUTDATED = pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")


class ServerUnderTest:
    """A central system with a port for each kind of charger, and what its owner is told."""

    def __init__(self, system: CentralSystem, plain: int, encrypted: int) -> None:
        """Initialize."""
        self.system = system
        self.plain = f"ws://127.0.0.1:{plain}"
        self.encrypted = f"wss://127.0.0.1:{encrypted}"
        self.encrypted_port = encrypted
        self.refused: list[RefusedConnection | None] = []
        system.policy.refused.subscribe(lambda _, refused: self.refused.append(refused))

    @property
    def troubles(self) -> list[RefusalReason]:
        """The reasons for refusal that the owner was told."""
        return [item.reason for item in self.refused if item is not None]

    def demand(
        self,
        profile: SecurityProfile,
        next_profile: SecurityProfile | None = None,
    ) -> None:
        """Have the charger connect in a certain way."""
        access = Access(profile, DIGEST, next_profile)
        self.system.adopt("CP1", StationSettings(access=access))

    @asynccontextmanager
    async def connected(
        self,
        tls: ssl.SSLContext | None = None,
        password: str | None = None,
        identity: str = "CP1",
    ) -> AsyncIterator[ClientConnection]:
        """Connect a charger, and hear a heartbeat answered."""
        url = self.plain if tls is None else self.encrypted
        headers = {}
        if password is not None:
            credentials = b64encode(f"{identity}:{password}".encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        async with connect(
            f"{url}/{identity}",
            ssl=tls,
            subprotocols=[Subprotocol("ocpp1.6")],
            additional_headers=headers,
            compression=None,
        ) as socket:
            await heartbeat(socket)
            yield socket

    async def is_refused(
        self, tls: ssl.SSLContext | None = None, password: str | None = None
    ) -> int | None:
        """Tell with which HTTP status the charger is refused; None if there is not even that."""
        try:
            async with self.connected(tls, password):
                raise AssertionError("The charger was let in")
        except InvalidStatus as err:
            return err.response.status_code
        except OSError, ConnectionClosed, InvalidHandshake:
            return None


async def heartbeat(socket: ClientConnection) -> None:
    """Send a heartbeat and wait for its answer; there may be calls before it."""
    message_id = str(uuid4())
    await socket.send(json.dumps([2, message_id, "Heartbeat", {}]))
    async with asyncio.timeout(60):
        while json.loads(await socket.recv())[1] != message_id:
            pass


OCPP = Subprotocol("ocpp1.6")


@asynccontextmanager
async def serving(
    tls: ssl.SSLContext | None = None,
    limits: ConnectionLimits | None = None,
    timeouts: Timeouts | None = None,
) -> AsyncIterator[ServerUnderTest]:
    """Run a central system with two ports."""
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        limits=limits or ConnectionLimits(patience=1),
        timeouts=timeouts,
    )
    await system.start("127.0.0.1", 0)
    plain = system.port
    encrypted = await system.start("127.0.0.1", 0, tls or encryption())
    yield ServerUnderTest(system, plain, encrypted)
    await system.stop()


# Encryption.


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_chargers_with_encryption_and_without_at_once(
    version: ssl.TLSVersion,
) -> None:
    async with (
        serving() as own,
        own.connected() as plain,
        own.connected(charger_context(version), identity="CP2") as encrypted,
    ):
        await heartbeat(plain)
        await heartbeat(encrypted)
        assert own.system.stations.keys() == {"CP1", "CP2"}
        assert not own.refused


async def test_too_old_a_version_is_refused() -> None:
    async with serving(encryption(TlsVersion.TLS_1_3)) as own:
        old = charger_context(ssl.TLSVersion.TLSv1_2)
        assert await own.is_refused(old) is None
        await until(lambda: own.troubles == [RefusalReason.TLS_VERSION])
        async with own.connected(charger_context(ssl.TLSVersion.TLSv1_3)):
            pass


@OUTDATED
@pytest.mark.parametrize("version", [TLS_1_0, TLS_1_1])
async def test_old_chargers_where_they_are_wanted(version: ssl.TLSVersion) -> None:
    outdated = charger_context()
    outdated.set_ciphers("DEFAULT:@SECLEVEL=0")
    outdated.minimum_version = outdated.maximum_version = version
    async with serving() as own:
        assert await own.is_refused(outdated) is None
    async with serving(encryption(TlsVersion.TLS_1_0)) as own:
        async with own.connected(outdated):
            pass
        async with own.connected(charger_context(ssl.TLSVersion.TLSv1_3)):
            pass


def distrust(port: int) -> None:
    """Break off the handshake in the way that TLS demands, which `asyncio` does not."""
    with (
        create_connection(("127.0.0.1", port)) as connection,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        charger_context().wrap_socket(connection, server_hostname="localhost")


async def test_a_charger_that_does_not_trust_us_is_told_of() -> None:
    async with serving(encryption(by=authority("other"))) as own:
        await asyncio.to_thread(distrust, own.encrypted_port)
        await until(lambda: own.troubles == [RefusalReason.DISTRUST])


async def test_the_wrong_kind_of_port() -> None:
    async with serving() as own:
        own.plain, own.encrypted = (
            own.encrypted.replace("wss:", "ws:"),
            own.plain.replace("ws:", "wss:"),
        )
        assert await own.is_refused() is None
        await until(lambda: own.troubles == [RefusalReason.TLS])
        assert await own.is_refused(charger_context()) is None


class Encryption:
    """The encryption of a charger, whose bytes are sent by hand."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        """Initialize; the handshake is still to come."""
        self._reader = reader
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = charger_context(ssl.TLSVersion.TLSv1_3).wrap_bio(
            self._incoming, self._outgoing, server_hostname="localhost"
        )

    async def shake_hands(self, writer: asyncio.StreamWriter) -> bytes:
        """Shake hands, and return the last word, which the other side waits for."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                writer.write(self._outgoing.read())
                self._incoming.write(await self._reader.read(2**16))
            else:
                return self._outgoing.read()

    def of(self, data: bytes) -> bytes:
        """Return some bytes as they are encrypted."""
        self._tls.write(data)
        return self._outgoing.read()

    async def read(self) -> bytes:
        """Return what comes back."""
        while True:
            try:
                return self._tls.read(2**16)
            except ssl.SSLWantReadError:
                self._incoming.write(await self._reader.read(2**16))


REQUEST = (
    b"GET /CP1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


async def test_a_charger_that_says_all_in_one_breath() -> None:
    """The last word of a TLS 1.3 handshake, and in the same packet what the charger wants."""
    async with serving() as own:
        reader, writer = await asyncio.open_connection("127.0.0.1", own.encrypted_port)
        tls = Encryption(reader)
        writer.write(await tls.shake_hands(writer) + tls.of(REQUEST))
        await until(lambda: "CP1" in own.system.stations)
        writer.close()


async def test_a_charger_that_encrypts_each_byte_by_itself() -> None:
    async with serving() as own:
        reader, writer = await asyncio.open_connection("127.0.0.1", own.encrypted_port)
        tls = Encryption(reader)
        writer.write(await tls.shake_hands(writer))
        message = masked(json.dumps([2, "1", "Heartbeat", {"x": "x" * 2000}]).encode())
        for data, answer in ((REQUEST, b"101"), (message, b"currentTime")):
            for number in range(len(data)):
                writer.write(tls.of(data[number : number + 1]))
            # There may be calls before it.
            while answer not in await tls.read():
                pass
        assert not own.refused
        writer.close()


async def test_who_asks_for_nothing_is_told_by_address() -> None:
    async with serving() as own:
        _, writer = await asyncio.open_connection(
            "127.0.0.1", own.encrypted_port, ssl=charger_context()
        )
        # Its transport knows nothing any more once it is refused.
        reset(writer)
        await until(lambda: own.refused)
        assert own.refused[0] is not None
        assert own.refused[0].address == "127.0.0.1"


async def test_encryption_without_content_is_cut() -> None:
    async with serving() as own:
        reader, writer = await asyncio.open_connection("127.0.0.1", own.encrypted_port)
        # The beginning of a greeting of 60 kB.
        piece = b"\x16\x03\x01\x40\x00"
        writer.write(piece + b"\x01\x00\xf0\x00" + bytes(2**14 - 4))
        writer.write((piece + bytes(2**14)) * 2)
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        assert own.troubles == [RefusalReason.FRAMES]
        writer.close()


async def test_another_certificate_from_now_on() -> None:
    async with serving(encryption(by=authority("other"))) as own:
        trusting = ssl.create_default_context(cadata=authority("other").pem)
        async with own.connected(trusting) as old:
            own.system.encrypt_with(encryption())
            await heartbeat(old)
            async with own.connected(charger_context(), identity="CP2"):
                await heartbeat(old)
            assert await own.is_refused(trusting) is None
            await heartbeat(old)


# Security profiles, and each way not to fulfil them.


async def test_a_password() -> None:
    async with serving() as own:
        own.demand(SecurityProfile.PASSWORD)
        for tls in (None, charger_context()):
            assert await own.is_refused(tls) == 401
            assert await own.is_refused(tls, "wrong") == 401
            async with own.connected(tls, PASSWORD):
                pass
        assert own.troubles == [RefusalReason.PASSWORD, RefusalReason.PASSWORD]
        assert own.refused[-1] is None


async def test_a_password_and_encryption() -> None:
    async with serving() as own:
        own.demand(SecurityProfile.ENCRYPTED_PASSWORD)
        assert await own.is_refused(password=PASSWORD) == 403
        assert await own.is_refused(charger_context()) == 401
        assert await own.is_refused(charger_context(), "wrong") == 401
        async with own.connected(charger_context(), PASSWORD):
            pass


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_certificate(version: ssl.TLSVersion) -> None:
    async with serving(encryption(asks_for_certificates=True)) as own:
        own.demand(SecurityProfile.CERTIFICATE)
        with client_files("CP1", authority()) as files:
            tls = charger_context(version, files)
        async with (
            own.connected(tls),
            # Where no certificate is needed, another's does no harm.
            own.connected(tls, identity="CP2"),
        ):
            assert not own.refused


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    ("files", "status", "why"),
    [
        pytest.param(None, 403, "without a certificate", id="none"),
        pytest.param(
            lambda: client_files("CP2", authority()),
            403,
            "with the certificate of CP2",
            id="another's",
        ),
        pytest.param(
            lambda: client_files("CP1", authority("other")),
            None,
            "unable to get local issuer certificate",
            id="of another authority",
        ),
        pytest.param(
            lambda: client_files("CP1", authority(), LONG_AGO),
            None,
            "certificate has expired",
            id="expired",
        ),
        pytest.param(
            lambda: server_files(authority()),
            None,
            "unsuitable certificate purpose",
            id="a server's",
        ),
    ],
)
async def test_a_certificate_that_will_not_do(
    version: ssl.TLSVersion,
    files: Callable[[], AbstractContextManager[CertificateFiles]] | None,
    status: int | None,
    why: str,
) -> None:
    async with serving(encryption(asks_for_certificates=True)) as own:
        own.demand(SecurityProfile.CERTIFICATE)
        with nullcontext() if files is None else files() as shown:
            tls = charger_context(version, shown)
        assert await own.is_refused(tls, PASSWORD) == status
        await until(lambda: own.refused)
        assert why in str(own.refused[0])
        assert await own.is_refused(password=PASSWORD) == 403


async def test_a_charger_is_held_to_a_higher_profile_once_it_uses_it() -> None:
    async with serving() as own:
        events: list[Event] = []
        own.system.subscribe(lambda _, event: events.append(event))
        own.demand(SecurityProfile.PASSWORD, SecurityProfile.ENCRYPTED_PASSWORD)
        async with own.connected(password=PASSWORD):
            assert not events
        async with own.connected(charger_context(), PASSWORD):
            assert events == [SecurityRaised("CP1", 2)]
        assert await own.is_refused(password=PASSWORD) == 403


# Those who come to do harm, or because they are broken.


type Opened = list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


async def half_open(own: ServerUnderTest, count: int) -> Opened:
    """Open connections that begin a TLS handshake, or not even that, and go no further."""
    opened = [
        await asyncio.open_connection("127.0.0.1", own.encrypted_port)
        for _ in range(count)
    ]
    for _, writer in opened[: count // 2]:
        writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    return opened


def reset(writer: asyncio.StreamWriter) -> None:
    """Cut a connection as a device does that loses its power."""
    at_once = struct.pack("ii", 1, 0)
    raw = writer.get_extra_info("socket")
    raw.setsockopt(SOL_SOCKET, SO_LINGER, at_once)
    writer.transport.abort()


async def test_half_open_handshakes_hold_nobody_up() -> None:
    async with serving(timeouts=Timeouts(handshake_s=600)) as own:
        opened = await half_open(own, 50)
        async with own.connected(charger_context()) as socket:
            await heartbeat(socket)
        assert not own.refused
        for _, writer in opened:
            writer.close()


async def test_half_open_handshakes_are_given_up() -> None:
    async with serving(timeouts=Timeouts(handshake_s=0.05)) as own:
        for reader, writer in await half_open(own, 4):
            async with asyncio.timeout(60):
                with suppress(ConnectionResetError):
                    assert await reader.read() == b""
            writer.close()
        await until(lambda: own.troubles == [RefusalReason.TLS])


async def test_handshakes_that_were_reset_leave_no_trace() -> None:
    async with serving() as own:
        for _ in range(MAX_OPENING_ENCRYPTED):
            opened = await asyncio.open_connection("127.0.0.1", own.encrypted_port)
            reset(opened[1])
        async with own.connected(charger_context()):
            pass
        assert RefusalReason.CONNECTIONS not in own.troubles


async def test_the_system_stops_in_the_middle_of_a_handshake() -> None:
    async with serving() as own:
        reader, writer = await asyncio.open_connection("127.0.0.1", own.encrypted_port)
        await own.system.stop()
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()


async def test_who_connects_all_the_time_is_cut_off_before_it_costs() -> None:
    limits = ConnectionLimits(
        connections=10,
        connections_per_minute=1,
        connections_of_charger=0,
        patience=5,
    )
    async with serving(limits=limits) as own:
        async with own.connected() as socket:
            for _ in range(9):
                async with own.connected(identity="CP2"):
                    pass
            for _ in range(5):
                assert await own.is_refused() is None
            await heartbeat(socket)
        assert own.troubles == [RefusalReason.CONNECTIONS]


async def flood(socket: ClientConnection, count: int) -> None:
    """Send heartbeats without waiting for any answer."""
    for number in range(count):
        await socket.send(f'[2,"{number}","Heartbeat",{{}}]')


async def test_a_thousand_frames_a_second_hurt_nobody_else() -> None:
    limits = ConnectionLimits(frames=200, frames_per_s=200, patience=1)
    async with (
        serving(limits=limits) as own,
        own.connected() as quiet,
        own.connected(identity="CP2") as loud,
    ):
        answered = 0

        async def listen() -> None:
            nonlocal answered
            while True:
                answered += json.loads(await loud.recv())[0] == 3

        began_s = time.monotonic()
        flooding = asyncio.gather(flood(loud, 3000), listen())
        await until(lambda: answered > limits.frames)
        for _ in range(50):
            await heartbeat(quiet)
        elapsed_s = time.monotonic() - began_s
        assert answered <= limits.frames + 10 + limits.frames_per_s * elapsed_s
        assert own.troubles == [RefusalReason.FRAMES]
        faults = own.system.stations["CP2"].faults
        assert faults[Fault.FLOOD]
        assert not own.system.stations["CP1"].faults
        flooding.cancel()
        loud.transport.abort()


async def test_a_new_connection_gives_a_charger_no_more_frames(timers: Timers) -> None:
    hour_s = 3600
    limits = ConnectionLimits(frames=30, frames_per_s=1 / hour_s, patience=1)
    async with serving(limits=limits) as own:
        for _ in range(3):
            async with own.connected() as socket:
                for _ in range(8):
                    await heartbeat(socket)
        async with own.connected(identity="CP2"):
            pass
        assert not own.refused
        async with connect(f"{own.plain}/CP1", subprotocols=[OCPP]) as socket:
            await flood(socket, 4)
            await until(lambda: own.troubles == [RefusalReason.FRAMES])
            assert own.system.stations["CP1"].faults[Fault.FLOOD]
            timers.elapse(2 * hour_s)
            await socket.recv()


async def test_who_floods_and_connects_anew_is_told_all_the_same(
    timers: Timers,
) -> None:
    limits = ConnectionLimits(frames=1, frames_per_s=1, patience=3)
    async with serving(limits=limits) as own:
        for number in range(1, limits.patience + 1):
            async with connect(f"{own.plain}/CP1", subprotocols=[OCPP]) as socket:
                await flood(socket, 3)
                faults = own.system.stations["CP1"].faults
                await until(lambda: faults[Fault.FLOOD] >= number)  # noqa: B023
            timers.elapse(1)
        await until(lambda: own.troubles == [RefusalReason.FRAMES])
        async with connect(f"{own.plain}/CP1", subprotocols=[OCPP]):
            await until(lambda: own.system.stations["CP1"].connected)
        assert len(own.refused) == 1


async def test_who_pings_all_the_time_is_cut_off(timers: Timers) -> None:
    async with (
        serving() as own,
        own.connected() as quiet,
        own.connected(identity="CP2") as loud,
    ):
        for number in range(100):
            await (await loud.ping(str(number)))
        assert not own.refused
        # In no time at all.
        with timers.stopped(), suppress(ConnectionClosed):
            for number in range(1000):
                await loud.ping(f"more {number}")
        await loud.wait_closed()
        await heartbeat(quiet)
        assert own.troubles == [RefusalReason.FRAMES]


@pytest.mark.parametrize("tls", [None, charger_context()], ids=["plain", "encrypted"])
async def test_what_a_flood_has_left_is_answered_in_the_end(
    tls: ssl.SSLContext | None,
) -> None:
    """An honest charger with a large backlog loses nothing."""
    limits = ConnectionLimits(frames=50, frames_per_s=1000)
    async with serving(limits=limits) as own, own.connected(tls) as socket:
        flooding = asyncio.create_task(flood(socket, 500))
        answers: list[str] = []
        while len(answers) < 500:
            frame = json.loads(await socket.recv())
            if frame[0] == 3:
                answers.append(frame[1])
        assert answers == [str(number) for number in range(500)]
        await flooding


@pytest.mark.parametrize("tls", [None, charger_context()], ids=["plain", "encrypted"])
async def test_large_frames_count_for_more(tls: ssl.SSLContext | None) -> None:
    limits = ConnectionLimits(frames=20, frames_per_s=10, patience=1)
    async with serving(limits=limits) as own, own.connected(tls) as socket:
        padding = "x" * 900_000
        await socket.send(
            f'[2,"1","DataTransfer",{{"vendorId":"V","data":"{padding}"}}]'
        )
        await until(lambda: own.troubles == [RefusalReason.FRAMES])
        socket.transport.abort()


# Browsers.


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://attacker.example"},
        {"Origin": ""},
        {"Origin": "null"},
        {"oRiGiN": "file://"},
        [("Origin", "http://one.example"), ("Origin", "http://two.example")],
    ],
    ids=["page", "empty", "null", "case", "twice"],
)
async def test_a_web_page_is_refused_and_told_once(headers: Any) -> None:
    async with serving(limits=ConnectionLimits()) as server:
        server.demand(SecurityProfile.OPEN)
        for path in ("CP1", "NEW", ""):
            for _ in range(4):
                with pytest.raises(InvalidStatus) as refused:
                    await connect(f"{server.plain}/{path}", additional_headers=headers)
                assert refused.value.response.status_code == 403
        assert server.troubles == [RefusalReason.ORIGIN]
        assert not server.system.stations["CP1"].connected
        assert "NEW" not in server.system.stations
        async with server.connected():
            pass


async def test_a_web_page_is_told_whatever_came_before(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(limits=ConnectionLimits()) as server:
        server.demand(SecurityProfile.PASSWORD)
        assert await server.is_refused() == 401
        for number in range(30):
            page = {"Origin": f"http://{number}.example"}
            with pytest.raises(InvalidStatus):
                await connect(f"{server.plain}/CP1", additional_headers=page)
        assert server.troubles == [RefusalReason.ORIGIN]
        assert caplog.text.count("web page") == 1
        # No page can use up the attempts of the charger.
        async with server.connected(password=PASSWORD):
            pass


async def test_two_passwords_in_one_request_are_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving() as server:
        server.demand(SecurityProfile.PASSWORD)
        right = f"Basic {b64encode(f'CP1:{PASSWORD}'.encode()).decode()}"
        with pytest.raises(InvalidStatus) as refused:
            await connect(
                f"{server.plain}/CP1",
                additional_headers=[("Authorization", right), ("Authorization", right)],
            )
        assert refused.value.response.status_code == 401
        assert not [record for record in caplog.records if record.exc_info]
