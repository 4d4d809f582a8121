"""The pace at which a charger is answered, and at which observers are told of what it reports."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
import time

from websockets.exceptions import ConnectionClosed

from ..allowances.rate_limit import TokenBucket

TOGETHER_S = 1.0
"""The time for which the changes of more messages are collected."""


class PacedPublishing:
    """Publishing after each message, or in a flood of messages once a second.

    Each change is a state of many entities, which Home Assistant writes to its database. Events are told at once, with
    the state at their time: a charger may report many sessions in a moment, and each has an energy of its own.
    """

    def __init__(
        self,
        publish: Callable[[], None],
        has_events: Callable[[], bool],
        pace: TokenBucket,
    ) -> None:
        """Initialize.

        Args:
            publish: tells the observers of all changes since it was called last.
            has_events: returns True if there are events among them.
            pace: the pace of the charger, whatever connection it comes on.
        """
        self._publish = publish
        self._has_events = has_events
        self._pace = pace
        self._timer: asyncio.TimerHandle | None = None

    def note_message(self) -> None:
        """Tell the observers of a message, now or together with those that follow."""
        is_in_pace = self._pace.take(time.monotonic())
        if self._has_events():
            self._publish()
        elif self._timer is not None:
            return
        elif is_in_pace:
            self._publish()
        else:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(TOGETHER_S, self._publish_together)

    def stop(self) -> None:
        """Leave to others what has not been told yet."""
        if self._timer is not None:
            self._timer.cancel()

    def _publish_together(self) -> None:
        self._timer = None
        self._publish()


MOST_WAITING = 20
"""The number of answers that may wait, beyond which nothing more is read of the charger."""

type Tell = Callable[[], Awaitable[None]]
"""Sends the answers to one message, and tells of what has followed from it."""


class Answers:
    """The answers on one connection: each at once or after a delay since its call came, and all in order."""

    def __init__(self) -> None:
        """Initialize; no answer waits."""
        self._waiting: deque[tuple[float, Tell]] = deque()
        self._sending: asyncio.Task[None] | None = None

    async def give(self, tell: Tell, delay_s: float) -> None:
        """Give answers, now or later."""
        if delay_s <= 0 and self._sending is None:
            await tell()
            return
        loop = asyncio.get_running_loop()
        self._waiting.append((loop.time() + delay_s, tell))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send(), name="ocpp answers")
        elif len(self._waiting) > MOST_WAITING:
            await asyncio.wait({self._sending})

    def stop(self) -> None:
        """Give no more answers: the connection has ended."""
        if self._sending is not None:
            self._sending.cancel()

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            with suppress(ConnectionClosed):
                while self._waiting:
                    due, tell = self._waiting.popleft()
                    await asyncio.sleep(max(0.0, due - loop.time()))
                    await tell()
        finally:
            self._sending = None
