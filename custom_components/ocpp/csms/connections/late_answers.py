"""Answers that take a while, and do not hold up other messages of the charger's."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from ..errors import NotConnectedError
from ..ocppj.framing import CallResult, MessageId, Payload, encode


class LateAnswers:
    """The answer that is still to be given on one connection.

    There is one at a time: a charger waits for it before it calls again, unless it has given it up.
    """

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Initialize with what puts a frame on the wire."""
        self._send = send
        self._coming: asyncio.Task[None] | None = None

    def give(
        self,
        message_id: MessageId,
        payload: Awaitable[Payload],
        fail: Callable[[Exception], str],
    ) -> None:
        """Answer a call once its answer is known; `fail` returns the frame for a defect of ours."""
        self.stop()
        giving = self._give(message_id, payload, fail)
        self._coming = asyncio.create_task(giving, name="ocpp late answer")

    def stop(self) -> None:
        """Give no answer any more."""
        if self._coming is not None:
            self._coming.cancel()

    async def _give(
        self,
        message_id: MessageId,
        payload: Awaitable[Payload],
        fail: Callable[[Exception], str],
    ) -> None:
        try:
            frame = encode(CallResult(message_id, await payload))
        except Exception as err:  # noqa: BLE001
            # The charger waits for an answer in any case.
            frame = fail(err)
        # Nobody waits for it any more on a connection that was lost.
        with suppress(NotConnectedError):
            await self._send(frame)
