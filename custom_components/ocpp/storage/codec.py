"""Dataclasses as JSON and back, by their type annotations.

A field that is missing, because it is newer than the file, gets its default. A field with another name in the file
has that in its metadata: `field(metadata={"stored_as": "name"})`.
"""

from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import TypeAliasType, Union, cast, get_args, get_origin, get_type_hints

from homeassistant.util.json import JsonValueType


def encode(value: object) -> JsonValueType:
    """Return a value as JSON: an object for a dataclass, pairs for a mapping with other keys than texts and integers."""
    match value:
        case Enum():
            return cast(str, value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Mapping() if all(isinstance(key, str | int) for key in value):
            return {str(key): encode(item) for key, item in value.items()}
        case Mapping():
            return [[encode(key), encode(item)] for key, item in value.items()]
        case tuple() | list() | frozenset():
            return [encode(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {
                _stored_name(field): encode(getattr(value, field.name))
                for field in fields(value)
            }
        case _:
            raise TypeError(f"{type(value).__name__} cannot be stored")


def decode[T](kind: type[T], stored: JsonValueType) -> T:
    """Return a stored value as a type.

    Raises:
        LookupError, TypeError, ValueError: when it does not fit the type.
    """
    try:
        return cast(T, _decode(kind, stored))
    except OverflowError as err:
        raise ValueError(str(err)) from err


def _decode(hint: object, stored: JsonValueType) -> object:
    if isinstance(hint, TypeAliasType):
        return _decode(hint.__value__, stored)
    kind, arguments = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return _decode_optional(arguments, stored)
    if kind in (tuple, frozenset) and isinstance(stored, list):
        items = (_decode(arguments[0], item) for item in stored)
        return tuple(items) if kind is tuple else frozenset(items)
    if kind is Mapping:
        return _decode_mapping(arguments, stored)
    return _decode_plain(kind, stored)


def _decode_optional(hints: tuple[object, ...], stored: JsonValueType) -> object:
    """Return a value that may be None; there must be only one other type."""
    (hint,) = (hint for hint in hints if hint is not NoneType)
    return None if stored is None else _decode(hint, stored)


def _decode_mapping(
    hints: tuple[object, ...], stored: JsonValueType
) -> dict[object, object]:
    key_hint, item_hint = hints
    match stored:
        case dict():
            pairs = list(stored.items())
        case list():
            pairs = [(key, item) for key, item in cast(list[list[str]], stored)]
        case _:
            raise TypeError(f"{type(stored).__name__} is no mapping")
    return {_decode(key_hint, key): _decode(item_hint, item) for key, item in pairs}


def _decode_plain(kind: object, stored: JsonValueType) -> object:
    match kind, stored:
        case type(), dict() if is_dataclass(kind):
            hints = _hints(kind)
            return kind(
                **{
                    field.name: _decode(hints[field.name], stored[name])
                    for field in fields(kind)
                    if (name := _stored_name(field)) in stored
                }
            )
        case type(), str() if issubclass(kind, datetime):
            return datetime.fromisoformat(stored)
        case type(), (int() | float()) if issubclass(kind, timedelta):
            return timedelta(seconds=stored)
        case type(), _ if issubclass(kind, Enum):
            return kind(stored)
        # The keys of an object are texts.
        case type(), str() if kind is int:
            return int(stored)
        case type(), int() if kind is float:
            return float(stored)
        case type(), _ if isinstance(stored, kind):
            return stored
        case _:
            raise TypeError(f"{stored!r} is no {kind}")


def _stored_name(field: Field[object]) -> str:
    return cast(str, field.metadata.get("stored_as", field.name))


@cache
def _hints(kind: type) -> Mapping[str, object]:
    """Return the types of a dataclass's fields; finding them takes longer than all the rest."""
    return get_type_hints(kind)
