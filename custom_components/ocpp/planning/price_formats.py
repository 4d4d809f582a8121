"""Price series in the shapes that tariff integrations have: attributes of entities, and answers of actions.

Every integration names things in its own way, but all of them list times and prices. So whatever looks like that is
taken: lists of objects with a time and a price, objects that map times to prices, lists of a day's prices without any
times, and Spain's one attribute for each hour. What is unusable is left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
import math
import re

from ..surplus.planning.outlook import DAY_S, HOUR_S, Series, Span

START_KEYS = (
    "start",
    "start_time",
    "starts_at",
    "startsAt",
    "start_timestamp",
    "from",
    "valid_from",
    "hour",
    "time",
    "timestamp",
    "datetime",
    "period_start",
)
END_KEYS = ("end", "end_time", "till", "to", "end_timestamp", "valid_to", "period_end")
ABSOLUTE_PRICE_KEYS: Mapping[str, float] = {
    "value_inc_vat": 1.0,
    "price_per_kwh": 1.0,
    "price_eur_per_kwh": 1.0,
    "price_ct_per_kwh": 0.01,
    "price_eur_per_mwh": 0.001,
    "per_kwh": 1.0,
    "marketprice": 0.001,
    "electricity_price": 1e-7,
}
"""Keys that tell the unit; by what to multiply for a price per kWh."""
PRICE_KEYS = ("total", "price", "value", "tariff")
"""Keys whose unit is that of the entity, as a rule."""
CENTS = frozenset(
    {"ct", "c", "cent", "cents", "¢", "öre", "øre", "ore", "p", "pence", "gr", "grosz"}
)
ENERGIES = {"kwh": 1.0, "mwh": 0.001, "wh": 1000.0}
LONGEST_S = DAY_S

_EPOCH_S, _EPOCH_MS, _EPOCH_END_MS = 1e9, 1e11, 1e14
_TODAY = ("today", "prices_today")
_TOMORROW = ("tomorrow", "prices_tomorrow")
_HOUR_ATTRIBUTE = re.compile(r"price_(?P<next>next_day_)?(?P<hour>\d\d)h")


@dataclass(frozen=True, slots=True)
class Point:
    """A price from some time on; `end_s` is None where it is not told until when."""

    start_s: float
    end_s: float | None
    price_per_kwh: float


def unit_factor(unit: str | None) -> float:
    """Return by what to multiply a price in a unit for one in whole currency per kWh; 1 for a unit that says nothing."""
    if not unit:
        return 1.0
    money, _, energy = unit.strip().casefold().partition("/")
    factor = 0.01 if money.strip() in CENTS else 1.0
    return factor * ENERGIES.get(energy.strip(), 1.0)


def attribute_factor(attributes: Mapping[str, object]) -> float:
    """Return the factor for the prices in an entity's attributes."""
    unit = attributes.get("unit_of_measurement")
    factor = unit_factor(unit if isinstance(unit, str) else None)
    in_cents = attributes.get("price_in_cents") is True
    return 0.01 * factor if in_cents and factor in ENERGIES.values() else factor


def series_of(
    attributes: Mapping[str, object], today: date, zone: tzinfo, factor: float
) -> Series:
    """Return the prices in an object, such as an entity's attributes or an action's answer.

    Args:
        attributes: where to look.
        today: the present day, for prices that come without any time.
        zone: what times without a time zone are in.
        factor: by what to multiply prices that do not tell their unit.
    """
    points: dict[float, Point] = {}
    for point in _points(attributes, today, zone, factor):
        points.setdefault(point.start_s, point)
    return Series(_spans(sorted(points.values(), key=lambda point: point.start_s)))


def _points(
    attributes: Mapping[str, object], today: date, zone: tzinfo, factor: float
) -> Iterator[Point]:
    """Return what has a time first, as it is surer."""
    for value in attributes.values():
        match value:
            case [*rows]:
                yield from _rows(rows, zone, factor)
            case {**mapping}:
                yield from _mapped(mapping, zone, factor)
    yield from _hourly(attributes, today, zone, factor)
    for names, day in ((_TODAY, today), (_TOMORROW, today + timedelta(days=1))):
        for name in names:
            yield from _day(attributes.get(name), day, zone, factor)


