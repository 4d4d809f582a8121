"""Marks of vehicles in data of a charger's vendor.

OCPP 1.6 has no message for them, so that every vendor has one of its own: an object or a text with names and values,
or a bare value under the name of the message. What they have in common is recognized: a name that says that the value
is about the vehicle, and a value that can be a mark.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import json
import re

from ..config.vehicle_mark import MARK, names_vehicle, vehicle_mark

LONGEST_DATA = 4000
_DEPTH = 4
_MOST_PAIRS = 100
_PARTS = re.compile(r"[;,&|\n]")
_PAIR = re.compile(r"\s*\"?([A-Za-z][\w .-]*?)\"?\s*[:=]\s*(.+)")
_OWN_NAMES = frozenset({"vid", "vin", "evid", "carid", "vehicleid", "autochargeid"})
_OWN_PARTS = ("evcc", "evmac", "carmac", "vehiclemac", "vehicleid", "autocharge")
_CONNECTORS = frozenset({"connectorid", "connector", "evseid"})


@dataclass(frozen=True, slots=True)
class ToldMarks:
    """The marks of a vehicle as tokens, and the connector that it is at, if that is told."""

    tokens: frozenset[str] = frozenset()
    evse_id: int | None = None


def told_marks(message_id: str | None, data: str | None) -> ToldMarks:
    """Return the marks in a message; none in data that are far longer than such a message."""
    if not data or len(data) > LONGEST_DATA:
        return ToldMarks()
    pairs = [
        pair
        for pair, _ in zip(
            _pairs(_decoded(data), message_id or "", _DEPTH),
            range(_MOST_PAIRS),
            strict=False,
        )
    ]
    marks = {
        vehicle_mark(value)
        for name, value in pairs
        if _is_about_vehicle(name) or names_vehicle(value)
    }
    places = [
        int(value)
        for name, value in pairs
        if _plain(name) in _CONNECTORS and value.isdecimal()
    ]
    tokens = frozenset(MARK + mark for mark in marks if mark is not None)
    return ToldMarks(tokens, places[0] if places else None)


def _decoded(data: str) -> object:
    try:
        return json.loads(data)
    except ValueError, RecursionError:
        return data


def _pairs(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the names and values in data; a value without a name has that of what it is in."""
    if depth == 0:
        return
    match value:
        case {**inner}:
            for key, each in inner.items():
                yield from _pairs(each, str(key), depth - 1)
        case [*items]:
            for each in items:
                yield from _pairs(each, name, depth - 1)
        case str():
            for part in _PARTS.split(value):
                found = _PAIR.fullmatch(part)
                if found is not None:
                    yield found[1], found[2].strip(' "')
                yield name, part.strip()
        case int():
            yield name, str(value)


def _is_about_vehicle(name: str) -> bool:
    plain = _plain(name)
    return plain in _OWN_NAMES or any(part in plain for part in _OWN_PARTS)


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
