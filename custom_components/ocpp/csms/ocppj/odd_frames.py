"""The frame that a charger means, where it deviates from the specification but leaves no doubt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

import orjson

from .framing import (
    CALLS_AND_ANSWERS,
    ERROR_CODES,
    UNKNOWN_MESSAGE_ID,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    Json,
    MalformedFrameError,
    MessageId,
    MessageType,
    Payload,
    Send,
    UnknownMessageTypeError,
    WrittenNumber,
    frame_as_specified,
)
from .spelling import by_spelling, spelling

_MAX_CODE = 50
"""The length to which the code of an error is cut."""
_PADDING = " \t\r\n\0"
_TYPES: Mapping[str, MessageType] = {
    spelling(kind.name): kind for kind in MessageType if kind != MessageType.SEND
}
_CODES = by_spelling(ERROR_CODES)
_CLOSE = 0.85
"""The likeness of a misspelt code with the one that it is taken for."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A frame, and what was wrong with it, if anything."""

    frame: Frame
    mistake: str | None = None


def understand(
    value: Json, known: frozenset[MessageType] = CALLS_AND_ANSWERS
) -> Understood:
    """Return the frame that a JSON value is, of the message types that the version knows.

    Raises:
        MalformedFrameError: when it is no frame.
        UnknownMessageTypeError: when it is one of another message type.
    """
    frame = frame_as_specified(value, known)
    match frame:
        case Call() | CallResult() | Send():
            return Understood(frame)
        case CallError(code=code) | CallResultError(code=code) if code in ERROR_CODES:
            return Understood(frame)
    if not isinstance(value, list):
        raise MalformedFrameError(f"a frame is a list, not {type(value).__name__}")
    kind = _type_of(value[0]) if value else None
    if kind is None:
        raise MalformedFrameError("the first element is no message type")
    if kind not in known:
        raise UnknownMessageTypeError(f"message type {kind} is unknown")
    return _righted(MessageType(kind), value)


def is_answer(frame: CallResult | CallError, message_id: str) -> bool:
    """Return whether a frame answers a call; one that could not be read is answered without its id."""
    if isinstance(frame, CallError) and frame.message_id in {"", UNKNOWN_MESSAGE_ID}:
        return True
    return str(frame.message_id).strip(_PADDING).lower() == message_id


def _righted(kind: MessageType, told: list[Json]) -> Understood:
    message_id = _id_of(kind, told[1:2])
    parts = _PARTS[kind](told[2:])
    # The id goes back as it came.
    frame = frame_as_specified([kind, "", *parts], frozenset(MessageType))
    if frame is not None:
        frame = replace(frame, message_id=message_id)
        return Understood(frame, _mistake(told, parts))
    # What is no call is not answered, and without an id there is none to answer to.
    answered = UNKNOWN_MESSAGE_ID if message_id is None else message_id
    reason = "a call needs an action and a payload object"
    raise MalformedFrameError(reason, answered if kind == MessageType.CALL else None)


def _mistake(told: list[Json], parts: list[Json]) -> str:
    """Return the first deviation of a frame from what it should be."""
    if not isinstance(told[0], int):
        return "the message type is no number"
    if not isinstance(told[1], str) or isinstance(told[1], WrittenNumber):
        return "the message id is no text"
    if len(told) - 2 > len(parts):
        return "the frame has too many elements"
    if len(told) - 2 < len(parts):
        return "the frame has too few elements"
    if len(parts) > len(("code", "description")):
        return "the code of the error is unknown, or its details are no object"
    return "the action is no text, or the payload no object"


def _type_of(told: Json) -> int | None:
    """Return a message type, which may also be told as a text or by its name."""
    match told:
        case bool():
            return None
        case int() | float() if told == round(told):
            return int(told)
        case str():
            text = told[:_MAX_CODE].strip(_PADDING).removesuffix(".0")
            if len(text) == 1 and text.isdecimal():
                return int(text)
            return _TYPES.get(spelling(text))
        case _:
            return None


def _id_of(kind: MessageType, told: list[Json]) -> MessageId:
    """Return a message id as it has to be sent back; that of an answer to one of our calls is a text."""
    match told, kind:
        case [str() | int() | float() | None as message_id], MessageType.CALL:
            return message_id
        case [str() | int() | float() as message_id], _:
            return str(message_id)
        case [None], MessageType.CALL_ERROR:
            return UNKNOWN_MESSAGE_ID
        case _:
            is_call = kind == MessageType.CALL
            answered = UNKNOWN_MESSAGE_ID if is_call else None
            raise MalformedFrameError("the message id is missing or no text", answered)


def _call(rest: list[Json]) -> list[Json]:
    match rest:
        case [str(action), *others] if (payload := _payload(others)) is not None:
            return [action, payload]
        case [[str(action)], *others] | [[str(action), *others]]:
            return _call([action, *others])
        case [dict(named)] if len(named) == 1:
            return _call([*named, *named.values()])
        case [dict(payload), str(action)]:
            return [action, payload]
        case _:
            return []


def _send(rest: list[Json]) -> list[Json]:
    """Return the parts of a message that is not answered, and of which less is tolerated."""
    match rest:
        case [str(action), *others] if (payload := _payload(others)) is not None:
            return [action, payload]
        case _:
            return []


def _result(rest: list[Json]) -> list[Json]:
    """Return the payload of an answer; it is empty if it cannot be read, so that nobody waits for another one."""
    payload = _payload(rest)
    if payload is not None:
        return [payload]
    match rest:
        case [str(), dict(payload), *_]:
            return [payload]
        case [str(status), *_]:
            return [{"status": status}]
        case _:
            return [{}]


def _error(rest: list[Json]) -> list[Json]:
    code = rest[0] if rest else None
    match rest[1:]:
        case [str(description), dict(details), *_]:
            return [_code(code), description, details]
        case [str(description), *_]:
            return [_code(code), description, {}]
        case [dict(details), *_] | [_, dict(details), *_]:
            return [_code(code), "", details]
        case _:
            return [_code(code), "", {}]


def _code(told: Json) -> str:
    """Return the code of an error."""
    if not isinstance(told, str):
        return "GenericError"
    text = told[:_MAX_CODE]
    spelled = spelling(text)
    close = get_close_matches(spelled, _CODES, 1, _CLOSE)
    return _CODES[close[0]] if close else text


_PARTS: Mapping[MessageType, Callable[[list[Json]], list[Json]]] = {
    MessageType.CALL: _call,
    MessageType.CALL_RESULT: _result,
    MessageType.CALL_ERROR: _error,
    MessageType.CALL_RESULT_ERROR: _error,
    MessageType.SEND: _send,
}


def _payload(others: list[Json]) -> Payload | None:
    """Return the payload among the elements of a frame that may be one; None if it cannot be read."""
    match others:
        case [] | [None | "" | 0 | []]:
            return {}
        case [dict(payload), *_] | [[dict(payload)], *_]:
            return payload
        case [str(text), *_]:
            return _object_in(text)
        case _:
            return None


def _object_in(text: str) -> Payload | None:
    """Return the payload in a text that is its JSON."""
    try:
        value: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
