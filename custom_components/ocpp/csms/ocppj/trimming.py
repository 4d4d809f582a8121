"""The part of a payload that is looked at, whatever a charger sends.

The time for a message grows with the values in it. Chargers report hundreds of settings at once, and the meter values
of a whole day; what nobody could use is cut off before it is looked at.
"""

from dataclasses import replace

from .framing import CallError, CallResultError, Frame, Json, Payload

LARGE_FRAME_CHARS = 8_000
"""The length of a frame beyond which its payload may have too many values."""

MAX_VALUES = 4_000
"""The greatest number of values, lists and objects in a payload that are looked at."""

_MAX_DEPTH = 20
"""The depth at which what is nested is cut off, before it is too deep to be walked through."""

_MOST_ITEMS = (1000, 250, 60, 15)
"""The numbers of items to which lists are cut, if all that a payload holds is too much."""


MAX_LEVELS = 16
"""The levels of a frame that are shown or written; no message has as many, and writers of JSON fail at some hundreds."""


def is_too_deep(value: Json, levels: int = MAX_LEVELS) -> bool:
    """Return whether a value is nested more deeply than so many levels; no more of them are looked at."""
    match value:
        case dict():
            inner = list(value.values())
        case list():
            inner = value
        case _:
            return False
    return levels == 0 or any(is_too_deep(item, levels - 1) for item in inner)


class TooManyValuesError(Exception):
    """A payload that has too many values, however short its lists are cut."""


def trimmed(payload: Payload) -> Payload:
    """Return a payload whose lists are cut in the middle where it has too many values; itself, if it has not.

    The begin and the end of a list matter most: a session's energy lies between them.

    Raises:
        TooManyValuesError: when it still has too many.
    """
    for most_items in _MOST_ITEMS:
        trimming = _Trimming(most_items)
        try:
            shorter = {key: trimming.of(value) for key, value in payload.items()}
        except TooManyValuesError:
            continue
        return shorter if trimming.has_cut else payload
    raise TooManyValuesError


class _Trimming:
    """One attempt at cutting lists down to a number of items."""

    def __init__(self, most_items: int) -> None:
        """Initialize with nothing cut off."""
        self.has_cut = False
        self._most_items = most_items
        self._left = MAX_VALUES

    def of(self, value: Json, depth: int = 1) -> Json:
        """Return a value with shorter lists."""
        self._left -= 1
        if self._left < 0:
            raise TooManyValuesError
        if not isinstance(value, list | dict):
            return value
        if depth > _MAX_DEPTH:
            self.has_cut = True
            return None
        if isinstance(value, list):
            return [self.of(item, depth + 1) for item in self._short(value)]
        return {key: self.of(item, depth + 1) for key, item in value.items()}

    def _short(self, items: list[Json]) -> list[Json]:
        if len(items) <= self._most_items:
            return items
        self.has_cut = True
        half = self._most_items // 2
        return items[:half] + items[-half:]


def trimmed_frame(frame: Frame) -> Frame:
    """Return a frame with as much of its payload as can be looked at; it is worth an answer in any case."""
    if isinstance(frame, CallError | CallResultError):
        return frame
    try:
        payload = trimmed(frame.payload)
    except TooManyValuesError:
        payload = {}
    return frame if payload is frame.payload else replace(frame, payload=payload)
