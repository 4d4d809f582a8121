"""The pace at which observers are told of what a charger reports."""

import asyncio
from collections.abc import Callable
import time

from .rate_limit import TokenBucket

PUBLISHED, PUBLISHED_PER_S = 200, 5
"""The number of messages that are told of at once, and how many more each second; no charger reports as often for long."""

TOGETHER_S = 1.0
"""The time for which the changes of more messages are collected."""


class PacedPublishing:
    """Publishing after each message, or in a flood of messages once a second.

    Each change is a state of many entities, which Home Assistant writes to its database. Events are told at once, with
    the state at their time: a charger may report many sessions in a moment, and each has an energy of its own.
    """

    def __init__(
        self, publish: Callable[[], None], has_events: Callable[[], bool]
    ) -> None:
        """Initialize.

        Args:
            publish: tells the observers of all changes since it was called last.
            has_events: returns True if there are events among them.
        """
        self._publish = publish
        self._has_events = has_events
        self._pace = TokenBucket(PUBLISHED_PER_S, PUBLISHED, time.monotonic())
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
