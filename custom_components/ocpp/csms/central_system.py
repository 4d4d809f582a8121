"""The central system: listens, lets chargers in, and keeps one live connection to each.

The newest connection of an identity wins at once. A charger that nobody has adopted is held pending: it may
connect and announce itself, but not charge.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
import logging
import ssl
import time
from typing import override

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from . import handshake, vendor_files
from .authorization import REMOTE_ID_TOKEN, Authority, Authorization, TokenStatus
from .commissioning import commission
from .connection import Connection
from .errors import (
    CallFailedError,
    CallTimeoutError,
    CsmsError,
    HandshakeRefusedError,
    NotConnectedError,
    RejectedError,
)
from .events import AwaitingAdoption, Booted, Event, TransactionStarted
from .faults import Fault
from .message_log import Direction
from .model import Registration
from .observers import Listeners, Unsubscribe
from .station import ChargingStation, Memory, Place, StationSettings, Surroundings
from .tolerance import Tolerance
from .vendors import Vendors
from .versions import VERSIONS

_LOGGER = logging.getLogger(__name__)
_SOCKET_LOGGER = logging.getLogger(f"{__name__}.sockets")
# It tells of every connection, which is told here in terms of chargers.
_SOCKET_LOGGER.setLevel(logging.WARNING)

MAX_FRAME_BYTES = 2**20
MAX_LOGGED_REFUSALS = 1000


type FrameObserver = Callable[[str, Direction, str], None]
"""Is told of every frame: the charger's identity, the direction, the text."""


@dataclass(eq=False)
class _Session:
    """One open websocket."""

    socket: ServerConnection
    connection: Connection
    last_heard: float
    booted: bool = False

    def drop(self) -> None:
        """Cut the socket at once: the peer of an outlived connection will not say goodbye."""
        self.connection.close()
        self.socket.transport.abort()


