"""The server of chargers: its ports, and one open websocket for each charger that is in charge."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import ssl

from ..ocppj.violations import Fault
from ..pki.security_profiles import SecurityProfile
from ..station import ChargingStation
from ..timeouts import Timeouts
from . import handshake
from .admission import ConnectionPolicy
from .authentication import objection
from .bounded_socket import BoundedSocket
from .handshake import Negotiation
from .listener import Listener, credentials_of
from .refusals import RefusalReason
from .takeovers import Takeovers
from .turns import Lane, Turns
from .turnstile import Turnstile
from .websocket import ChargerSocket, Observe


class ChargerServer:
    """Lets in whom the policy admits, and keeps one connection of each in charge."""

    def __init__(
        self,
        policy: ConnectionPolicy,
        negotiation: Negotiation,
        timeouts: Timeouts,
        station_of: Callable[[str], Awaitable[ChargingStation]],
        observe: Observe,
        on_open: Callable[[ChargingStation, ChargerSocket], None],
        on_close: Callable[[ChargingStation], None],
    ) -> None:
        """Initialize; no port is open yet.

        Args:
            policy: who may come in.
            negotiation: how the protocol version is chosen.
            timeouts: how long a connection may take to be encrypted, and then to say who wants in; and for signs of life.
            station_of: returns the station of a charger that has come in.
            observe: is told of every frame.
            on_open: is told of every connection that is put in charge.
            on_close: is told of every charger one of whose connections has ended.
        """
        self._policy = policy
        self._negotiation = negotiation
        self._handshake_s = timeouts.handshake_s
        self._station_of = station_of
        self._observe = observe
        self._on_close = on_close
        self._turns = Turns()
        self._turnstile = Turnstile()
        self._sockets: dict[str, ChargerSocket] = {}
        self.takeovers = Takeovers(self._sockets, timeouts, on_open)
        """The connections that claim an identity."""
        self._listeners: list[Listener] = []

    @property
    def sockets(self) -> Mapping[str, ChargerSocket]:
        """The open websockets, by the charger's identity."""
        return self._sockets

    @property
    def ports(self) -> list[int]:
        """The ports that are open, in the order in which they were opened."""
        return [listener.port for listener in self._listeners]

    def port_for(self, profile: SecurityProfile) -> int | None:
        """Return the port to connect to with a security profile; None if none is open."""
        encrypted = profile.asks_for_encryption
        fitting = (
            listener.port
            for listener in self._listeners
            if (listener.tls is not None) is encrypted
        )
        return next(fitting, None)

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None) -> int:
        """Open a port, encrypted or not, and return its number.

        Raises:
            OSError: when it cannot be opened.
        """
        listener = Listener(
            self._policy, self._negotiation, self._serve, self._handshake_s, tls
        )
        await listener.open(host, port)
        self._listeners.append(listener)
        return listener.port

    def renegotiate(self, station: ChargingStation) -> None:
        """Cut a connection that speaks another version than is best for what is known of the charger by now."""
        socket = self._sockets.get(station.identity)
        if socket is None or socket.station is not station:
            return
        best = self._negotiation.choose(socket.offered, station.capabilities.versions)
        if best is None:
            return
        if self._negotiation.dialect(best).name != socket.version.name:
            socket.drop()

    def encrypt_with(self, tls: ssl.SSLContext) -> None:
        """Use another certificate for connections to come; those that are open stay."""
        for listener in self._listeners:
            if listener.tls is not None:
                listener.tls = tls

    async def close(self) -> None:
        """Close the ports and all connections, in order, so that chargers reconnect soon."""
        await asyncio.gather(*(listener.close() for listener in self._listeners))
        self._listeners.clear()

    async def _serve(self, websocket: BoundedSocket) -> None:
        # Whoever it is, only what it sends will tell.
        await self._turns.take(Lane.STRANGERS)
        assert websocket.request is not None
        identity = handshake.identity(websocket.request.path)
        address = websocket.address
        offered = websocket.request.headers.get_all("Sec-WebSocket-Protocol")
        if websocket.subprotocol is None and offered:
            # Nothing in common: OCPP-J demands an open handshake and then an immediate close.
            why = self._negotiation.refusal(offered)
            self._policy.refuse(address, RefusalReason.VERSION, why, identity)
            await websocket.close(1002, "no common OCPP version")
            return
        # The first one of its version has to wait until that is read; nothing of what follows may.
        version = await self._negotiation.dialect(websocket.subprotocol).learn()
        station = await self._station_of(identity)
        paces = self._policy.paces_of(station)
        if not await self._turnstile.lets_through(
            station, websocket, paces.connections
        ):
            return
        credentials = credentials_of(websocket, websocket.request)
        if (
            not self._policy.is_known(station)
            or objection(identity, station.access, credentials) is not None
        ):
            # What it takes to come in has changed since it was admitted.
            websocket.transport.abort()
            return
        self._policy.note_admitted(address, identity)
        socket = ChargerSocket(
            station,
            websocket,
            version,
            credentials,
            paces,
            self._policy.frames_of_unknown(),
            self._turns,
            self._observe,
            lambda: self._policy.note_misuse(
                address, RefusalReason.FRAMES, "It sends too many messages", identity
            ),
            self.takeovers.expose,
        )
        for oddity in websocket.mending.oddities:
            socket.connection.note(Fault.ODD_HANDSHAKE, oddity)
        await self._attend(socket)

    async def _attend(self, socket: ChargerSocket) -> None:
        station = socket.station
        self.takeovers.receive(socket)
        reason = "the connection was lost"
        try:
            reason = await socket.run()
            await self._turns.take(socket.lane)
        finally:
            socket.connection.close()
            self.takeovers.leave(socket, reason)
            self._on_close(station)
