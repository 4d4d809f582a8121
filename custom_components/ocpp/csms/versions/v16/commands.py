"""Commands whose answer is little more than a status."""

from collections.abc import Callable, Collection

from ...errors import RejectedError
from ...ocppj.framing import Payload
from ...ocppj.spelling import spelling
from ..encoding import to_payload
from ..requests import Request

_ACCEPTED = "Accepted"
_YES = frozenset({"accept", "ok", "okay", "success", "successful"})
"""Other words of chargers for that."""


def command(message: object, *granted: str) -> Request[None]:
    """Return a command that is granted by any of these statuses, or by `Accepted` if there are none."""
    action = type(message).__name__
    return Request(
        action, to_payload(message), read_status(action, *(granted or (_ACCEPTED,)))
    )


def read_status(action: str, *granted: str) -> Callable[[Payload], None]:
    """Return the reader of an answer that is only a status, granted by any of these."""

    def read(answer: Payload) -> None:
        status = str(answer.get("status"))
        if status not in granted and not _is_yes(status, granted):
            raise RejectedError(action, status)

    return read


def _is_yes(status: str, granted: Collection[str]) -> bool:
    """Return True for another word that is accepted."""
    return _ACCEPTED in granted and spelling(status) in _YES
