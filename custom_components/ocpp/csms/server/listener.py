"""The ports that chargers connect to, with encryption or without.

The connection policy is asked twice: before anything is spent on a connection, and again once its request is read.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
import logging
import ssl
from typing import override

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from ..errors import HandshakeRefusedError
from ..pki.certificates import ClientCertificate
from ..pki.security_profiles import Credentials
from . import handshake
from .admission import ConnectionPolicy, ConnectionRequest
from .bounded_socket import (
    MAX_UNKNOWN_FRAME_BYTES,
    BoundedEncryption,
    BoundedSocket,
    Excess,
)
from .handshake import Negotiation
from .opening import OpeningConnections
from .refusals import RefusalReason
from .unfinished import UnfinishedMessages
from .upgrade import VERSION, mend

_SOCKET_LOGGER = logging.getLogger(f"{__name__}.sockets")
# It tells of every connection, which is told here in terms of chargers.
_SOCKET_LOGGER.setLevel(logging.WARNING)

MAX_QUEUED_FRAMES = 1
"""The number of frames that may wait to be looked at, beyond which nothing more is read."""

MAX_ENCRYPTED_BYTES = 2**13
"""The number of encrypted bytes that are held while nobody reads, all of which are decrypted at once."""

MAX_OPENING, MAX_OPENING_ENCRYPTED = 300, 100
"""The numbers of connections that may be half open; those with encryption take much more memory."""

# What OpenSSL calls it.
_REASONS = {
    RefusalReason.DISTRUST: frozenset(
        {
            "TLSV1_ALERT_UNKNOWN_CA",
            "SSLV3_ALERT_BAD_CERTIFICATE",
            "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
            "SSLV3_ALERT_CERTIFICATE_EXPIRED",
            "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        }
    ),
    RefusalReason.TLS_VERSION: frozenset(
        {
            "UNSUPPORTED_PROTOCOL",
            "NO_SHARED_CIPHER",
            "TLSV1_ALERT_PROTOCOL_VERSION",
            "TLSV1_ALERT_INSUFFICIENT_SECURITY",
        }
    ),
}

type Serve = Callable[[BoundedSocket], Awaitable[None]]


class Listener:
    """One port."""

    def __init__(
        self,
        policy: ConnectionPolicy,
        negotiation: Negotiation,
        serve_socket: Serve,
        handshake_s: float,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Initialize; `open` opens the port.

        Args:
            policy: who is asked.
            negotiation: how the protocol version is chosen.
            serve_socket: what becomes of a connection that was let in.
            handshake_s: how long a connection may take to be encrypted, and then to say who wants in.
            tls: how connections are encrypted, if they are; another one counts for those that come after it.
        """
        self.tls = tls
        self._policy = policy
        self._negotiation = negotiation
        self._serve = serve_socket
        self._handshake_s = handshake_s
        self._server: Server | None = None
        self._opening = OpeningConnections(
            MAX_OPENING if tls is None else MAX_OPENING_ENCRYPTED
        )
        self._unfinished = UnfinishedMessages()
        self._handshakes: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The number of the port."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self, host: str, port: int) -> None:
        """Open the port; 0 picks a free one.

        Raises:
            OSError: when it cannot be opened.
        """
        self._server = await serve(
            self._attend,
            host,
            port,
            process_request=self._check_request,
            process_response=self._complete_response,
            select_subprotocol=self._select_subprotocol,
            # Until it is known who it is.
            max_size=MAX_UNKNOWN_FRAME_BYTES,
            max_queue=MAX_QUEUED_FRAMES,
            # A few bytes could unpack to gigabytes; and no charger needs it.
            compression=None,
            open_timeout=self._handshake_s,
            # Some chargers never answer a ping: what counts is whether anything is heard of them.
            ping_interval=None,
            close_timeout=3,
            logger=_SOCKET_LOGGER,
            create_connection=self._socket_type(),
        )

    async def _attend(self, socket: ServerConnection) -> None:
        assert isinstance(socket, BoundedSocket)
        await self._serve(socket)

    async def close(self) -> None:
        """Close the port and all its connections, in order, so that chargers reconnect soon."""
        for handshake_task in tuple(self._handshakes):
            handshake_task.cancel()
        if self._server is not None:
            self._server.close(reason="The central system stops")
            await self._server.wait_closed()

    def _check_request(
        self, socket: ServerConnection, request: Request
    ) -> Response | None:
        assert isinstance(socket, BoundedSocket)
        refusal = self._policy.admit(
            ConnectionRequest(
                socket.address,
                request.path,
                credentials_of(socket, request),
                # Every browser sends it, whatever the page wants, and no charger does.
                "Origin" in request.headers,
            )
        )
        if refusal is None:
            socket.mending = mend(request)
            return None
        response = socket.respond(refusal.status, f"{refusal.detail}\n")
        if refusal.status is HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = 'Basic realm="ocpp"'
        if refusal.status is HTTPStatus.TOO_MANY_REQUESTS:
            response.headers["Retry-After"] = "60"
        return response

    def _complete_response(
        self, socket: ServerConnection, _: Request, response: Response
    ) -> None:
        assert isinstance(socket, BoundedSocket)
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            if (accept := socket.mending.accept) is not None:
                del response.headers["Sec-WebSocket-Accept"]
                response.headers["Sec-WebSocket-Accept"] = accept
        elif socket.protocol.handshake_exc is not None:
            # So that it can try another one.
            response.headers[VERSION] = "13"

    def _select_subprotocol(
        self, socket: ServerConnection, offered: Sequence[Subprotocol]
    ) -> Subprotocol | None:
        assert socket.request is not None
        preferred = self._policy.versions_of(socket.request.path)
        agreed = self._negotiation.choose(offered, preferred)
        return None if agreed is None else Subprotocol(agreed)

    def _socket_type(self) -> type[ServerConnection]:
        listener = self

        class Socket(BoundedSocket):
            @override
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                assert isinstance(transport, asyncio.Transport)
                listener.receive(self, transport)

            @override
            def on_excess(self, excess: Excess) -> None:
                listener.cut(self, excess)

            @override
            def on_unfinished(self, size: int) -> None:
                listener.note_unfinished(self, size)

            @override
            async def handshake(self, *args: object, **kwargs: object) -> None:
                try:
                    await super().handshake(*args, **kwargs)
                except asyncio.CancelledError:
                    listener.note_failed(self, "it asks for nothing in time")
                    raise
                finally:
                    listener.note_opened(self)
                if (err := self.protocol.handshake_exc) is not None:
                    listener.note_failed(self, str(err))

            @override
            def connection_lost(self, exc: Exception | None) -> None:
                listener.note_opened(self)
                listener.note_unfinished(self, 0)
                super().connection_lost(exc)

        return Socket

    def receive(self, socket: BoundedSocket, transport: asyncio.Transport) -> None:
        """Take in a connection that somebody has opened."""
        # The transport may forget it with the end of the connection.
        socket.address = address = address_of(transport)
        if not self._policy.may_connect(address):
            transport.abort()
        elif not self._opening.add(address, socket, transport.abort):
            self.refuse(
                transport, RefusalReason.CONNECTIONS, "It has too many half-open ones"
            )
            transport.abort()
        elif self.tls is None:
            socket.begin(transport)
        else:
            # Nothing may be read before it is clear who decrypts it.
            transport.pause_reading()
            work = self._encrypt(socket, transport, self.tls)
            task = asyncio.create_task(work, name="ocpp TLS handshake")
            self._handshakes.add(task)
            task.add_done_callback(self._handshakes.discard)

    def note_opened(self, socket: BoundedSocket) -> None:
        """Note that a connection is open, or that it never will be."""
        self._opening.discard(socket)

    def note_failed(self, socket: BoundedSocket, why: str) -> None:
        """Note that a connection has come to nothing for what its request is, or is not."""
        self._refuse_by_request(socket, RefusalReason.UPGRADE, why)

    def note_unfinished(self, socket: BoundedSocket, size: int) -> None:
        """Note how much has come of a message whose end has not."""
        self._unfinished.note(socket, size, lambda: self.cut(socket, Excess.UNFINISHED))

    async def _encrypt(
        self, socket: BoundedSocket, transport: asyncio.Transport, tls: ssl.SSLContext
    ) -> None:
        loop = asyncio.get_running_loop()
        # As soon as the encryption is there, and before anything is read.
        loop.call_soon(self._bound, socket, transport)
        try:
            encrypted = await loop.start_tls(
                transport,
                socket,
                tls,
                server_side=True,
                ssl_handshake_timeout=self._handshake_s,
            )
        except OSError as err:
            # A socket is not told of the end of a connection that was lost during its handshake.
            self._give_up(socket, transport)
            self.refuse(transport, *_tls_refusal(err))
        except asyncio.CancelledError:
            self._give_up(socket, transport)
            raise
        else:
            if encrypted is None:
                self._give_up(socket, transport)
            else:
                # Only transports that decrypt have it.
                encrypted.set_read_buffer_limits(MAX_ENCRYPTED_BYTES)  # type: ignore[attr-defined]
                socket.begin(encrypted)

    def _bound(self, socket: BoundedSocket, transport: asyncio.Transport) -> None:
        """Put the bounds below the encryption of a connection."""

        def cut() -> None:
            self.refuse(transport, RefusalReason.FRAMES, Excess.HOLLOW.value)
            transport.abort()

        encryption = transport.get_protocol()
        assert isinstance(encryption, asyncio.BufferedProtocol)
        transport.set_protocol(BoundedEncryption(encryption, socket, cut))

    def _give_up(self, socket: BoundedSocket, transport: asyncio.Transport) -> None:
        transport.abort()
        self.note_opened(socket)

    def cut(self, socket: BoundedSocket, excess: Excess) -> None:
        """Cut a connection that asks for too much of what cannot be held up, or for too much to begin with."""
        if socket.transport.is_closing():
            return
        self._refuse_by_request(socket, RefusalReason.FRAMES, excess.value)
        socket.transport.abort()

    def _refuse_by_request(
        self, socket: BoundedSocket, reason: RefusalReason, detail: str
    ) -> None:
        """Take note of a connection that is given up, for another reason if its request has not been read yet."""
        if socket.request is None:
            self._policy.refuse(socket.address, RefusalReason.HTTP, detail)
            return
        try:
            identity = handshake.identity(socket.request.path)
        except HandshakeRefusedError:
            # It goes on sending although it was refused.
            identity = None
        self._policy.refuse(socket.address, reason, detail, identity)

    def refuse(
        self, transport: asyncio.BaseTransport, reason: RefusalReason, detail: str
    ) -> None:
        """Take note of a connection that never got as far as a request."""
        self._policy.refuse(address_of(transport), reason, detail)


