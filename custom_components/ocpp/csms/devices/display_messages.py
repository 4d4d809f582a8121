"""Messages on the screen of a charger.

Source: OCPP 2.0.1 part 2, chapter O.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessagePriority(StrEnum):
    """The claim of a message to the screen, against that of others."""

    ALWAYS_IN_FRONT = "always_in_front"
    IN_FRONT = "in_front"
    IN_TURN = "in_turn"


class MessageState(StrEnum):
    """The state of a charger in which a message is shown."""

    CHARGING = "charging"
    FAULTED = "faulted"
    IDLE = "idle"
    UNAVAILABLE = "unavailable"


class MessageFormat(StrEnum):
    """The form of a message's text."""

    ASCII = "ascii"
    HTML = "html"
    URI = "uri"
    UTF8 = "utf8"


@dataclass(frozen=True, slots=True)
class DisplayMessage:
    """A message on a screen; one of the same id takes its place.

    Without a `state` it is shown in all of them, without a `transaction_id` whoever charges, and without times from now
    on, until it is cleared.
    """

    id: int
    text: str
    priority: MessagePriority = MessagePriority.IN_TURN
    state: MessageState | None = None
    transaction_id: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    language: str | None = None
    format: MessageFormat = MessageFormat.UTF8


@dataclass(frozen=True, slots=True)
class DisplayQuery:
    """A question about messages: those of some ids, of one priority, for one state, or all; `id` is its own number."""

    id: int
    message_ids: tuple[int, ...] = ()
    priority: MessagePriority | None = None
    state: MessageState | None = None
