"""A command on its way to a charger."""

from collections.abc import Callable
from dataclasses import dataclass

from ..ocppj.framing import Payload


@dataclass(frozen=True, slots=True)
class Request[T]:
    """A call to a charger, and how to read its answer.

    `read` raises `RejectedError` where the answer says no.
    """

    action: str
    payload: Payload
    read: Callable[[Payload], T]
