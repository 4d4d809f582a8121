"""A command on its way to a charger."""

from collections.abc import Callable
from dataclasses import dataclass

from ..framing import Payload


@dataclass(frozen=True, slots=True)
class Request[T]:
    """A call to a charger, and how to read its answer.

    `read` raises `RejectedError` where the answer says no. `deviate` turns the payload, after it was checked, into what a
    charger wants that does not follow the specification.
    """

    action: str
    payload: Payload
    read: Callable[[Payload], T]
    deviate: Callable[[Payload], Payload] | None = None
