"""Answers that come in later, in messages of a charger's own, and the wait for them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from ..errors import IncompleteAnswerError, NotConnectedError
from ..ocppj.framing import CallError, CallResult, Payload
from ..versions.parts import Part, Parts
from ..versions.requests import Exchange, Request

MOST_PARTS = 5_000
"""The greatest number of messages of an answer; a charger with more sends them without end."""


_MAX_TIMEOUT_FACTOR = 4
"""The factor by which timeouts grow at most for a charger that has answered too late."""


@dataclass(slots=True)
class Outstanding:
    """The call that waits for the charger's answer, which is None after the socket has closed."""

    message_id: str
    answer: asyncio.Future[CallResult | CallError | None]


class Hearing:
    """The answers to the calls on one connection: whether there are any, and how many in a row are missing."""

    def __init__(self) -> None:
        """Initialize; nothing was asked."""
        self.answers = False
        """True once it has answered a call."""
        self.unanswered: list[str] = []
        """The calls that it has not answered since it last answered one."""
        self.timeout_factor = 1
        """The factor by which it gets more time to answer than others."""
        self.invited: frozenset[str] = frozenset()
        """The messages that it was asked for."""

    def note_unanswered(self, action: str) -> None:
        """Take note of a call that was not answered in time."""
        self.unanswered.append(action)

    def note_late(self) -> None:
        """Take note of the answer to a call that was given up: the charger is not dead but slow."""
        self.timeout_factor = min(self.timeout_factor * 2, _MAX_TIMEOUT_FACTOR)

    def note_answer(self) -> None:
        """Take note of an answer, be it too late."""
        self.answers = True
        self.unanswered.clear()


class Exchanges:
    """The long answers that are awaited on one connection."""

    def __init__(self, identity: str) -> None:
        """Initialize; no answer is awaited."""
        self._identity = identity
        self._awaited: list[_Answer] = []
        self._closed = False

    def take_in(self, action: str, payload: Payload) -> None:
        """Take in a message of the charger's, which may be part of an answer."""
        for answer in self._awaited:
            answer.take_in(action, payload)

    def close(self) -> None:
        """End all that is awaited: the connection is lost."""
        self._closed = True
        for answer in self._awaited:
            answer.changed.set()

    async def carry_out[T](
        self, exchange: Exchange[T], ask: Callable[[Request[bool]], Awaitable[bool]]
    ) -> T:
        """Ask for a long answer and return its meaning once it is complete.

        Raises:
            IncompleteAnswerError: when parts of it do not come.
            NotConnectedError: when the connection ends before they have.
            CsmsError: as `ask` does.
        """
        answer = _Answer(exchange.part)
        # Parts can come in before the answer to the call has.
        self._awaited.append(answer)
        try:
            follows = await ask(exchange.request)
            payloads = await self._complete(answer, exchange) if follows else []
        finally:
            self._awaited.remove(answer)
        return exchange.read(payloads)

    async def _complete[T](
        self, answer: _Answer, exchange: Exchange[T]
    ) -> Sequence[Payload]:
        while not answer.parts.complete:
            if self._closed:
                raise NotConnectedError(self._identity)
            action, silence_s = exchange.request.action, exchange.silence_s
            if len(answer.parts.by_number) > MOST_PARTS:
                raise IncompleteAnswerError(action, silence_s, "it has no end")
            answer.changed.clear()
            try:
                async with asyncio.timeout(silence_s):
                    await answer.changed.wait()
            except TimeoutError as err:
                lack = answer.parts.lack
                raise IncompleteAnswerError(action, silence_s, lack) from err
        return answer.parts.payloads


class _Answer:
    """A long answer that is awaited."""

    def __init__(self, part: Callable[[str, Payload], Part | None]) -> None:
        self.parts = Parts()
        self.changed = asyncio.Event()
        self._part = part

    def take_in(self, action: str, payload: Payload) -> None:
        part = self._part(action, payload)
        if part is not None:
            self.parts = self.parts.with_part(part)
            self.changed.set()
