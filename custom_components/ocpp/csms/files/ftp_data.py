"""The data connections of FTP, passive and active."""

from abc import ABC, abstractmethod
import asyncio
from typing import override

_PORTS = range(1024, 65536)


class WrongPeerError(Exception):
    """A data connection with another address than the peer's was asked for."""


class DataChannel(ABC):
    """A data connection that opens later."""

    def __init__(self, timeout_s: float) -> None:
        """Initialize without a connection, and with the time to wait for one."""
        self._timeout_s = timeout_s
        self._writer: asyncio.StreamWriter | None = None

    @abstractmethod
    async def connect(self) -> asyncio.StreamReader:
        """Wait for the connection, and return its stream.

        Raises:
            TimeoutError, ConnectionError: when there is no connection.
        """

    def close(self) -> None:
        """Cut it."""
        if self._writer is not None:
            self._writer.close()


class Passive(DataChannel):
    """A passive data connection, which the peer opens."""

    def __init__(self, peer_host: str, timeout_s: float) -> None:
        """Initialize; `open` opens the port."""
        super().__init__(timeout_s)
        self.port = 0
        self._peer_host = peer_host
        self._server: asyncio.Server | None = None
        self._connected: asyncio.Future[asyncio.StreamReader] = (
            asyncio.get_running_loop().create_future()
        )

    @classmethod
    async def open(cls, own_host: str, peer_host: str, timeout_s: float) -> Passive:
        """Open a free port for the peer.

        Raises:
            OSError: when it cannot be opened.
        """
        channel = cls(peer_host, timeout_s)
        server = await asyncio.start_server(channel._take, own_host, 0)
        channel._server = server
        channel.port = int(server.sockets[0].getsockname()[1])
        return channel

    @override
    async def connect(self) -> asyncio.StreamReader:
        async with asyncio.timeout(self._timeout_s):
            return await asyncio.shield(self._connected)

    @override
    def close(self) -> None:
        super().close()
        if self._server is not None:
            self._server.close()
        self._connected.cancel()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = str(writer.get_extra_info("peername")[0]).removeprefix("::ffff:")
        if host != self._peer_host or self._connected.done():
            writer.close()
            return
        self._writer = writer
        self._connected.set_result(reader)


class Active(DataChannel):
    """An active data connection, which is opened to the peer."""

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        """Initialize without a connection."""
        super().__init__(timeout_s)
        self._address = host, port

    @classmethod
    def to(cls, host: str, port: int, peer_host: str, timeout_s: float) -> Active:
        """Return the connection to an address that the peer has named.

        Raises:
            WrongPeerError: when it is not the peer's own.
        """
        if host != peer_host or port not in _PORTS:
            raise WrongPeerError
        return cls(host, port, timeout_s)

    @override
    async def connect(self) -> asyncio.StreamReader:
        try:
            async with asyncio.timeout(self._timeout_s):
                reader, self._writer = await asyncio.open_connection(*self._address)
        except OSError as err:
            raise ConnectionError from err
        return reader
