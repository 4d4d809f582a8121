"""The calls of a charger on one connection, as far as they show that our answers go unnoticed."""

from collections.abc import Mapping
from dataclasses import dataclass

from .framing import Json, Payload


@dataclass(frozen=True, slots=True)
class Repetition:
    """So many calls of the same content, each accepted, and so soon after the one before.

    `status` are the names that lead to the status in the answer: what was refused is tried again by anybody.
    """

    calls: int
    within_s: float
    status: tuple[str, ...]

    def is_accepted(self, answer: Payload) -> bool:
        """Return whether an answer says yes."""
        found: Json = answer
        for name in self.status:
            found = found.get(name) if isinstance(found, dict) else None
        return found == "Accepted"


class RepeatedCalls:
    """Calls that are made again although they were answered; those of one content, one behind the other, count once."""

    def __init__(self, repetitions: Mapping[str, Repetition]) -> None:
        """Initialize with what shows that answers go unnoticed, by action."""
        self._repetitions = repetitions
        self._last: tuple[str, Payload] | None = None
        self._last_at_s = 0.0
        self._calls = 0

    def take(self, action: str, payload: Payload, answer: Payload, at_s: float) -> bool:
        """Take in a call that is answered; return whether it shows that the answers before it went unnoticed."""
        sign = self._repetitions.get(action)
        if sign is None or not sign.is_accepted(answer):
            return False
        is_again = self._last == (action, payload)
        if not is_again:
            self._last, self._calls = (action, payload), 0
        elif at_s - self._last_at_s > sign.within_s:
            self._calls = 0
        self._last_at_s = at_s
        self._calls += 1
        return self._calls == sign.calls