def _rows(rows: Iterable[object], zone: tzinfo, factor: float) -> Iterator[Point]:
    for row in rows:
        if isinstance(row, Mapping) and (point := _row(row, zone, factor)):
            yield point


def _row(row: Mapping[str, object], zone: tzinfo, factor: float) -> Point | None:
    start_s = next(
        (second_of(row[key], zone) for key in START_KEYS if key in row), None
    )
    price = _price(row, factor)
    if start_s is None or price is None:
        return None
    end_s = next((second_of(row[key], zone) for key in END_KEYS if key in row), None)
    return Point(start_s, end_s, price)


def _price(row: Mapping[str, object], factor: float) -> float | None:
    for key, absolute in ABSOLUTE_PRICE_KEYS.items():
        if (price := number_of(row.get(key))) is not None:
            return price * absolute
    unit = row.get("unit")
    if isinstance(unit, str) and "/" in unit:
        factor = unit_factor(unit)
    for key in PRICE_KEYS:
        if (price := number_of(row.get(key))) is not None:
            return price * factor
    return None


def _mapped(
    mapping: Mapping[object, object], zone: tzinfo, factor: float
) -> Iterator[Point]:
    for key, value in mapping.items():
        start_s, price = second_of(key, zone), number_of(value)
        if start_s is not None and price is not None:
            yield Point(start_s, None, price * factor)


def _hourly(
    attributes: Mapping[str, object], today: date, zone: tzinfo, factor: float
) -> Iterator[Point]:
    for name, value in attributes.items():
        match = _HOUR_ATTRIBUTE.fullmatch(name)
        price = number_of(value)
        if match and price is not None and int(match["hour"]) < 24:
            day = today + timedelta(days=1 if match["next"] else 0)
            at = datetime.combine(day, time(int(match["hour"])), zone)
            yield Point(at.timestamp(), at.timestamp() + HOUR_S, price * factor)


def _day(prices: object, day: date, zone: tzinfo, factor: float) -> Iterator[Point]:
    """Return the prices of a whole day; on two days of the year that has 23 or 25 hours."""
    if not isinstance(prices, Sequence) or len(prices) < 23:
        return
    start_s = datetime.combine(day, time(), zone).timestamp()
    end_s = datetime.combine(day + timedelta(days=1), time(), zone).timestamp()
    length_s = (end_s - start_s) / len(prices)
    for index, value in enumerate(prices):
        if (price := number_of(value)) is not None:
            at_s = start_s + index * length_s
            yield Point(at_s, at_s + length_s, price * factor)


def second_of(value: object, zone: tzinfo) -> float | None:
    """Return an instant, however it is told: a datetime, ISO 8601, or the seconds or milliseconds of an epoch."""
    match value:
        case datetime():
            at = value
        case str():
            try:
                at = datetime.fromisoformat(value)
            except ValueError:
                return None
        case bool():
            return None
        case int() | float() if _EPOCH_MS < value < _EPOCH_END_MS:
            return value / 1000
        case int() | float() if _EPOCH_S < value <= _EPOCH_MS:
            return float(value)
        case _:
            return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).timestamp()


def number_of(value: object) -> float | None:
    """Return a finite number, also one in a text."""
    match value:
        case bool():
            return None
        case int() | float() | str():
            try:
                number = float(value)
            except ValueError, OverflowError:
                return None
            return number if math.isfinite(number) else None
        case _:
            return None


def _spans(points: Sequence[Point]) -> Iterator[Span]:
    """Return until when each price holds: as told, else until the next, else as long as the one before."""
    length_s = HOUR_S
    for point, following in pairwise(points):
        end_s = point.end_s or min(following.start_s, point.start_s + LONGEST_S)
        length_s = end_s - point.start_s
        yield Span(point.start_s, end_s, point.price_per_kwh)
    for point in points[-1:]:
        yield Span(
            point.start_s, point.end_s or point.start_s + length_s, point.price_per_kwh
        )
