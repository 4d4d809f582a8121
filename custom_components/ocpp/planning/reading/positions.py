"""Rows that are numbered within their day, as exchanges do: hours from 1 to 24, or quarters from 1 to 96."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, tzinfo

from ...surplus.planning.outlook import HOUR_S
from .numbers import number_of
from .times import day_told, midnight_s, tells_instant
from .words import plain

_NUMBERS = ("hour", "period", "position", "interval", "slot", "hodina", "ora")
_LAST = 24
"""The number of the last hour of a day."""
_HOURS, _HALVES = 25, 50
"""The most that a day has, when summer time ends."""

type Fields = Mapping[str, object]


def from_one(numbers: Iterable[float]) -> bool:
    """Return whether hours are counted from 1 to 24 rather than from 0 to 23."""
    counted = set(numbers)
    return 24 in counted and 0 not in counted


def placed(rows: Sequence[Fields], day: date | None, zone: tzinfo) -> Sequence[Fields]:
    """Return rows with their starts if they are numbered from one; others as they are.

    Args:
        rows: the rows of a list.
        day: the day that the list is about.
        zone: the time zone of the day.
    """
    name = _numbering(rows)
    if name is None or tells_instant(rows[0], zone):
        return rows
    numbers = {number for row in rows if (number := _number(row, name)) is not None}
    most = max(numbers)
    length_s = HOUR_S / (1 if most <= _HOURS else 2 if most <= _HALVES else 4)
    return [_placed(row, name, length_s, day, zone) for row in rows]


def _numbering(rows: Sequence[Fields]) -> str | None:
    """Return the name of the field with numbers beyond those of the clock's hours."""
    for name in _NUMBERS:
        numbers = [_number(row, name) for row in rows]
        known = {number for number in numbers if number is not None}
        # One that is always the same is a length.
        if None not in numbers and len(known) > 1 and min(known) >= 1:
            if max(known) >= _LAST:
                return name
    return None


def _number(row: Fields, name: str) -> int | None:
    """Return a number of a row that may be that of a part of its day."""
    values = (value for key, value in row.items() if plain(key) == name)
    number = number_of(next(values, None))
    if number is None or number != int(number) or number > 4 * _HOURS:
        return None
    return int(number)


def _placed(
    row: Fields, name: str, length_s: float, day: date | None, zone: tzinfo
) -> Fields:
    day, number = day_told(row) or day, _number(row, name)
    if day is None or number is None:
        return row
    minutes = number_of(row.get("minute")) or 0.0
    start_s = midnight_s(day, zone) + (number - 1) * length_s + minutes * 60
    return {**row, "start": start_s}
