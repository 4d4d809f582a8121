"""OCPP-J frames: JSON text on one side, one class for each type of message on the other.

Source: OCPP-J 1.6 specification, section 4.2; OCPP 2.0.1 and 2.1 part 4, section 4.2.
"""

from dataclasses import dataclass, field
from enum import IntEnum

import orjson

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None
type Payload = dict[str, Json]
type MessageId = str | float | None
"""The id of a message, which is a text; some chargers have numbers, and want those back."""


class WrittenNumber(str):
    """A message id that is a number, as the charger has written it."""

    __slots__ = ()


UNKNOWN_MESSAGE_ID = "-1"
"""The message id of an answer to a frame whose own id cannot be read (OCPP 2.0.1 part 4, 4.2.3)."""

_MAX_CODE, _MAX_DESCRIPTION = 50, 255
"""The lengths to which the texts of errors are cut, which end up in logs and in front of users."""

ERROR_CODES = frozenset(
    {
        "FormationViolation",
        "FormatViolation",
        "GenericError",
        "InternalError",
        "MessageTypeNotSupported",
        "NotImplemented",
        "NotSupported",
        "OccurenceConstraintViolation",
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "RpcFrameworkError",
        "SecurityError",
        "TypeConstraintViolation",
    }
)
"""The codes of errors in all versions."""


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

    message_id: MessageId
    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallResult:
    """The answer to a request."""

    message_id: MessageId
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallError:
    """The answer to a request that could not be handled; `code` is one of the version's codes."""

    message_id: MessageId
    code: str
    description: str = ""
    details: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallResultError:
    """The reply to an answer that could not be handled; `code` is one of the version's codes."""

    message_id: MessageId
    code: str
    description: str = ""
    details: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Send:
    """A message that is not answered."""

    message_id: MessageId
    action: str
    payload: Payload


type Frame = Call | CallResult | CallError | CallResultError | Send


class MalformedFrameError(Exception):
    """A text that is no OCPP-J frame; `message_id` is the one to answer, None if no answer may be given."""

    def __init__(self, reason: str, message_id: MessageId = UNKNOWN_MESSAGE_ID) -> None:
        """Initialize with the reason."""
        super().__init__(reason)
        self.reason = reason
        self.message_id = message_id


class UnknownMessageTypeError(Exception):
    """A frame of a message type that the version does not know, to be passed over in silence."""


def frame_as_specified(
    value: Json, known: frozenset[MessageType] = CALLS_AND_ANSWERS
) -> Frame | None:
    """Return the frame that a JSON value is; None if it is none, or deviates from the specification."""
    match value:
        case [2, str(message_id), str(action), dict(payload)]:
            is_text = type(message_id) is str
            return Call(message_id, action, payload) if is_text else None
        case [3, str(message_id), dict(payload)]:
            return CallResult(message_id, payload)
        case [4, str(message_id), str(code), str(reason), dict(details)]:
            reason = reason[:_MAX_DESCRIPTION]
            return CallError(message_id, code[:_MAX_CODE], reason, details)
        case [6, str(message_id), str(action), dict(payload)] if 6 in known:
            return Send(message_id, action, payload)
        case [5, str(message_id), str(code), str(reason), dict(details)] if 5 in known:
            reason = reason[:_MAX_DESCRIPTION]
            return CallResultError(message_id, code[:_MAX_CODE], reason, details)
    return None


def encode(frame: Frame) -> str:
    """Write one frame."""
    message_id = _id_to_write(frame.message_id)
    match frame:
        case Call(_, action, payload):
            elements: list[object] = [MessageType.CALL, message_id, action, payload]
        case CallResult(_, payload):
            elements = [MessageType.CALL_RESULT, message_id, payload]
        case CallError(_, code, description, details):
            elements = [MessageType.CALL_ERROR, message_id, code, description, details]
        case CallResultError(_, code, description, details):
            kind = MessageType.CALL_RESULT_ERROR
            elements = [kind, message_id, code, description, details]
        case Send(_, action, payload):
            elements = [MessageType.SEND, message_id, action, payload]
    return orjson.dumps(elements).decode()


def _id_to_write(message_id: MessageId) -> object:
    if isinstance(message_id, WrittenNumber):
        return orjson.Fragment(message_id.encode())
    return message_id
