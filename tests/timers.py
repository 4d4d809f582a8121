"""The clock by which timers run down, in the hands of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
import time


class Timers:
    """A clock that can be put ahead, so that no test waits for time-outs or needs short ones, and be stopped."""

    def __init__(self) -> None:
        """Start with the real clock."""
        self._measured = time.monotonic
        self._ahead_s = 0.0
        self._stopped_at: float | None = None

    def __call__(self) -> float:
        """Return the time, as `time.monotonic` does."""
        if self._stopped_at is not None:
            return self._stopped_at
        return self._measured() + self._ahead_s

    def elapse(self, seconds: float) -> None:
        """Have so much time gone by."""
        self._ahead_s += seconds

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the clock: what depends on a timer now never happens."""
        before = self()
        self._stopped_at = before
        try:
            yield
        finally:
            self._stopped_at = None
            self._ahead_s = before - self._measured()
