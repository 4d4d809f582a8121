"""OCPP-J frames: JSON text on one side, `Call`, `CallResult` and `CallError` on the other.

Source: OCPP-J 1.6 specification, section 4.2; OCPP 2.0.1 part 4, section 4.2.
"""

from dataclasses import dataclass, field

import orjson

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None
type Payload = dict[str, Json]

UNKNOWN_MESSAGE_ID = "-1"
"""The message id of an answer to a frame whose own id cannot be read (OCPP 2.0.1 part 4, 4.2.3)."""

_CALL, _CALL_RESULT, _CALL_ERROR = 2, 3, 4


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


type Frame = Call | CallResult | CallError


class MalformedFrameError(Exception):
    """A text that is no OCPP-J frame; `message_id` is what can be told of it."""

    def __init__(self, reason: str, message_id: str = UNKNOWN_MESSAGE_ID) -> None:
        """Say what is wrong with it."""
        super().__init__(reason)
        self.reason = reason
        self.message_id = message_id


class UnknownMessageTypeError(Exception):
    """A frame of a message type that this side does not know, to be passed over in silence."""


def decode(text: str | bytes) -> Frame:
    """Read one frame.

    An absent or empty payload is read as an empty object: chargers send both.

    Raises:
        MalformedFrameError: when the text is no frame.
        UnknownMessageTypeError: when it is one of another message type.
    """
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
            return _call_error(message_id, code, rest)
    return _decode_odd(frame)


def _decode_odd(frame: Json) -> Frame:
    """Read what deviates from the specification but can be understood."""
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
            return _call_error(str(message_id), "GenericError", rest[1:])
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


def _call_error(message_id: str, code: str, rest: list[Json]) -> CallError:
    match rest:
        case [str(description), dict(details), *_]:
            return CallError(message_id, code, description, details)
        case [str(description), *_]:
            return CallError(message_id, code, description)
        case _:
            return CallError(message_id, code)


def encode(frame: Frame) -> str:
    """Write one frame."""
    match frame:
        case Call(message_id, action, payload):
            elements: list[Json] = [_CALL, message_id, action, payload]
        case CallResult(message_id, payload):
            elements = [_CALL_RESULT, message_id, payload]
        case CallError(message_id, code, description, details):
            elements = [_CALL_ERROR, message_id, code, description, details]
    return orjson.dumps(elements).decode()
