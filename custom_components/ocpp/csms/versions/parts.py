"""The parts of a long answer: messages of a charger's own that follow the answer to a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..ocppj.framing import Payload


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a long answer; `more` tells that others follow.

    `number` counts the messages from 0; it is None where the protocol does not number them.
    """

    payload: Payload
    number: int | None
    more: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one answer that have come in so far, in any order; `last` is the number of the last one, once known."""

    by_number: Mapping[int, Payload] = field(default_factory=dict)
    last: int | None = None

    def with_part(self, part: Part) -> Parts:
        """Return the parts with another one; one that is repeated takes the place of the first."""
        number = len(self.by_number) if part.number is None else part.number
        last = self.last if part.more else number
        return Parts({**self.by_number, number: part.payload}, last)

    @property
    def complete(self) -> bool:
        """True once nothing is missing any more."""
        return self.last is not None and self.gap is None

    @property
    def gap(self) -> int | None:
        """The number of the first part that is missing before the last one."""
        if self.last is None:
            return None
        # Some chargers count from 1.
        first = min(1, *self.by_number, self.last)
        missing = (n for n in range(first, self.last) if n not in self.by_number)
        return next(missing, None)

    @property
    def payloads(self) -> Sequence[Payload]:
        """The messages in their order, up to the last one."""
        numbers = sorted(self.by_number)
        return [
            self.by_number[number]
            for number in numbers
            if self.last is None or number <= self.last
        ]

    @property
    def lack(self) -> str:
        """The reason why the parts are not complete, in words."""
        if not self.by_number:
            return "nothing has come"
        if self.gap is not None:
            return f"message {self.gap} is missing"
        return f"nothing has come after {len(self.by_number)} messages"
