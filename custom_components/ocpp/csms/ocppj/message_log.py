"""The last frames of a charger, of which diagnostics show the harmless part."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from sys import getsizeof
import zlib

import orjson

from .disclosure import Disclosure
from .framing import Json
from .trimming import is_too_deep

MAX_FRAMES = 500
MAX_BYTES = 98_304
"""The memory for an adopted charger's frames: enough for 500 long ones, but for fewer that cannot be compressed well."""
MAX_BYTES_OF_UNKNOWN = 16_000
_MAX_LENGTH = 4000
_BLOCK_FRAMES, _BLOCK_BYTES = 50, 32_768
"""The number of frames, or the memory for their texts, that is compressed at once."""


class Direction(StrEnum):
    """The direction of a frame: in from the charger, or out to it."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class LoggedFrame:
    """One frame as it was on the wire, up to a maximum length."""

    at: datetime
    direction: Direction
    text: str


@dataclass(frozen=True, slots=True)
class _Block:
    """Some frames one after the other, compressed."""

    frames: int
    content: bytes


class MessageLog:
    """A log of the last frames, which are parsed only when it is read.

    Frames resemble each other, so all but the newest are compressed in blocks, to a tenth of their size or less.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._blocks: deque[_Block] = deque()
        self._newest: list[LoggedFrame] = []
        self._newest_bytes = 0

    def add(
        self, at: datetime, direction: Direction, text: str, most_bytes: int = MAX_BYTES
    ) -> None:
        """Add a frame, and forget the oldest ones if all take more memory than this."""
        frame = LoggedFrame(at, direction, text[:_MAX_LENGTH])
        self._newest.append(frame)
        self._newest_bytes += getsizeof(frame.text)
        block_bytes = min(_BLOCK_BYTES, most_bytes // 2)
        if self._newest_bytes >= block_bytes or len(self._newest) >= _BLOCK_FRAMES:
            self._blocks.append(_compressed(self._newest))
            self._newest, self._newest_bytes = [], 0
            self._forget(most_bytes - block_bytes)

    def _forget(self, most_bytes: int) -> None:
        """Forget the oldest blocks that are too many."""
        kept_bytes = sum(len(block.content) for block in self._blocks)
        frames = sum(block.frames for block in self._blocks)
        while self._blocks and (
            kept_bytes > most_bytes or frames - self._blocks[0].frames >= MAX_FRAMES
        ):
            oldest = self._blocks.popleft()
            kept_bytes -= len(oldest.content)
            frames -= oldest.frames

    def _kept(self) -> list[LoggedFrame]:
        older = [frame for block in self._blocks for frame in _uncompressed(block)]
        return [*older, *self._newest][-MAX_FRAMES:]

    def shown(self, disclosure: Disclosure) -> list[dict[str, Json]]:
        """Return the harmless parts of the frames, the oldest first."""
        return [
            {
                "time": frame.at.isoformat(timespec="milliseconds"),
                "direction": frame.direction.value,
                "frame": _parsed(frame.text, disclosure),
            }
            for frame in self._kept()
        ]


def _compressed(frames: list[LoggedFrame]) -> _Block:
    heads = [
        (frame.at.timestamp(), frame.direction, len(frame.text)) for frame in frames
    ]
    texts = "".join(frame.text for frame in frames)
    content = orjson.dumps(heads) + b"\n" + texts.encode()
    return _Block(len(frames), zlib.compress(content, level=3))


def _uncompressed(block: _Block) -> Iterator[LoggedFrame]:
    head, _, content = zlib.decompress(block.content).partition(b"\n")
    texts, begin = content.decode(), 0
    for at_s, direction, length in orjson.loads(head):
        text = texts[begin : begin + length]
        yield LoggedFrame(datetime.fromtimestamp(at_s, UTC), Direction(direction), text)
        begin += length


def _parsed(text: str, disclosure: Disclosure) -> Json:
    try:
        frame: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        # Cut off, or no JSON: what stands where in it cannot be known.
        return f"{len(text)} characters that are no JSON"
    if is_too_deep(frame):
        return f"{len(text)} characters that are nested too deeply"
    return disclosure.frame(frame)
