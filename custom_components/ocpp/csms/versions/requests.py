"""Commands on their way to a charger."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from ..devices.settings import MessageBounds
from ..errors import RejectedError
from ..ocppj.framing import Call, Payload, encode
from ..ocppj.spelling import spelling
from .parts import Part

ACCEPTED = "Accepted"
_YES = frozenset({"accept", "ok", "okay", "success", "successful"})
"""Other words of chargers for that."""
_LONGEST_ID = "0" * 36


@dataclass(frozen=True, slots=True)
class Request[T]:
    """A call to a charger, and the reading of its answer.

    `read` raises `RejectedError` where the answer says no.
    """

    action: str
    payload: Payload
    read: Callable[[Payload], T]


@dataclass(frozen=True, slots=True)
class Exchange[T]:
    """A call that a charger answers later, in messages of its own.

    The answer to `request` tells whether any will come. `part` returns the part of the answer that a message of the
    charger's is, None if it is none; `read` makes the result of all of them. `silence_s` is the longest pause between
    two.
    """

    request: Request[bool]
    part: Callable[[str, Payload], Part | None]
    read: Callable[[Sequence[Payload]], T]
    silence_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Batch[T]:
    """A command that takes several calls, one after the other; `join` makes the result of their answers."""

    requests: Sequence[Request[T]]
    join: Callable[[Sequence[T]], T]


type Command[T] = Request[T] | Exchange[T] | Batch[T]
"""A command as versions compose it: whoever gives it need not know how many messages it takes."""


def in_batches[I, T](
    items: Sequence[I],
    bounds: MessageBounds,
    compose: Callable[[Sequence[I]], Request[T]],
    join: Callable[[Sequence[T]], T],
) -> Request[T] | Batch[T]:
    """Return the command about items of which a charger takes only so many, or so many bytes, in one call."""
    requests = [*_requests(items, bounds, compose)]
    return requests[0] if len(requests) == 1 else Batch(requests, join)


def _requests[I, T](
    items: Sequence[I],
    bounds: MessageBounds,
    compose: Callable[[Sequence[I]], Request[T]],
) -> Iterator[Request[T]]:
    """Yield calls with as many items each as they may have, but at least one."""
    first = bounds.items or len(items)
    for batch in batched(items, first, strict=False) if items else [()]:
        yield from _halved(batch, bounds, compose)


def _halved[I, T](
    items: Sequence[I],
    bounds: MessageBounds,
    compose: Callable[[Sequence[I]], Request[T]],
) -> Iterator[Request[T]]:
    """Yield one call, or several for what is too large for one."""
    request, half = compose(items), len(items) // 2
    if half == 0 or _fits(request, bounds.size_bytes):
        yield request
        return
    yield from _halved(items[:half], bounds, compose)
    yield from _halved(items[half:], bounds, compose)


def _fits[T](request: Request[T], most_bytes: int | None) -> bool:
    if most_bytes is None:
        return True
    frame = encode(Call(_LONGEST_ID, request.action, request.payload))
    return len(frame.encode()) <= most_bytes


def read_status(action: str, *granted: str) -> Callable[[Payload], None]:
    """Return the reader of an answer that is only a status, granted by any of these."""

    def read(answer: Payload) -> None:
        status = str(answer.get("status"))
        if status not in granted and not _is_yes(status, granted):
            raise RejectedError(action, status)

    return read


def _is_yes(status: str, granted: Collection[str]) -> bool:
    """Return True for another word that is accepted."""
    return ACCEPTED in granted and spelling(status) in _YES
