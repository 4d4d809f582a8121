"""Locks of the EVSEs of one charger."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager


class EvseLocks:
    """One lock for each EVSE, so that none waits for another."""

    def __init__(self) -> None:
        """Initialize with all of them free."""
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def one(self, evse_id: int) -> asyncio.Lock:
        """Return the lock of an EVSE."""
        return self._locks[evse_id]

    @asynccontextmanager
    async def several(self, evse_ids: Iterable[int]) -> AsyncIterator[None]:
        """Hold the locks of several EVSEs, always taken in the same order."""
        async with AsyncExitStack() as stack:
            for evse_id in sorted(evse_ids):
                await stack.enter_async_context(self._locks[evse_id])
            yield
