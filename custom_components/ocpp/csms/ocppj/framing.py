"""OCPP-J frames: JSON text on one side, one class for each type of message on the other.

Source: OCPP-J 1.6 specification, section 4.2; OCPP 2.0.1 and 2.1 part 4, section 4.2.
"""

from dataclasses import dataclass, field
from enum import IntEnum

import orjson

from .density import is_too_dense, message_id_of

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None
type Payload = dict[str, Json]

UNKNOWN_MESSAGE_ID = "-1"
"""The message id of an answer to a frame whose own id cannot be read (OCPP 2.0.1 part 4, 4.2.3)."""

_MAX_CODE, _MAX_DESCRIPTION = 50, 255
"""The lengths to which the texts of errors are cut, which end up in logs and in front of users."""


class MessageType(IntEnum):
    """The first element of a frame."""

    CALL = 2
    CALL_RESULT = 3
    CALL_ERROR = 4
    CALL_RESULT_ERROR = 5
    SEND = 6


CALLS_AND_ANSWERS = frozenset(
    {MessageType.CALL, MessageType.CALL_RESULT, MessageType.CALL_ERROR}
)
"""The message types that all versions know."""
ALL_MESSAGE_TYPES = frozenset(MessageType)
"""The message types of OCPP 2.1."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request."""

    message_id: str
    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallResult:
    """The answer to a request."""

    message_id: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallError:
    """The answer to a request that could not be handled; `code` is one of the version's codes."""

    message_id: str
    code: str
    description: str = ""
    details: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallResultError:
    """The reply to an answer that could not be handled; `code` is one of the version's codes."""

    message_id: str
    code: str
    description: str = ""
    details: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Send:
    """A message that is not answered."""

    message_id: str
    action: str
    payload: Payload


type Frame = Call | CallResult | CallError | CallResultError | Send


class MalformedFrameError(Exception):
    """A text that is no OCPP-J frame; `message_id` is the one to answer, None if no answer may be given."""

    def __init__(
        self, reason: str, message_id: str | None = UNKNOWN_MESSAGE_ID
    ) -> None:
        """Initialize with the reason."""
        super().__init__(reason)
        self.reason = reason
        self.message_id = message_id


class UnknownMessageTypeError(Exception):
    """A frame of a message type that the version does not know, to be passed over in silence."""


def decode(
    text: str | bytes, known: frozenset[MessageType] = CALLS_AND_ANSWERS
) -> Frame:
    """Read one frame of the message types that the version knows.

    An absent or empty payload is read as an empty object: chargers send both.

    Raises:
        MalformedFrameError: when the text is no frame.
        UnknownMessageTypeError: when it is one of another message type.
    """
    if is_too_dense(text):
        raise MalformedFrameError(
            "it has too many values", message_id_of(text) or UNKNOWN_MESSAGE_ID
        )
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError as err:
        raise MalformedFrameError(f"not valid JSON: {err}") from err
    match frame:
        case [2, str(message_id), str(action), dict(payload)]:
            return Call(message_id, action, payload)
        case [3, str(message_id), dict(payload)]:
            return CallResult(message_id, payload)
        case [4, str(message_id), str(code), *rest]:
            return CallError(message_id, code[:_MAX_CODE], *_explanation(rest))
        case [5 | 6 as number, *_] if number in known:
            return _decode_unanswered(frame)
    return _decode_odd(frame)


def _decode_unanswered(frame: list[Json]) -> CallResultError | Send:
    """Read a frame of a type that must not be answered, not even if it cannot be read."""
    match frame:
        case [6, str() | int() as message_id, str(action), dict(payload)]:
            return Send(str(message_id), action, payload)
        case [6, str() | int() as message_id, str(action), *rest] if _empty(rest):
            return Send(str(message_id), action, {})
        case [5, str() | int() as message_id, str(code), *rest]:
            code = code[:_MAX_CODE]
            return CallResultError(str(message_id), code, *_explanation(rest))
        case _:
            raise MalformedFrameError(f"no frame of type {frame[0]}", None)


def _decode_odd(frame: Json) -> Frame:
    """Read a frame that deviates from the specification but can be understood."""
    match frame:
        case [2, str() | int() as message_id, str(action), *rest] if _empty(rest):
            return Call(str(message_id), action, {})
        case [2, int(message_id), str(action), dict(payload)]:
            return Call(str(message_id), action, payload)
        case [3, str() | int() as message_id, *rest] if _empty(rest):
            return CallResult(str(message_id), {})
        case [3, int(message_id), dict(payload)]:
            return CallResult(str(message_id), payload)
        case [4, str() | int() as message_id, *rest]:
            return CallError(str(message_id), "GenericError", *_explanation(rest[1:]))
        case [2, str(message_id), *_]:
            raise MalformedFrameError(
                "a call needs an action and a payload object", message_id
            )
        case [2 | 3, *_]:
            raise MalformedFrameError("the message id is missing or no text")
        case [int(), *_]:
            raise UnknownMessageTypeError(f"message type {frame[0]} is unknown")
        case list():
            raise MalformedFrameError("the first element is no message type")
        case _:
            raise MalformedFrameError(f"a frame is a list, not {type(frame).__name__}")


def _empty(rest: list[Json]) -> bool:
    return not rest or (len(rest) == 1 and rest[0] in (None, [], {}))


def _explanation(rest: list[Json]) -> tuple[str, Payload]:
    """Return the description and the details of an error, as far as there are any."""
    match rest:
        case [str(description), dict(details), *_]:
            return description[:_MAX_DESCRIPTION], details
        case [str(description), *_]:
            return description[:_MAX_DESCRIPTION], {}
        case _:
            return "", {}


def encode(frame: Frame) -> str:
    """Write one frame."""
    match frame:
        case Call(message_id, action, payload):
            elements: list[Json] = [MessageType.CALL, message_id, action, payload]
        case CallResult(message_id, payload):
            elements = [MessageType.CALL_RESULT, message_id, payload]
        case CallError(message_id, code, description, details):
            elements = [MessageType.CALL_ERROR, message_id, code, description, details]
        case CallResultError(message_id, code, description, details):
            kind = MessageType.CALL_RESULT_ERROR
            elements = [kind, message_id, code, description, details]
        case Send(message_id, action, payload):
            elements = [MessageType.SEND, message_id, action, payload]
    return orjson.dumps(elements).decode()
