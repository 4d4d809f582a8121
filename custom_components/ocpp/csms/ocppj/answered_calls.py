"""The latest calls of a charger and their answers, which it gets again if it repeats a call."""

from collections import OrderedDict
from dataclasses import dataclass

from .framing import MessageId

_MOST = 16
_LONGEST_ID = 255
"""The length of a message id that may be remembered; the specification allows 36 characters."""


@dataclass(frozen=True, slots=True)
class _Answered:
    """A call of the charger's by its hash, and the answer to give again should it repeat the call."""

    text_hash: int
    answer: str | None


class AnsweredCalls:
    """The calls that were answered on one connection."""

    def __init__(self) -> None:
        """Initialize without any."""
        self._by_id: OrderedDict[MessageId, _Answered] = OrderedDict()

    def __contains__(self, message_id: MessageId) -> bool:
        """Return whether a call of this id was answered."""
        return message_id in self._by_id

    def answer_again(self, message_id: MessageId, text: str | bytes) -> str | None:
        """Return the answer that a call was given; None if it is another one, or may be carried out again."""
        earlier = self._by_id.get(message_id)
        if earlier is None or earlier.text_hash != hash(text):
            return None
        return earlier.answer

    def remember(
        self, message_id: MessageId, text: str | bytes, answer: str | None
    ) -> None:
        """Take note of a call; without an answer, of one that may be carried out again."""
        if len(str(message_id)) > _LONGEST_ID:
            return
        self._by_id[message_id] = _Answered(hash(text), answer)
        if len(self._by_id) > _MOST:
            self._by_id.popitem(last=False)
