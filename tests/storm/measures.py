"""What a process takes: time, processor, memory, and the longest that its event loop stood still."""

import asyncio
from collections.abc import Awaitable, Callable
import ctypes
from dataclasses import dataclass
import gc
from pathlib import Path
import resource
import time
from typing import Any

_PERIOD_S = 0.005


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one phase."""

    wall_s: float
    cpu_s: float
    block_ms: float
    """The longest time for which the event loop stood still, in processor time of its thread."""
    gc_ms: float
    """The longest garbage collection, which may be all of that."""
    memory_mb: float


class Meter:
    """Measures phase after phase."""

    def __init__(self) -> None:
        """Start with the first phase."""
        self._begin()
        self._collecting_s = 0.0
        gc.callbacks.append(self._on_collection)

    def _begin(self) -> None:
        self._block_s = self._gc_s = 0.0
        self._wall_s, self._cpu_s = time.monotonic(), time.process_time()

    def _on_collection(self, phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            self._collecting_s = time.thread_time()
        else:
            self._gc_s = max(self._gc_s, time.thread_time() - self._collecting_s)

    async def watch(self) -> None:
        """Watch the event loop, until cancelled."""
        while True:
            before_s = time.thread_time()
            await asyncio.sleep(_PERIOD_S)
            self._block_s = max(self._block_s, time.thread_time() - before_s)

    async def finish(self, settle: Callable[[], Awaitable[None]]) -> Measures:
        """Return the measures of the phase that ends, and begin another.

        What is still waiting to be written, as `settle` does, is not held for long, and is not counted as memory.
        """
        await asyncio.sleep(2 * _PERIOD_S)
        wall_s = time.monotonic() - self._wall_s
        cpu_s = time.process_time() - self._cpu_s
        block_ms, gc_ms = self._block_s * 1000, self._gc_s * 1000
        await settle()
        gc.collect()
        _give_back()
        memory_mb = _memory_bytes() / 1e6
        await asyncio.sleep(2 * _PERIOD_S)
        self._begin()
        return Measures(wall_s, cpu_s, block_ms, gc_ms, memory_mb)


def _give_back() -> None:
    """Give freed memory back to the system, where the C library would keep it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _memory_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