def address_of(transport: asyncio.BaseTransport) -> str:
    """Return the network address at the other end."""
    peer = transport.get_extra_info("peername")
    return str(peer[0]).removeprefix("::ffff:") if peer else "unknown"


def credentials_of(socket: ServerConnection, request: Request) -> Credentials:
    """Return what somebody has shown who wants to come in."""
    encryption: ssl.SSLObject | None = socket.transport.get_extra_info("ssl_object")
    certificate = None if encryption is None else encryption.getpeercert(True)
    shown = request.headers.get_all("Authorization")
    return Credentials(
        # Two of them are none: which one is meant, nobody can tell.
        shown[0] if len(shown) == 1 else None,
        encryption is not None,
        None if certificate is None else ClientCertificate.read(certificate),
    )


def _tls_refusal(err: OSError) -> tuple[RefusalReason, str]:
    match err:
        case ssl.SSLCertVerificationError(verify_message=message):
            return (
                RefusalReason.CERTIFICATE,
                f"Its certificate is not accepted: {message}",
            )
        case ssl.SSLError(reason=str(word)):
            reason = next(
                (item for item, words in _REASONS.items() if word in words),
                RefusalReason.TLS,
            )
            return reason, word.replace("_", " ").lower()
        case _:
            detail = str(err) or "The connection was closed during the TLS handshake"
            return RefusalReason.TLS, detail
