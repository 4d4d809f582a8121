"""Turns of connections that all have something to do at the same moment, as after a power cut.

An event loop does everything that is due before it looks at timers and sockets again: 200 messages at once would keep
all of Home Assistant waiting for a third of a second.
"""

import asyncio
from collections import deque
from enum import Enum, auto
import time

SLICE_S = 0.01
"""The time for which work should go on before everything else has its turn."""

MOST_TURNS = 64
"""The number of turns in one round of the event loop that even the shortest work gets."""


class Lane(Enum):
    """Those who wait for a turn together."""

    ADOPTED = auto()
    STRANGERS = auto()
    """They get one turn a round while adopted chargers wait."""


class Turns:
    """The turns of all connections; first come, first served in each lane."""

    def __init__(self) -> None:
        """Initialize; nobody waits."""
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {
            lane: deque() for lane in Lane
        }
        self._began_s: float | None = None
        """The time at which this round of the event loop began, if anything was done in it."""
        self._turns = 1
        """The number of turns in a round, as many as fit into the slice."""

    async def take(self, lane: Lane) -> None:
        """Wait for a turn, if others wait or have had this round of the event loop for themselves."""
        loop = asyncio.get_running_loop()
        now_s = time.monotonic()
        if self._began_s is None:
            self._began_s = now_s
            loop.call_soon(self._next_round)
        elif any(self._waiting.values()) or now_s - self._began_s >= SLICE_S:
            turn = loop.create_future()
            self._waiting[lane].append(turn)
            await turn

    def _next_round(self) -> None:
        if not any(self._waiting.values()):
            # Who comes next may have more to do.
            self._began_s, self._turns = None, 1
            return
        self._learn()
        self._wake(Lane.STRANGERS, 1)
        left = self._wake(Lane.ADOPTED, self._turns)
        self._wake(Lane.STRANGERS, left)
        asyncio.get_running_loop().call_soon(self._next_round)

    def _learn(self) -> None:
        """Have as many turns as took the time of a slice in the last round."""
        now_s = time.monotonic()
        took_s, self._began_s = now_s - (self._began_s or now_s), now_s
        if took_s > SLICE_S:
            self._turns = max(1, self._turns // 2)
        elif took_s < SLICE_S / 2:
            self._turns = min(MOST_TURNS, 2 * self._turns)

    def _wake(self, lane: Lane, most: int) -> int:
        """Wake the first that wait in a lane, and return how many turns are left."""
        waiting = self._waiting[lane]
        while most > 0 and waiting:
            turn = waiting.popleft()
            # Whose connection was lost while it waited needs none.
            if not turn.done():
                turn.set_result(None)
                most -= 1
        return most
