"""Violations of the protocol by a charger, counted with examples."""

from collections import Counter
from enum import StrEnum

_MAX_EXAMPLES = 5
_MAX_EXAMPLE_LENGTH = 200
_MAX_REPORTED = 20

DEFECT_AGAIN_AFTER_S = 3600.0
"""The time after which a defect of ours is worth another traceback in the log."""


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
    WRONG_UNIT = "wrong_unit"
    UNKNOWN_TRANSACTION = "unknown_transaction"
    UNENDED_TRANSACTION = "unended_transaction"
    MISSING_EVENT = "missing_event"
    DUPLICATE_MESSAGE_ID = "duplicate_message_id"
    REFUSED_ANSWER = "refused_answer"
    NO_ANSWER = "no_answer"
    LATE_ANSWER = "late_answer"
    ABANDONED_CONNECTION = "abandoned_connection"
    OVERSIZED_FRAME = "oversized_frame"
    FLOOD = "flood"
    ODD_HANDSHAKE = "odd_handshake"
    DEFECT_HERE = "defect_here"
    """None of the charger's, but a message of its has brought it to light."""


class Faults(Counter[Fault]):
    """The number of faults of each kind, and the first different examples of each."""

    def __init__(self) -> None:
        """Initialize without faults."""
        super().__init__()
        self.examples: dict[Fault, list[str]] = {}
        self._reported: set[tuple[Fault, str]] = set()
        self._defects_logged_s: dict[str, float] = {}

    @property
    def none_of_its_own(self) -> bool:
        """True if the charger has made no fault; a network that fails is none of its own, nor is a defect of ours."""
        others = self[Fault.ABANDONED_CONNECTION] + self[Fault.DEFECT_HERE]
        return self.total() == others

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

    def is_news_of_defect(self, defect: str, now_s: float) -> bool:
        """Return whether a defect is worth a traceback: each one now and then, and not too many of them."""
        logged_s = self._defects_logged_s.get(defect)
        if logged_s is None and len(self._defects_logged_s) >= _MAX_REPORTED:
            return False
        if logged_s is not None and now_s - logged_s < DEFECT_AGAIN_AFTER_S:
            return False
        self._defects_logged_s[defect] = now_s
        return True
