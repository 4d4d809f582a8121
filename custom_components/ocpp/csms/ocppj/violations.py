"""Violations of the protocol by a charger, counted with examples."""

from collections import Counter
from enum import StrEnum

_MAX_EXAMPLES = 5
_MAX_EXAMPLE_LENGTH = 200
_MAX_REPORTED = 20


class Fault(StrEnum):
    """A kind of violation; each is logged once."""

    MALFORMED_FRAME = "malformed_frame"
    UNKNOWN_MESSAGE_TYPE = "unknown_message_type"
    UNKNOWN_ACTION = "unknown_action"
    SCHEMA_VIOLATION = "schema_violation"
    UNUSABLE_PAYLOAD = "unusable_payload"
    UNUSABLE_VALUE = "unusable_value"
    UNUSABLE_SETTING = "unusable_setting"
    WRONG_CLOCK = "wrong_clock"
    FALLING_REGISTER = "falling_register"
    UNKNOWN_TRANSACTION = "unknown_transaction"
    UNENDED_TRANSACTION = "unended_transaction"
    DUPLICATE_MESSAGE_ID = "duplicate_message_id"
    REFUSED_ANSWER = "refused_answer"
    NO_ANSWER = "no_answer"
    LATE_ANSWER = "late_answer"
    ABANDONED_CONNECTION = "abandoned_connection"
    OVERSIZED_FRAME = "oversized_frame"
    FLOOD = "flood"


class Faults(Counter[Fault]):
    """The number of faults of each kind, and the first different examples of each."""

    def __init__(self) -> None:
        """Initialize without faults."""
        super().__init__()
        self.examples: dict[Fault, list[str]] = {}
        self._reported: set[tuple[Fault, str]] = set()

    @property
    def none_of_its_own(self) -> bool:
        """True if the charger has made no fault; a network that fails is none of its own."""
        return self.total() == self[Fault.ABANDONED_CONNECTION]

    def note(self, fault: Fault, detail: str, count: int = 1) -> None:
        """Count a fault."""
        self[fault] += count
        examples = self.examples.setdefault(fault, [])
        example = detail[:_MAX_EXAMPLE_LENGTH]
        if len(examples) < _MAX_EXAMPLES and example not in examples:
            examples.append(example)

    def is_news(self, fault: Fault, detail: str) -> bool:
        """Return whether a fault is worth a line in the log: the first time, and not too many of each kind."""
        news = fault, detail[:_MAX_EXAMPLE_LENGTH]
        told = sum(reported is fault for reported, _ in self._reported)
        if news in self._reported or told >= _MAX_REPORTED:
            return False
        self._reported.add(news)
        return True
