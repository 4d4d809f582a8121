"""The shape of a message: of which type each of its fields is, and which ones it must have.

A payload that violates its schema is brought into shape in one pass, whose time grows with the values in it and not with
the violations. What cannot be read is left out; what must not be left out takes with it the list item or the object
that it is part of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import math
from typing import Any

from .framing import Json, Payload

MAX_NUMBER_LENGTH = 64
"""The length of a text beyond which it is no number that anybody measured."""


class MissingError(Exception):
    """A required field that is missing, or cannot be read."""

    def __init__(self, name: str) -> None:
        """Initialize with the name of the field."""
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of one value; `kind` is its JSON type, None if any will do."""

    kind: str | None = None
    required: tuple[str, ...] = ()
    fields: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None


ANYTHING = Shape()


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """Return the shape that a JSON schema describes."""
    return _shape(schema, schema.get("definitions", {}))


def _shape(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Shape:
    if "$ref" in schema:
        return _shape(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    items = schema.get("items")
    return Shape(
        schema.get("type"),
        tuple(schema.get("required", ())),
        {
            name: _shape(part, definitions)
            for name, part in schema.get("properties", {}).items()
        },
        None if items is None else _shape(items, definitions),
    )


def shaped(payload: Payload, shape: Shape) -> Payload:
    """Return a payload in its shape.

    Raises:
        MissingError: when a field is missing without which the message means nothing.
    """
    return _object(payload, shape)


def _object(value: Mapping[str, Json], shape: Shape) -> Payload:
    fields = shape.fields
    found: Payload = {}
    for name, item in value.items():
        known = fields.get(name)
        if known is None:
            # Nobody reads what the schema does not know.
            found[name] = item
        elif (fitting := _fitted(item, known)) is not None:
            found[name] = fitting
    for name in shape.required:
        if name not in found:
            raise MissingError(name)
    return found


def _fitted(value: Json, shape: Shape) -> Json:
    """Return a value in its shape, or None if it cannot be read."""
    kind = shape.kind
    if kind == "object":
        if not isinstance(value, dict):
            return None
        try:
            return _object(value, shape)
        except MissingError:
            return None
    if kind == "array":
        if isinstance(value, dict):
            return _list([value], shape.items)
        return _list(value, shape.items) if isinstance(value, list) else None
    read = _READERS.get(kind or "")
    return value if read is None else read(value)


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


def _number(value: Json) -> int | float | None:
    if isinstance(value, int | float):
        return None if isinstance(value, bool) else value
    if not isinstance(value, str) or len(value) > MAX_NUMBER_LENGTH:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _whole_number(value: Json) -> int | None:
    number = _number(value)
    if isinstance(number, float):
        return int(number) if number.is_integer() else None
    return number


def _truth(value: Json) -> bool | None:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value if isinstance(value, bool) else None


_READERS: Mapping[str, Callable[[Json], Json]] = {
    "string": _text,
    "number": _number,
    "integer": _whole_number,
    "boolean": _truth,
}
