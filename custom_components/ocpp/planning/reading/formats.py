"""Price series in the formats of tariff integrations: attributes of entities, and responses of actions.

Every integration has its own names, but all list times and prices. So these are recognized at any depth: lists of
objects with a time and a price, or of pairs; objects that map times to prices; a list of times beside one of prices; lists of
a day's prices without times; and the attributes of Spain's PVPC, one for each hour. What a list is for is told by its name. Everything else is ignored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
import math
import re

from homeassistant.util.json import json_loads

from ...surplus.planning.outlook import DAY_S, HOUR_S, Series, Span
from .numbers import number_of
from .positions import from_one, placed
from .rows import Context, Row, price_of, row_of
from .times import clock_key_s, hour_key_s, midnight_s, on_day, second_of
from .words import PRICE_STEMS, has_stem, words

LONGEST_S = DAY_S
_DEPTH = 8
_PAIR = 2
_FULL_DAY = 23
"""Fewest prices of a day: those of the hours of the day on which summer time begins."""
_HOUR_ATTRIBUTE = re.compile(r"(price_)?(?P<next>next_day_)?(?P<hour>\d{1,2})h?")


@dataclass(frozen=True, slots=True)
class Told:
    """Prices in an object; `unit_is_unknown` if there are more that cannot be used for lack of a unit."""

    series: Series
    unit_is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A list or an object that may have prices.

    Attributes:
        value: the list or the object.
        day: the day that its name is about.
        preferred: its name is that of the prices that are wanted.
    """

    value: object
    day: date | None = None
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class _Point:
    """A price from a time on; `end_s` is None if its end is unknown, and the price if its unit is."""

    start_s: float
    end_s: float | None
    price_per_kwh: float | None


def prices_in(told: Mapping[str, object], context: Context) -> Told:
    """Return the prices in an object, such as the attributes of an entity or the response of an action."""
    parts = list(_parts(_Part(told), context, _DEPTH))
    found = _found([part for part in parts if part.preferred], context)
    found = found or _found(parts, context)
    points: dict[float, tuple[float | None, float]] = {}
    for point in found:
        if point.price_per_kwh is not None:
            points.setdefault(point.start_s, (point.end_s, point.price_per_kwh))
    return Told(
        Series(_spans(points)), any(point.price_per_kwh is None for point in found)
    )


def _found(parts: Sequence[_Part], context: Context) -> list[_Point]:
    """Return prices, those with times first, as they are more certain."""
    timed = [point for part in parts for point in _timed(part, context)]
    return timed + [point for part in parts for point in _untimed(part, context)]


def _parts(part: _Part, context: Context, depth: int) -> Iterator[_Part]:
    """Yield a part, and all within that may have the prices that are wanted."""
    part = replace(part, value=_decoded(part.value))
    yield part
    if depth == 0:
        return
    purpose = context.purpose
    match part.value:
        case {**mapping}:
            for name, value in mapping.items():
                if isinstance(name, str) and not purpose.avoids(name):
                    inner = _Part(
                        value,
                        _day_of(name, context.today) or part.day,
                        part.preferred or purpose.prefers(name),
                    )
                    yield from _parts(inner, context, depth - 1)
        case [*items]:
            for item in items:
                if isinstance(item, Mapping) and not _rows([item], part.day, context):
                    yield from _parts(replace(part, value=item), context, depth - 1)


def _decoded(value: object) -> object:
    """Return a list or an object that is told as a text of JSON; everything else as it is."""
    if not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    try:
        return json_loads(value)
    except ValueError:
        return value


def _day_of(name: str, today: date) -> date | None:
    """Return the day that the name of a list is about."""
    named = words(name)
    if "tomorrow" in named:
        return today + timedelta(days=1)
    return today if "today" in named else None


def _timed(part: _Part, context: Context) -> Iterator[_Point]:
    match part.value:
        case [*items]:
            yield from _pointed(_rows(items, part.day, context))
            yield from _paired(
                (item for item in items if isinstance(item, list | tuple)), context
            )
        case {**mapping}:
            yield from _mapped(mapping, part.day, context)
            yield from _side_by_side(mapping, context)
            # Times as names; others may be those of a few hours, such as the dearest.
            timed = [mapping[name] for name in mapping if str(name)[:1].isdigit()]
            yield from _pointed(_rows(timed, part.day, context))


def _rows(items: Iterable[object], day: date | None, context: Context) -> list[Row]:
    """Return the rows among some items."""
    objects = [
        {key: value for key, value in item.items() if isinstance(key, str)}
        for item in items
        if isinstance(item, Mapping)
    ]
    rows = (row_of(each, context, day) for each in placed(objects, day, context.zone))
    return [row for row in rows if row is not None]


