"""Price series in the formats of tariff integrations: attributes of entities, and responses of actions.

Every integration has its own names, but all list times and prices. So these are recognized: lists of objects with a
time and a price, objects that map times to prices, lists of a day's prices without times, and the attributes of
Spain's PVPC, one for each hour. Everything else is ignored.
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
"""Keys that imply the unit, with the factor for a price per kWh."""
PRICE_KEYS = ("total", "price", "value", "tariff")
"""Keys whose unit is usually that of the entity."""
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
    """A price from a time on; `end_s` is None if its end is unknown."""

    start_s: float
    end_s: float | None
    price_per_kwh: float


def unit_factor(unit: str | None) -> float:
    """Return the factor from a unit to whole currency per kWh; 1 for an unknown unit."""
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
    """Return the prices in an object, such as the attributes of an entity or the response of an action.

    Args:
        attributes: the object.
        today: the present day, for prices that come without any time.
        zone: the time zone of times that have none.
        factor: the factor for prices that do not imply their unit.
    """
    points: dict[float, Point] = {}
    for point in _points(attributes, today, zone, factor):
        points.setdefault(point.start_s, point)
    return Series(_spans(sorted(points.values(), key=lambda point: point.start_s)))


def _points(
    attributes: Mapping[str, object], today: date, zone: tzinfo, factor: float
) -> Iterator[Point]:
    """Yield prices, those with times first, as they are more certain."""
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
    """Yield the prices of a whole day, which has 23 or 25 hours twice a year."""
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
    """Return the instant in a value: a datetime, ISO 8601, or seconds or milliseconds since the epoch."""
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
    """Return the finite number in a value, which may be a text."""
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
    """Yield prices with their ends: as given, else the next price, else as long as the one before."""
    length_s = HOUR_S
    for point, following in pairwise(points):
        end_s = point.end_s or min(following.start_s, point.start_s + LONGEST_S)
        length_s = end_s - point.start_s
        yield Span(point.start_s, end_s, point.price_per_kwh)
    for point in points[-1:]:
        yield Span(
            point.start_s, point.end_s or point.start_s + length_s, point.price_per_kwh
        )
