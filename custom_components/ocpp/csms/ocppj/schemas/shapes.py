"""The shape of a message: of which type each of its fields is, and which ones it must have.

A payload that violates its schema is brought into shape in one pass, whose time grows with the values in it and not with
the violations. What cannot be read is left out; what must not be left out takes with it the list item or the object
that it is part of, but never the message.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
import math
import re
from typing import Any

import orjson

from ..framing import Json, Payload
from ..number_texts import energy_wh, number_in
from ..spelling import by_spelling, spelling

MAX_NUMBER_LENGTH = 64
"""The length of a text beyond which it is no number that anybody measured."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of one value; `kind` is its JSON type, None if any will do.

    `required` are the fields that an object must have. Without those in `indispensable` it means nothing; a time is
    not among them, since that of its arrival can stand for it, nor is a flag, which is not set unless it says so.
    `names` are those of its fields, and `words` those that a text should be one of, both by their spelling.
    """

    kind: str | None = None
    required: tuple[str, ...] = ()
    indispensable: tuple[str, ...] = ()
    fields: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


_FREE_TEXT, _WHOLE_NUMBER, _REGISTER = "free text", "whole number", "register"

_THOUSANDS_OR_DECIMALS = re.compile(r"\s*[-+]?[0-9]{1,3},[0-9]{3}\s*")
"""A number that means one thing in one country, and a thousand times as much in another."""

ANYTHING = Shape()


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """Return the shape that a JSON schema describes."""
    return _shape(schema, schema.get("definitions", {}))


def _shape(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Shape:
    if "$ref" in schema:
        return _shape(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    items = schema.get("items")
    properties = schema.get("properties", {})
    required = tuple(schema.get("required", ()))
    return Shape(
        _FREE_TEXT if _is_free_text(schema) else schema.get("type"),
        required,
        tuple(
            name
            for name in required
            if properties.get(name, {}).get("format") != "date-time"
            and properties.get(name, {}).get("type") != "boolean"
        ),
        {name: _field(name, part, definitions) for name, part in properties.items()},
        None if items is None else _shape(items, definitions),
        by_spelling(properties),
        by_spelling(schema.get("enum", ())),
    )


def _field(
    name: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Shape:
    shape = _shape(schema, definitions)
    # A quantity may be rounded, but what identifies something may not.
    if shape.kind == "integer" and name.endswith("Id"):
        return replace(shape, kind=_WHOLE_NUMBER)
    if shape.kind == "integer" and name.startswith("meter"):
        return replace(shape, kind=_REGISTER)
    # Any data may be told with others, but what was measured is one text.
    is_value = shape.kind == _FREE_TEXT and name == "value"
    return replace(shape, kind="string") if is_value else shape


def _is_free_text(schema: Mapping[str, Any]) -> bool:
    """Return whether a text may be anything, however long."""
    bounds = ("enum", "format", "maxLength")
    return schema.get("type") == "string" and not any(key in schema for key in bounds)


def shaped(payload: Payload, shape: Shape) -> Payload:
    """Return a payload in its shape, without the fields that are missing or cannot be read."""
    fields = shape.fields
    found: Payload = {}
    for told, item in payload.items():
        name = told
        if told not in fields:
            spelled = spelling(told)
            names = shape.names
            meant = names.get(spelled) or names.get(spelled.removesuffix("s"), told)
            name = told if meant in payload else meant
        known = fields.get(name)
        if known is None:
            # Nobody reads what the schema does not know.
            found[name] = item
        elif (fitting := _fitted(item, known)) is not None:
            found[name] = fitting
    return found


def _object(value: Payload, shape: Shape) -> Payload | None:
    """Return an object in its shape, or None if it means nothing."""
    found = shaped(value, shape)
    return found if all(name in found for name in shape.indispensable) else None


def _fitted(value: Json, shape: Shape) -> Json:
    """Return a value in its shape, or None if it cannot be read."""
    kind = shape.kind
    if kind == "object":
        match value:
            case dict(item) | [dict(item)]:
                return _object(item, shape)
            case _ if len(shape.required) == 1 and _number(value) is not None:
                # All that it must have is told without a name.
                return _object({shape.required[0]: value}, shape)
            case _:
                return None
    if kind == "array":
        if value is None:
            return None
        return _list(value if isinstance(value, list) else [value], shape.items)
    if kind not in (None, _FREE_TEXT):
        value = _only_value(value)
    read = _READERS.get(kind or "")
    fitted = value if read is None else read(value)
    if shape.words and isinstance(fitted, str):
        return shape.words.get(spelling(fitted), fitted)
    return fitted


def _only_value(value: Json) -> Json:
    """Return the text or number in a list of one, or in an object that holds it; None if there is no such."""
    match value:
        case [inner] | {"value": inner}:
            return _only_value(inner)
        case dict() if len(value.keys() - {"type"}) == 1:
            (name,) = value.keys() - {"type"}
            return _only_value(value[name])
        case list() | dict():
            return None
        case _:
            return value


def _list(values: list[Json], shape: Shape | None) -> Json:
    if shape is None:
        return values
    fitted = (_fitted(value, shape) for value in values)
    return [value for value in fitted if value is not None]


def _text(value: Json) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)


def _free_text(value: Json) -> str | None:
    """Return a text; chargers put objects in its place, which are worth their JSON."""
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return _text(value)


def _number(value: Json) -> int | float | None:
    if isinstance(value, int | float):
        return None if isinstance(value, bool) else value
    if not isinstance(value, str) or len(value) > MAX_NUMBER_LENGTH:
        return None
    if value.strip().isdecimal():
        # As a decimal number, a long one would lose its last digits.
        return int(value)
    try:
        number = float(value)
    except ValueError:
        return number_in(value)
    return number if math.isfinite(number) else None


def _rounded(value: Json) -> int | None:
    if isinstance(value, str) and _THOUSANDS_OR_DECIMALS.fullmatch(value):
        return None
    number = _number(value)
    return round(number) if isinstance(number, float) else number


def _whole_number(value: Json) -> int | None:
    number, rounded = _number(value), _rounded(value)
    return rounded if rounded == number else None


def _register(value: Json) -> int | None:
    """Return an energy register in watt-hours, which may be told with a unit."""
    number = _rounded(value)
    if number is None and isinstance(value, str):
        number = _rounded(energy_wh(value))
    return number


def _truth(value: Json) -> bool | None:
    """Return a flag; chargers tell it as a word or as a number, too."""
    if isinstance(value, bool):
        return value
    return _FLAGS.get(str(value).lower()) if isinstance(value, str | int) else None


_FLAGS = {"true": True, "false": False, "1": True, "0": False}

_READERS: Mapping[str, Callable[[Json], Json]] = {
    "string": _text,
    _FREE_TEXT: _free_text,
    "number": _number,
    "integer": _rounded,
    _WHOLE_NUMBER: _whole_number,
    _REGISTER: _register,
    "boolean": _truth,
}
