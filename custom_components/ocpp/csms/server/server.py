"""Where chargers come in: the ports, and one open websocket for each charger, the newest one."""

import asyncio
from collections.abc import Callable, Mapping
import ssl

from websockets.asyncio.server import ServerConnection

from ..station import ChargingStation
from . import handshake
from .admission import Doorkeeper
from .listener import Listener, address_of, credentials_of
from .refusals import Trouble
from .websocket import Observe, Session


class Reception:
    """Lets in whom the doorkeeper admits, and keeps the newest connection of each."""

    def __init__(
        self,
        doorkeeper: Doorkeeper,
        handshake_s: float,
        station_of: Callable[[str], ChargingStation],
        observe: Observe,
        on_open: Callable[[ChargingStation, Session], None],
        on_close: Callable[[ChargingStation], None],
    ) -> None:
        """Initialize; no port is open yet.

        Args:
            doorkeeper: who may come in.
            handshake_s: how long a connection may take to be encrypted, and then to say who wants in.
            station_of: returns the station of a charger that has come in.
            observe: is told of every frame.
            on_open: is told of every new connection.
            on_close: is told of every charger one of whose connections has ended.
        """
        self._doorkeeper = doorkeeper
        self._handshake_s = handshake_s
        self._station_of = station_of
        self._observe = observe
        self._on_open = on_open
        self._on_close = on_close
        self._sessions: dict[str, Session] = {}
        self._listeners: list[Listener] = []

    @property
    def sessions(self) -> Mapping[str, Session]:
        """The open connections, by the charger's identity."""
        return self._sessions

    @property
    def ports(self) -> list[int]:
        """The ports that are open, in the order in which they were opened."""
        return [listener.port for listener in self._listeners]

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None) -> int:
        """Open a port, encrypted or not, and return its number.

        Raises:
            OSError: when it cannot be opened.
        """
        listener = Listener(self._doorkeeper, self._serve, self._handshake_s, tls)
        await listener.open(host, port)
        self._listeners.append(listener)
        return listener.port

    def encrypt_with(self, tls: ssl.SSLContext) -> None:
        """Use another certificate for connections to come; those that are open stay."""
        for listener in self._listeners:
            if listener.tls is not None:
                listener.tls = tls

    async def close(self) -> None:
        """Close the ports and all connections, in order, so that chargers reconnect soon."""
        await asyncio.gather(*(listener.close() for listener in self._listeners))
        self._listeners.clear()

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        identity = handshake.identity(socket.request.path)
        address = address_of(socket.transport)
        offered = socket.request.headers.get_all("Sec-WebSocket-Protocol")
        if socket.subprotocol is None and offered:
            # Nothing in common: OCPP-J demands an open handshake and then an immediate close.
            why = handshake.no_common_version(offered)
            self._doorkeeper.turn_away(address, Trouble.VERSION, why, identity)
            await socket.close(1002, "no common OCPP version")
            return
        self._doorkeeper.welcome(address, identity)
        session = Session(
            self._station_of(identity),
            socket,
            credentials_of(socket, socket.request),
            self._doorkeeper.frame_allowance(),
            self._observe,
            lambda: self._doorkeeper.complain(
                address, Trouble.FRAMES, "It sends too many messages", identity
            ),
        )
        await self._attend(session)

    async def _attend(self, session: Session) -> None:
        station = session.station
        self._sessions[station.identity] = session
        station.attach(session)
        self._on_open(station, session)
        reason = "the connection was lost"
        try:
            reason = await session.run()
        finally:
            session.connection.close()
            if self._sessions.get(station.identity) is session:
                del self._sessions[station.identity]
            station.detach(session, reason)
            self._on_close(station)
