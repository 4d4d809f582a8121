"""Commands whose answer is little more than a status."""

from ..encoding import to_payload
from ..requests import ACCEPTED, Request, read_status


def command(message: object, *granted: str) -> Request[None]:
    """Return a command that is granted by any of these statuses, or by `Accepted` if there are none."""
    action = type(message).__name__
    return Request(
        action, to_payload(message), read_status(action, *(granted or (ACCEPTED,)))
    )
