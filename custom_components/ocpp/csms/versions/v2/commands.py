"""Commands whose answer is little more than a status."""

from ...ocppj.framing import Payload
from ..requests import ACCEPTED, Request, read_status


def command(action: str, payload: Payload, *granted: str) -> Request[None]:
    """Return a command that is granted by any of these statuses, or by `Accepted` if there are none."""
    return Request(action, payload, read_status(action, *(granted or (ACCEPTED,))))
