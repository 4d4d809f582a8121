"""Messages of which only a part has come: anybody may leave them unfinished."""

from collections.abc import Callable
from dataclasses import dataclass

from .bounded_socket import MAX_UNKNOWN_FRAME_BYTES

MAX_UNFINISHED_BYTES = 2**24
"""The memory for all large messages of a port that are unfinished."""


@dataclass(frozen=True, slots=True)
class _Unfinished:
    """A message of which so much has come."""

    size: int
    cut: Callable[[], None]


class UnfinishedMessages:
    """The large unfinished messages of a port; where they take too much memory, the oldest has to yield."""

    def __init__(self, most_bytes: int = MAX_UNFINISHED_BYTES) -> None:
        """Initialize with none."""
        self._most_bytes = most_bytes
        self._bytes = 0
        self._by_key: dict[object, _Unfinished] = {}

    def note(self, key: object, size: int, cut: Callable[[], None]) -> None:
        """Note how much has come of a message, which `cut` gives up."""
        if size <= MAX_UNKNOWN_FRAME_BYTES:
            self.discard(key)
            return
        before = self._by_key.get(key)
        self._by_key[key] = _Unfinished(size, cut)
        self._bytes += size - (0 if before is None else before.size)
        while self._bytes > self._most_bytes:
            oldest, unfinished = next(iter(self._by_key.items()))
            self.discard(oldest)
            unfinished.cut()

    def discard(self, key: object) -> None:
        """Forget a message that has come to its end, one way or the other."""
        if (unfinished := self._by_key.pop(key, None)) is not None:
            self._bytes -= unfinished.size