class CentralSystem:
    """Hosts the connections of all chargers."""

    def __init__(
        self,
        *,
        strangers: Registration = Registration.PENDING,
        observe_frame: FrameObserver | None = None,
        tolerance: Tolerance | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Initialize; `start` opens the port.

        Args:
            strangers: how a charger is received that nobody has adopted.
            observe_frame: is told of every frame.
            tolerance: how patient to be; the defaults suit real chargers.
            clock: tells the time; tests have their own.
        """
        self._strangers = strangers
        self._observe_frame = observe_frame
        self._tolerance = tolerance or Tolerance()
        self._clock = clock
        self.authority = Authority()
        """Who may charge; replaced when that changes."""
        self.last_unknown_token: str | None = None
        """The id token that was shown last and that the authority does not know."""
        self._vendors = Vendors()
        self._stations: dict[str, ChargingStation] = {}
        self._sessions: dict[str, _Session] = {}
        self._listeners = Listeners[ChargingStation, Event]()
        self._server: Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._refusals: set[str] = set()

    @property
    def stations(self) -> Mapping[str, ChargingStation]:
        """All chargers by identity: those adopted, connected or not, and those held pending."""
        return self._stations

    @property
    def port(self) -> int:
        """The port that is listened on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def subscribe(
        self, listener: Callable[[ChargingStation, Event], None]
    ) -> Unsubscribe:
        """Call `listener` with every event of every charger."""
        return self._listeners.add(listener)

    # Which chargers there are.

    def adopt(
        self,
        identity: str,
        settings: StationSettings | None = None,
        memory: Memory | None = None,
    ) -> ChargingStation:
        """Let a charger take part; one that is held pending is accepted on its open connection."""
        station = self._stations.get(identity)
        if station is None:
            return self._add(identity, Registration.ACCEPTED, settings, memory)
        if settings is not None:
            station.configure(settings)
        if station.snapshot.registration is not Registration.ACCEPTED:
            station.accept()
            if station.connected:
                # It learns that it is accepted from the answer to its next announcement.
                self._spawn(station.announce(), station)
        return station

    def release(self, identity: str) -> None:
        """Let a charger go; should it come back, it is a stranger."""
        station = self._stations.pop(identity, None)
        if station is not None:
            station.drop()

    def _add(
        self,
        identity: str,
        registration: Registration,
        settings: StationSettings | None = None,
        memory: Memory | None = None,
    ) -> ChargingStation:
        station = ChargingStation(
            identity,
            registration,
            settings or StationSettings(),
            memory or Memory(),
            Surroundings(
                self._clock,
                self._authorize,
                lambda info: self._vendors.recognise(info),
                self._tolerance,
            ),
        )
        station.subscribe_events(lambda event: self._on_event(station, event))
        self._stations[identity] = station
        return station

    def _authorize(self, place: Place, id_token: str) -> Authorization:
        """Answer about an id token; one that is known may have one session at a time."""
        identity, evse_id = place
        answer = self.authority.decide(id_token, identity, self._clock())
        if not self.authority.knows(id_token) and id_token != REMOTE_ID_TOKEN:
            self.last_unknown_token = id_token
        if evse_id is not None and self.authority.knows(id_token):
            if answer.status is TokenStatus.ACCEPTED and self._in_use(place, id_token):
                return replace(answer, status=TokenStatus.CONCURRENT_TX)
        return answer

    def _in_use(self, place: Place, id_token: str) -> bool:
        """Whether a token has a session at another place than this."""
        return any(
            (station.identity, evse.id) != place
            and evse.running_transaction is not None
            and (evse.running_transaction.id_token or "").casefold()
            == id_token.casefold()
            for station in self._stations.values()
            for evse in station.snapshot.evses.values()
        )

    # Listening.

    async def start(
        self, host: str, port: int, tls: ssl.SSLContext | None = None
    ) -> None:
        """Open the port; 0 picks a free one.

        Raises:
            OSError: when the port cannot be opened.
        """
        # Reading and compiling the schemas takes a while, and reads files.
        await asyncio.to_thread(lambda: [version.schemas for version in VERSIONS])
        self._vendors = await asyncio.to_thread(vendor_files.load)
        self._server = await serve(
            self._serve,
            host,
            port,
            ssl=tls,
            process_request=self._check_request,
            select_subprotocol=_select_subprotocol,
            max_size=MAX_FRAME_BYTES,
            # Some chargers never answer a ping: what counts is whether anything is heard of them.
            ping_interval=None,
            close_timeout=3,
            logger=_SOCKET_LOGGER,
            create_connection=self._socket_type(),
        )
        self._keep(asyncio.create_task(self._keep_house(), name="ocpp housekeeping"))

    async def stop(self) -> None:
        """Close the port and all connections, in order, so that chargers reconnect soon."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close(reason="The central system stops")
            await self._server.wait_closed()
            self._server = None

    def _check_request(
        self, socket: ServerConnection, request: Request
    ) -> Response | None:
        try:
            identity = handshake.identity(request.path)
            self._check_password(identity, request.headers.get("Authorization"))
            self._check_room(identity)
        except HandshakeRefusedError as err:
            self._log_refusal(socket, err.reason)
            response = socket.respond(err.status, f"{err.reason}\n")
            if err.status is HTTPStatus.UNAUTHORIZED:
                response.headers["WWW-Authenticate"] = 'Basic realm="ocpp"'
            return response
        return None

    def _check_password(self, identity: str, authorization: str | None) -> None:
        station = self._stations.get(identity)
        if station is not None and not station.admits(authorization):
            told = "no password" if authorization is None else "a wrong password"
            raise HandshakeRefusedError(
                HTTPStatus.UNAUTHORIZED, f"Somebody came as {identity} with {told}"
            )

    def _check_room(self, identity: str) -> None:
        """Refuse yet another stranger where many are waiting already."""
        states = (station.snapshot.registration for station in self._stations.values())
        pending = sum(state is Registration.PENDING for state in states)
        if identity not in self._stations and pending >= self._tolerance.strangers:
            raise HandshakeRefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Too many unknown chargers are waiting already",
            )

    def _log_refusal(self, socket: ServerConnection, reason: str) -> None:
        """Log a refused connection once: chargers try again every few seconds."""
        address = socket.remote_address[0] if socket.remote_address else "unknown"
        if (
            len(self._refusals) < MAX_LOGGED_REFUSALS
            and (line := f"{address}: {reason}") not in self._refusals
        ):
            self._refusals.add(line)
            _LOGGER.warning("Connection refused from %s", line)

    def _socket_type(self) -> type[ServerConnection]:
        """Return a server connection that also reports requests which never got as far as a path."""
        log_refusal = self._log_refusal

        class Socket(ServerConnection):
            @override
            async def handshake(self, *args: object, **kwargs: object) -> None:
                await super().handshake(*args, **kwargs)  # type: ignore[arg-type]
                if self.request is None and self.protocol.handshake_exc is not None:
                    log_refusal(self, str(self.protocol.handshake_exc))

        return Socket

    # One connection.

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        identity = handshake.identity(socket.request.path)
        if (
            socket.subprotocol is None
            and "Sec-WebSocket-Protocol" in socket.request.headers
        ):
            # Nothing in common: OCPP-J demands an open handshake and then an immediate close.
            offered = socket.request.headers.get_all("Sec-WebSocket-Protocol")
            self._log_refusal(socket, handshake.no_common_version(offered))
            await socket.close(1002, "no common OCPP version")
            return
        station = self._stations.get(identity)
        if station is None:
            station = self._add(identity, self._strangers)
        session = self._open(station, socket)
        reason = "the connection was lost"
        try:
            reason = await self._receive(station, session)
        finally:
            session.connection.close()
            if self._sessions.get(identity) is session:
                del self._sessions[identity]
            station.detach(session, reason)
            self._forget_if_stranger(station)

    def _open(self, station: ChargingStation, socket: ServerConnection) -> _Session:
        version = handshake.version(socket.subprotocol)

        async def send(text: str) -> None:
            self._observe(station, Direction.OUT, text)
            try:
                await socket.send(text)
            except ConnectionClosed as err:
                raise NotConnectedError(station.identity) from err

        connection = Connection(
            station.identity,
            version,
            lambda action, payload: station.handle(version, action, payload),
            send,
            station.faults,
        )
        session = _Session(socket, connection, time.monotonic())
        self._sessions[station.identity] = session
        station.attach(session)
        self._spawn(self._greet(station, session), station)
        return session

    async def _receive(self, station: ChargingStation, session: _Session) -> str:
        """Serve a connection until it ends, and return why it did."""
        socket, connection = session.socket, session.connection
        try:
            async for text in socket:
                session.last_heard = time.monotonic()
                self._observe(station, Direction.IN, text)
                if (reply := connection.receive(text)) is not None:
                    self._observe(station, Direction.OUT, reply)
                    await socket.send(reply)
                station.publish()
        except ConnectionClosed as err:
            if err.sent is not None and err.sent.code == 1009:
                connection.note(
                    Fault.OVERSIZED_FRAME,
                    f"a frame of more than {MAX_FRAME_BYTES} bytes",
                )
                return "it sent a frame that is too large"
            return str(err)
        return "the connection was closed"

    def _observe(
        self, station: ChargingStation, direction: Direction, text: str | bytes
    ) -> None:
        shown = text if isinstance(text, str) else text.decode(errors="replace")
        station.message_log.add(self._clock(), direction, shown)
        if self._observe_frame is not None:
            self._observe_frame(station.identity, direction, shown)

    def _forget_if_stranger(self, station: ChargingStation) -> None:
        """Do not collect those who knocked and went."""
        if (
            not station.connected
            and station.snapshot.registration is Registration.PENDING
        ):
            if self._stations.get(station.identity) is station:
                del self._stations[station.identity]

    # What happens by itself.

    async def _greet(self, station: ChargingStation, session: _Session) -> None:
        """Have a charger announce itself that does not do so of its own accord, as after our restart."""
        await asyncio.sleep(self._tolerance.boot_s)
        if self._is_silent(session):
            with suppress(RejectedError, CallFailedError, CallTimeoutError):
                await station.announce()
                await asyncio.sleep(self._tolerance.boot_s)
        if self._is_silent(session):
            await self._meet(station)

    def _is_silent(self, session: _Session) -> bool:
        """Whether the connection is still the present one, and the charger has not announced itself."""
        return (
            self._sessions.get(session.connection.identity) is session
            and not session.booted
        )

    def _on_event(self, station: ChargingStation, event: Event) -> None:
        self._listeners.tell(station, event)
        match event:
            case Booted(info=info):
                if session := self._sessions.get(station.identity):
                    session.booted = True
                station.recognise(info)
                self._spawn(self._meet(station), station)
            case TransactionStarted():
                self._spawn(station.limits.uphold(), station)

    async def _meet(self, station: ChargingStation) -> None:
        """Get to know a charger; a stranger is then introduced with what it has told by then."""
        if station.snapshot.registration is not Registration.PENDING:
            await commission(station)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._tolerance.boot_s):
                await commission(station)
        if station.snapshot.registration is Registration.PENDING:
            self._listeners.tell(station, AwaitingAdoption(station.identity))

    async def _keep_house(self) -> None:
        """Renew and verify limits, ask for missing values, ping, and cut connections that are dead."""
        last_ping = time.monotonic()
        while True:
            await asyncio.sleep(self._tolerance.housekeeping_s)
            now = time.monotonic()
            ping_due = now - last_ping >= self._tolerance.ping_s
            if ping_due:
                last_ping = now
            for identity, session in tuple(self._sessions.items()):
                station = self._stations[identity]
                if now - session.last_heard > self._tolerance.silence_s:
                    session.drop()
                    continue
                if ping_due:
                    self._spawn(self._ping(session), station)
                for evse_id in station.silent_evses:
                    self._spawn(station.poll(evse_id), station)
                station.limits.verify()
                if station.limits.pending:
                    self._spawn(station.limits.uphold(), station)

    async def _ping(self, session: _Session) -> None:
        def heard(pong: asyncio.Future[float]) -> None:
            if not pong.cancelled() and pong.exception() is None:
                session.last_heard = time.monotonic()

        with suppress(ConnectionClosed):
            pong = asyncio.ensure_future(await session.socket.ping())
            pong.add_done_callback(heard)

    def _spawn(
        self, work: Coroutine[object, object, None], station: ChargingStation
    ) -> None:
        """Run work for a charger in the background; its failure is the charger's, and logged."""

        async def guarded() -> None:
            try:
                await work
            except CsmsError as err:
                _LOGGER.warning("Charger %s: %s", station.identity, err)

        self._keep(asyncio.create_task(guarded(), name=f"ocpp {station.identity}"))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _select_subprotocol(
    _: ServerConnection, offered: Sequence[Subprotocol]
) -> Subprotocol | None:
    agreed = handshake.choose(offered)
    return None if agreed is None else Subprotocol(agreed)