def _paired(pairs: Iterable[Sequence[object]], context: Context) -> Iterator[_Point]:
    """Yield the prices of pairs of a time and a price."""
    for pair in pairs:
        start_s = second_of(pair[0], context.zone) if len(pair) == _PAIR else None
        if start_s is not None and (price := price_of(pair[1], context)) is not None:
            yield _Point(start_s, None, None if math.isnan(price) else price)


def _side_by_side(
    mapping: Mapping[object, object], context: Context
) -> Iterator[_Point]:
    """Yield the prices of two lists of the same length, one of times and one of prices."""
    lists = {
        name: value
        for name, value in mapping.items()
        if isinstance(name, str) and isinstance(value, list) and value
    }
    times = [
        value
        for value in lists.values()
        if second_of(value[0], context.zone) is not None
    ]
    for name, prices in lists.items():
        if times and has_stem(name, PRICE_STEMS) and not context.purpose.avoids(name):
            same = [each for each in times if len(each) == len(prices)]
            yield from _paired(zip(*same[:1], prices, strict=False), context)


def _pointed(rows: Sequence[Row]) -> Iterator[_Point]:
    """Yield the prices of rows; where only the ends are known, one begins where another ends."""
    ends = sorted({row.end_s for row in rows if row.end_s is not None})
    length_s = min((after - before for before, after in pairwise(ends)), default=HOUR_S)
    for row in rows:
        if row.start_s is not None:
            yield _Point(row.start_s, row.end_s, row.price_per_kwh)
        elif row.end_s is not None:
            yield _Point(row.end_s - length_s, row.end_s, row.price_per_kwh)


def _mapped(
    mapping: Mapping[object, object], day: date | None, context: Context
) -> Iterator[_Point]:
    """Yield the prices of times that are keys; a time of day needs neighbors, and an hour needs a day as well."""
    zone = context.zone
    instants = {key: second_of(key, zone) for key in mapping}
    if not any(instants.values()):
        instants = {
            key: clock_key_s(key, day or context.today, zone) for key in mapping
        }
    if day is not None and not any(instants.values()):
        numbers = (number_of(key) for key in mapping)
        is_from_one = from_one(number for number in numbers if number is not None)
        early_s = HOUR_S if is_from_one else 0.0
        hours = {key: hour_key_s(key, day, zone) for key in mapping}
        instants = {key: at and at - early_s for key, at in hours.items()}
    for key, start_s in instants.items():
        if start_s is None or (price := price_of(mapping[key], context)) is None:
            continue
        yield _Point(start_s, None, None if math.isnan(price) else price)


def _untimed(part: _Part, context: Context) -> Iterator[_Point]:
    match part.value:
        case [*items] if part.day is not None and len(items) >= _FULL_DAY:
            yield from _day(items, part.day, context)
        case {**mapping}:
            yield from _hourly(mapping, context)


def _hourly(attributes: Mapping[object, object], context: Context) -> Iterator[_Point]:
    named = {name: _HOUR_ATTRIBUTE.fullmatch(str(name)) for name in attributes}
    # A few numbers may be anything.
    is_day = sum(match is not None for match in named.values()) >= _FULL_DAY
    for name, value in attributes.items():
        match = named[name]
        if match is None or int(match["hour"]) > 23 or not (match[1] or is_day):
            continue
        if (price := price_of(value, context)) is not None:
            day = context.today + timedelta(days=1 if match["next"] else 0)
            start_s = on_day(day, int(match["hour"]), 0, context.zone)
            known = None if math.isnan(price) else price
            yield _Point(start_s, start_s + HOUR_S, known)


def _day(prices: Sequence[object], day: date, context: Context) -> Iterator[_Point]:
    """Yield the prices of a whole day, which has 23 or 25 hours twice a year."""
    start_s = midnight_s(day, context.zone)
    length_s = (midnight_s(day, context.zone, days_later=1) - start_s) / len(prices)
    for index, value in enumerate(prices):
        if (price := price_of(value, context)) is not None:
            at_s = start_s + index * length_s
            known = None if math.isnan(price) else price
            yield _Point(at_s, at_s + length_s, known)


def _spans(points: Mapping[float, tuple[float | None, float]]) -> Iterator[Span]:
    """Yield prices with their ends: as given, else the next price, else as long as the one before."""
    length_s = HOUR_S
    # Some tell the second after.
    exact = {_minute(start_s): point for start_s, point in points.items()}
    starts = sorted(exact)
    for start_s, next_s in zip(starts, [*starts[1:], None], strict=False):
        end_s, price = exact[start_s]
        if end_s is None:
            until_s = start_s + length_s if next_s is None else next_s
            end_s = min(until_s, start_s + LONGEST_S)
        length_s = end_s - start_s
        yield Span(start_s, end_s, price)


def _minute(second: float) -> float:
    """Return the full minute that an instant is closest to."""
    return round(second / 60) * 60.0
