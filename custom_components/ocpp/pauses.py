"""Pauses in work on many chargers, so that the event loop gets its turn in between."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import gc
import time

SLICE_S = 0.01
"""The time after which a pause is due; each of the platforms works for so long before all others have had their turn."""


class Pauses:
    """Pauses that are shared by everything that works on many chargers at the same time."""

    def __init__(self) -> None:
        """Begin with the first slice."""
        self._since_s = time.monotonic()

    async def take(self) -> None:
        """Let others have their turn, if a pause is due."""
        if time.monotonic() - self._since_s >= SLICE_S:
            await asyncio.sleep(0)
            self._since_s = time.monotonic()


@contextmanager
def older_garbage_left_alone() -> Iterator[None]:
    """Have garbage collections look at nothing that was there before.

    So many new objects bring about full collections, each of which would take a second where there is much.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
