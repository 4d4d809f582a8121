"""The reading of what comes over a socket: strictly first, and tolerantly where that fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from .density import is_too_dense, message_id_of
from .framing import UNKNOWN_MESSAGE_ID, Json, MalformedFrameError
from .numeric_ids import has_rounded_ids, message_id_in, with_ids_as_texts
from .repeated_names import has_repeated_names
from .spelling import spelling
from .tolerant import MAX_LENGTH, value_cut_off_in, values_in

type EssentialFields = Mapping[str, frozenset[str]]
"""The fields of a call, by its action, without which nothing is done about one that was cut off."""

_MOST_FRAMES = 10
"""The greatest number of frames in one message that are taken in."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The values in one message, each of which should be a frame; `mistake` is what had to be tolerated, if anything."""

    values: Sequence[Json]
    mistake: str | None = None


def read(data: str | bytes, essential: EssentialFields | None = None) -> Reading:
    """Read one message.

    Numbers that identify something keep all of their digits.

    Args:
        data: what came in one message of the websocket.
        essential: the calls that are read although their end is missing, as long as these fields are whole.

    Raises:
        MalformedFrameError: when it cannot be read.
    """
    if is_too_dense(data):
        raise MalformedFrameError("it has too many values", _id_to_answer(data))
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError as err:
        return _read_again(data, f"not valid JSON: {err}", essential or {})
    match value:
        case str() if "[" in value:
            return _read_again(value, "JSON in JSON", {})
        case [[int(), *_], *_] if len(data) <= MAX_LENGTH:
            return Reading(value[:_MOST_FRAMES], "frames in a list")
    mistake = None
    if len(data) <= MAX_LENGTH:
        value, mistake = _looked_over(value, data)
    match value:
        case [_, float(), *_]:
            _restore_message_id(value, data)
    return Reading((value,), mistake)


def _looked_over(value: Json, data: str | bytes) -> tuple[Json, str | None]:
    """Return a value without what its parser has passed over, and the mistake that this was."""
    if has_rounded_ids(value):
        return orjson.loads(with_ids_as_texts(data)), "an id as a number"
    if has_repeated_names(value, data):
        return value, "a name stands twice in one object"
    return value, None


def _restore_message_id(frame: list[Json], data: str | bytes) -> None:
    """Put the message id into a frame as it was written, if it is a number."""
    message_id = message_id_in(data)
    if message_id is not None:
        frame[1] = message_id


def _read_again(data: str | bytes, mistake: str, essential: EssentialFields) -> Reading:
    values = values_in(data)
    # Whatever else stands behind a frame is of no account.
    frames = [value for value in values if isinstance(value, list)]
    if not frames and (call := _call_cut_off(data, essential)) is not None:
        return Reading((call,), "its end is missing")
    if not frames:
        raise MalformedFrameError(mistake, _id_to_answer(data))
    match frames[0]:
        case [_, str() | float(), *_]:
            _restore_message_id(frames[0], data)
    return Reading(frames, mistake)


def _call_cut_off(data: str | bytes, essential: EssentialFields) -> Json:
    """Return a call whose end is missing if enough of it is there to know what has happened."""
    match value_cut_off_in(data):
        case [2, str() | int(), str(action)] as call:
            names: frozenset[str] = frozenset()
        case [2, str() | int(), str(action), dict(payload)] as call:
            names = frozenset(spelling(name) for name in payload)
        case _:
            return None
    for name, fields in essential.items():
        if spelling(name) == spelling(action):
            return call if names >= {spelling(field) for field in fields} else None
    return None


def _id_to_answer(data: str | bytes) -> str | int:
    message_id = message_id_of(data)
    return UNKNOWN_MESSAGE_ID if message_id is None else message_id
