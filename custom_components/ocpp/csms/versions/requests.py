"""Commands on their way to a charger."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import batched

from ..errors import RejectedError
from ..ocppj.framing import Payload
from ..ocppj.spelling import spelling
from .parts import Part

ACCEPTED = "Accepted"
_YES = frozenset({"accept", "ok", "okay", "success", "successful"})
"""Other words of chargers for that."""


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
    most: int | None,
    compose: Callable[[Sequence[I]], Request[T]],
    join: Callable[[Sequence[T]], T],
) -> Request[T] | Batch[T]:
    """Return the command about items of which a charger takes only so many in one call."""
    if most is None or len(items) <= most:
        return compose(items)
    return Batch([compose(batch) for batch in batched(items, most, strict=False)], join)


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
