"""Readers of the fields of actions: lenient, and with errors that say what a field may be."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
import json
import math
from typing import Any

import probatio

from homeassistant.helpers import config_validation as cv

from ..numerals import numeral_of

type Reader[T] = Callable[[Any], T]
"""Returns the value of a field.

Raises:
    UnusableFieldError: when it cannot be one.
"""

_MOST_SHOWN = 60


class UnusableFieldError(probatio.Invalid):
    """A value that a field cannot have.

    Attributes:
        key: the translation key of the error.
        details: the value, and what is allowed.
    """

    def __init__(self, key: str, value: object, **allowed: str) -> None:
        """Initialize with what was given, and what is allowed."""
        super().__init__(key)
        self.key = key
        self.details = {"value": shown(value), **allowed}


def shown(value: object) -> str:
    """Return a value as it is shown in an error: on one line, and not too long."""
    text = " ".join(str(value).split())
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def number(least: float = -math.inf) -> Reader[float]:
    """Return a reader of numbers, which may be texts with a decimal comma."""

    def read(value: object) -> float:
        found = _number(value)
        if found < least:
            raise UnusableFieldError("field_too_low", value, least=f"{least:g}")
        return found

    return read


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _number_in(value)
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise UnusableFieldError("field_no_number", value)
    return found


def _number_in(value: object) -> float:
    numeral = numeral_of(value) if isinstance(value, str) else None
    if numeral is None or numeral.unit:
        raise UnusableFieldError("field_no_number", value)
    if len(numeral.values) > 1:
        readings = ", ".join(f"{reading:g}" for reading in numeral.values)
        raise UnusableFieldError("field_ambiguous", value, readings=readings)
    return numeral.values[0]


def whole_number(least: int = 0) -> Reader[int]:
    """Return a reader of whole numbers, which may be texts."""

    def read(value: object) -> int:
        found = _number(value)
        if not found.is_integer():
            raise UnusableFieldError("field_not_whole", value)
        if found < least:
            raise UnusableFieldError("field_too_low", value, least=str(least))
        return int(found)

    return read


def text(least: int = 0, most: int | None = None) -> Reader[str]:
    """Return a reader of texts, which may be whole numbers.

    Fractions and truth values are refused: YAML has made them of something else, such as 1.1 of 1.10.
    """

    def read(value: object) -> str:
        if isinstance(value, bool | float):
            raise UnusableFieldError("field_without_quotes", value)
        if not isinstance(value, str | int):
            raise UnusableFieldError("field_no_text", value)
        found = str(value)
        if len(found) < least:
            raise UnusableFieldError("field_too_short", value, least=str(least))
        if most is not None and len(found) > most:
            raise UnusableFieldError("field_too_long", value, most=str(most))
        return found

    return read


def setting_value(value: object) -> str:
    """Return the value of a charger's setting in the notation of OCPP."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}"
    return text()(value)


def option[T](options: Iterable[T]) -> Reader[T]:
    """Return a reader of one of several options, whose texts may differ in case, and be whole numbers."""
    by_text = {str(each).casefold(): each for each in options}

    def read(value: object) -> T:
        found = by_text.get(str(value).strip().casefold())
        if found is None or isinstance(value, bool):
            names = ", ".join(str(each) for each in by_text.values())
            raise UnusableFieldError("field_no_option", value, options=names)
        return found

    return read


def moment(value: object) -> datetime:
    """Return a point in time; Home Assistant's time zone is meant where none is given."""
    try:
        return cv.datetime(value)
    except probatio.Invalid:
        raise UnusableFieldError("field_no_time", value) from None


def duration(value: object) -> timedelta:
    """Return a duration, which may be a text, a number of seconds, or a mapping of units."""
    try:
        found: timedelta = cv.time_period(value)
    except probatio.Invalid, OverflowError:
        raise UnusableFieldError("field_no_duration", value) from None
    if found < timedelta():
        raise UnusableFieldError("field_no_duration", value)
    return found


def mapping(value: object) -> dict[str, Any]:
    """Return a mapping, which may be JSON as text, even with single quotes."""
    found = value
    if isinstance(value, str):
        found = _json_of(value) or _json_of(value.replace("'", '"'))
    if not isinstance(found, dict):
        raise UnusableFieldError("field_no_mapping", value)
    return found


def _json_of(given: str) -> object:
    try:
        return json.loads(given)
    except ValueError, RecursionError:
        return None


def list_of(schema: probatio.Schema) -> Reader[list[Any]]:
    """Return a reader of lists that are not empty; a single item may stand for itself."""
    items = probatio.Schema([schema])

    def read(value: object) -> list[Any]:
        given = value if isinstance(value, list) else [value]
        if not given or not all(isinstance(each, dict) for each in given):
            raise UnusableFieldError("field_no_list", value)
        found: list[Any] = items(given)
        return found

    return read


def json_value(value: object) -> dict[str, Any] | list[Any] | str:
    """Return a text, or a mapping or list that is sent as JSON."""
    if isinstance(value, dict | list | str):
        return value
    if isinstance(value, bool | int | float):
        return setting_value(value)
    raise UnusableFieldError("field_no_text", value)


def target(read: Callable[[object], object]) -> Reader[object]:
    """Return a reader of the IDs of a target, which Home Assistant reads."""

    def read_target(value: object) -> object:
        try:
            return read(value)
        except probatio.Invalid:
            raise UnusableFieldError("field_no_target", value) from None

    return read_target
