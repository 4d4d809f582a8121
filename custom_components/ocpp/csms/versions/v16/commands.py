"""Commands whose answer is little more than a status."""

from collections.abc import Callable

from ...errors import RejectedError
from ...ocppj.framing import Payload
from ..encoding import to_payload
from ..requests import Request


def command(message: object, *granted: str) -> Request[None]:
    """Return a command that is granted by any of these statuses, or by `Accepted` if there are none."""
    action = type(message).__name__
    return Request(
        action, to_payload(message), read_status(action, *(granted or ("Accepted",)))
    )


def read_status(action: str, *granted: str) -> Callable[[Payload], None]:
    """Return the reader of an answer that is only a status, granted by any of these."""

    def read(answer: Payload) -> None:
        status = str(answer.get("status"))
        if status not in granted:
            raise RejectedError(action, status)

    return read
