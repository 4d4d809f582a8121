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
from websockets.protocol import SEND_EOF, Event

from .rate_limit import TokenBucket

READ_BYTES = 2**9
"""The number of bytes that are read at once; the smallest frames have six, and each takes time and some hundred bytes."""

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
        self.on_oversized: Callable[[], None] = lambda: None
        """Is called when a message is too large, which is the end of the connection."""
        self._begun = self._lost = self._oversized = False
        self._early = bytearray()
        self._request_bytes = 0
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

    @override
    def buffer_updated(self, nbytes: int) -> None:
        self.data_received(bytes(_read_buffer[:nbytes]))

    @override
    def data_received(self, data: bytes) -> None:
        if not self._begun:
            # What a charger says in one breath with the last word of the TLS handshake.
            self._early += data[: MAX_REQUEST_BYTES - len(self._early)]
            return
        if self.request is None:
            self._request_bytes += len(data)
            if self._request_bytes > MAX_REQUEST_BYTES:
                self.on_excess(Excess.REQUEST)
                return
        super().data_received(data)
        self.on_unfinished(len(self._pieces) + len(self.protocol.reader.buffer))
        if not self._oversized and isinstance(self.protocol.parser_exc, PayloadTooBig):
            self._oversized = True
            self.on_oversized()

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
