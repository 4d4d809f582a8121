"""A websocket that takes in no more at a time than is looked at.

Whoever connects decides in how many pieces something comes, and how much of it before anybody waits for it. So little is
read at once, what comes in pieces is put together as it comes, and what the websocket answers by itself is counted.
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Callable
from enum import Enum
import time
from typing import override

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import PayloadTooBig
from websockets.frames import Frame, Opcode
from websockets.protocol import SEND_EOF, Event, State

from ..allowances.rate_limit import TokenBucket
from .request_head import END_OF_HEAD, RequestHead
from .upgrade import Mending

READ_BYTES = 2**9
"""The number of bytes that are read at once; the smallest frames have six, and each takes time and some hundred bytes."""

READ_ENCRYPTED_BYTES = 2**10
"""The number of encrypted bytes that are read at once; 27 of them change the keys, which takes much longer than to read."""

MAX_HOLLOW_BYTES = 2**15
"""The number of encrypted bytes that may come without any content; a handshake with certificates has some thousands."""

_BYTES_OF_CONTENT = 64
"""The number of encrypted bytes that may come for each byte of content; some send each byte by itself."""

MAX_REQUEST_BYTES = 2**14
"""The size of the largest request to open a websocket; those of chargers have some hundred bytes."""

CONTROL_FRAMES, CONTROL_FRAMES_PER_S = 500, 10
PIECES, PIECES_PER_S = 5000, 500

_CONTROL = frozenset({Opcode.PING, Opcode.PONG})


class Excess(Enum):
    """Too much of something, in words for the owner."""

    REQUEST = "Its request is too large"
    CONTROL_FRAMES = "It sends too many pings"
    PIECES = "It sends messages in too many pieces"
    UNFINISHED = "It leaves large messages unfinished"
    HOLLOW = "It sends much that is encrypted and has no content"


# One for all sockets: what has been read is taken out of it at once.
_read_buffer = memoryview(bytearray(READ_BYTES))


MAX_FRAME_BYTES = 2**20
"""The size of the largest frame of an adopted charger; some report all meter values of a day at once."""

MAX_UNKNOWN_FRAME_BYTES = 2**14
"""The size of the largest frame of anybody else."""


class BoundedSocket(ServerConnection, asyncio.BufferedProtocol, ABC):
    """A connection whose websocket begins only once it is encrypted, where it must be."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Initialize as the library does."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        now = time.monotonic()
        self.address = ""
        """The network address at the other end."""
        self.on_oversized: Callable[[], None] = lambda: None
        """Is called when a message is too large, which is the end of the connection."""
        self._begun = self._lost = self._oversized = False
        self._early = bytearray()
        self._hollow_bytes = 0
        self._request_bytes = 0
        self._head: RequestHead | None = RequestHead()
        self._is_answered = False
        self._behind = bytearray()
        self.mending = Mending()
        """The mends to its request."""
        self._first_piece: Frame | None = None
        self._pieces = bytearray()
        self._control_frames = TokenBucket(CONTROL_FRAMES_PER_S, CONTROL_FRAMES, now)
        self._piece_count = TokenBucket(PIECES_PER_S, PIECES, now)

    def begin(self, transport: asyncio.Transport) -> None:
        """Begin with the websocket, unless the other end has gone in the meantime."""
        if self._lost:
            return
        self._begun = True
        super().connection_made(transport)
        if self._early:
            early, self._early = bytes(self._early), bytearray()
            self.data_received(early)

    def take_in(self, most_bytes: int) -> None:
        """Take in messages of this size at most from now on."""
        self.protocol.max_message_size = most_bytes

    @abstractmethod
    def on_excess(self, excess: Excess) -> None:
        """Cut the connection."""

    @abstractmethod
    def on_unfinished(self, size: int) -> None:
        """Take note of how much has come of a message whose end has not."""

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        return _read_buffer

    def may_decrypt(self, size: int) -> bool:
        """Return whether more encrypted bytes may be looked at, or too many have come that held nothing."""
        self._hollow_bytes += size
        return self._hollow_bytes <= MAX_HOLLOW_BYTES

    @override
    def buffer_updated(self, nbytes: int) -> None:
        content = _BYTES_OF_CONTENT * nbytes
        self._hollow_bytes = max(0, self._hollow_bytes - content)
        self.data_received(bytes(_read_buffer[:nbytes]))

    @override
    def data_received(self, data: bytes) -> None:
        if not self._begun:
            # What a charger says in one breath with the last word of the TLS handshake.
            self._early += data[: MAX_REQUEST_BYTES - len(self._early)]
            return
        if not self._is_answered:
            self._request_bytes += len(data)
            if self._request_bytes > MAX_REQUEST_BYTES:
                self.on_excess(Excess.REQUEST)
                return
        if self._head is not None:
            data, is_whole = self._head.take_in(data)
            if not is_whole:
                return
            self._head = None
        if self.request is None:
            head, end, data = data.partition(END_OF_HEAD)
            super().data_received(head + end)
        if self._is_answered:
            self._take_in(data)
        else:
            self._behind += data

    def _take_in(self, data: bytes) -> None:
        super().data_received(data)
        self.on_unfinished(len(self._pieces) + len(self.protocol.reader.buffer))
        if not self._oversized and isinstance(self.protocol.parser_exc, PayloadTooBig):
            self._oversized = True
            self.on_oversized()

    @override
    async def handshake(self, *args: object, **kwargs: object) -> None:
        await super().handshake(*args, **kwargs)  # type: ignore[arg-type]
        self._is_answered = True
        if self.state is State.OPEN:
            # What somebody says before he is answered must not get in the way of the answer.
            self._take_in(bytes(self._behind))
        self._behind.clear()

    @override
    def send_data(self) -> None:
        # All at once: each write to a connection that is lost leaves a line in the log.
        writes = self.protocol.data_to_send()
        if self.transport.is_closing():
            return
        if data := b"".join(writes):
            self.transport.write(data)
        if SEND_EOF in writes:
            self.protocol.writes.append(SEND_EOF)
            super().send_data()

    @override
    def process_event(self, event: Event) -> None:
        if isinstance(event, Frame):
            self._process_frame(event)
        else:
            super().process_event(event)

    def _process_frame(self, frame: Frame) -> None:
        if frame.opcode in _CONTROL:
            # They are answered before they could be held up.
            if not self._control_frames.take(time.monotonic()):
                self.on_excess(Excess.CONTROL_FRAMES)
                return
        elif frame.opcode is not Opcode.CLOSE and (
            not frame.fin or self._first_piece is not None
        ):
            self._add_piece(frame)
            return
        super().process_event(frame)

    def _add_piece(self, piece: Frame) -> None:
        """Put a message together that comes in pieces: each by itself takes more memory than its text."""
        if not self._piece_count.take(time.monotonic()):
            self.on_excess(Excess.PIECES)
            return
        first = self._first_piece = self._first_piece or piece
        self._pieces += piece.data
        if piece.fin:
            whole = Frame(first.opcode, bytes(self._pieces))
            self._first_piece, self._pieces = None, bytearray()
            super().process_event(whole)

    @override
    def eof_received(self) -> None:
        if self._begun:
            super().eof_received()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        if self._begun:
            super().connection_lost(exc)


class BoundedEncryption(asyncio.BufferedProtocol):
    """The bytes below the encryption of a socket: few are read at once, and few without content."""

    def __init__(
        self,
        encryption: asyncio.BufferedProtocol,
        socket: BoundedSocket,
        on_hollow: Callable[[], None],
    ) -> None:
        """Initialize below the encryption of a socket; `on_hollow` has to cut it."""
        self._encryption = encryption
        self._socket = socket
        self._on_hollow = on_hollow

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        return memoryview(self._encryption.get_buffer(sizehint))[:READ_ENCRYPTED_BYTES]

    @override
    def buffer_updated(self, nbytes: int) -> None:
        if self._socket.may_decrypt(nbytes):
            self._encryption.buffer_updated(nbytes)
        else:
            self._on_hollow()

    @override
    def eof_received(self) -> bool | None:
        return self._encryption.eof_received()

    @override
    def pause_writing(self) -> None:
        self._encryption.pause_writing()

    @override
    def resume_writing(self) -> None:
        self._encryption.resume_writing()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._encryption.connection_lost(exc)
