"""The messages about transactions: told in order, and kept while they cannot be told."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from .link import CallRefused, ConnectionLost, Link
from .schemas import Payload

type Taker = Callable[[Payload], Awaitable[None]]


@dataclass(slots=True)
class _Kept:
    action: str
    payload: Payload
    take: Taker


class Outbox:
    """The queue of the messages about transactions."""

    def __init__(self, link: Link, *, tells_offline: bool) -> None:
        """Initialize empty; some stations do not say that a message comes late."""
        self._link = link
        self._tells_offline = tells_offline
        self._kept: deque[_Kept] = deque()
        self._turn = asyncio.Lock()
        self.held = False
        """True while messages are kept in spite of a connection, as before a boot is accepted."""
        self.attempts = 1
        """The number of attempts to tell a message that is answered with errors."""
        self.refused: list[CallRefused] = []
        """The errors that messages were answered with."""

    def __len__(self) -> int:
        """Return how many messages are waiting."""
        return len(self._kept)

    def transaction_ids(self) -> set[str]:
        """Return the transactions that messages wait for."""
        infos = (kept.payload.get("transactionInfo", {}) for kept in self._kept)
        return {info["transactionId"] for info in infos if info}

    async def tell(self, action: str, payload: Payload, take: Taker) -> None:
        """Send a message, now or once there is a connection, and hand over its answer."""
        if not self._link.connected and self._tells_offline:
            payload["offline"] = True
        self._kept.append(_Kept(action, payload, take))
        if not self.held:
            await self.drain()

    async def drain(self) -> None:
        """Send all that is kept, the oldest first."""
        answered: list[tuple[_Kept, Payload]] = []
        async with self._turn:
            while self._kept and self._link.connected:
                kept = self._kept[0]
                try:
                    answer = await self._attempt(kept)
                except ConnectionLost:
                    break
                except CallRefused as error:
                    self.refused.append(error)
                else:
                    answered.append((kept, answer))
                self._kept.popleft()
        for kept, answer in answered:
            await kept.take(answer)

    async def _attempt(self, kept: _Kept) -> Payload:
        """Send a message, again and again if it is answered with errors."""
        for _ in range(1, self.attempts):
            with suppress(CallRefused):
                return await self._link.call_unchecked(kept.action, kept.payload)
        return await self._link.call_unchecked(kept.action, kept.payload)
