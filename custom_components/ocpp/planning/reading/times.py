"""Times of prices, in all the ways in which tariff integrations write them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
import re

from .numbers import number_of
from .words import CLOCK_KEYS, END_KEYS, START_KEYS, plain, words

_EPOCH_S, _EPOCH_MS, _EPOCH_END_MS = 1e9, 1e11, 1e14
_EPOCH_TEXT = re.compile(r"\d{10}(\.\d+)?|\d{13}")
_BARE_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[.-]\d{1,2}[.-]\d{4}")
_DAY_FIRST = re.compile(r"(\d{1,2})[.-](\d{1,2})[.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d))?(?::\d\d)?(?!\d)")
_CLOCK_KEY = re.compile(
    r"(\d{1,2}):(\d\d)(?::\d\d)?(?:\s*(?:-|–|to)\s*\d{1,2}:\d\d(?::\d\d)?)?"
)
_LAST_HOUR = 23
_ENDING = frozenset({"end", "ends", "until", "till", "to", "stop", "bis", "einde"})
_OTHER = frozenset(
    {"updated", "created", "published", "modified", "retrieved", "fetched", "last"}
)


def span_of(
    row: Mapping[str, object], day: date | None, zone: tzinfo
) -> tuple[float | None, float | None]:
    """Return the start and the end that an object tells, each None if it does not.

    Args:
        row: the object.
        day: the day of times without a date.
        zone: the time zone of times that have none.
    """
    by_key = {plain(key): value for key, value in row.items()}
    start_s = next(_instants(by_key, START_KEYS, zone), None)
    end_s = next(_instants(by_key, END_KEYS, zone), None)
    if start_s is None and end_s is None:
        start_s = _clock_s(by_key, day, zone)
    if start_s is None and end_s is None:
        start_s, end_s = _otherwise(row, zone)
    if start_s is None and end_s is None:
        inner = [value for value in row.values() if isinstance(value, Mapping)]
        spans = (span_of(_named(value), None, zone) for value in inner)
        return next((span for span in spans if span != (None, None)), (None, None))
    return start_s, end_s


def tells_instant(row: Mapping[str, object], zone: tzinfo) -> bool:
    """Return whether an object tells an instant, rather than a day or a time of day."""
    by_key = {plain(key): value for key, value in row.items()}
    return any(True for _ in _instants(by_key, (*START_KEYS, *END_KEYS), zone))


def _named(row: Mapping[object, object]) -> Mapping[str, object]:
    return {key: value for key, value in row.items() if isinstance(key, str)}


def _instants(
    by_key: Mapping[str, object], keys: Sequence[str], zone: tzinfo
) -> Iterator[float]:
    for key in keys:
        value = by_key.get(key)
        if isinstance(value, str) and _BARE_DATE.fullmatch(value.strip()):
            continue
        own = _zone_of(key, zone)
        if (instant := second_of(value, own)) is not None:
            yield instant


def _zone_of(key: str, zone: tzinfo) -> tzinfo:
    """Return the zone of times that have none, which their name may tell."""
    return UTC if plain(key).endswith("utc") else zone


def _otherwise(
    row: Mapping[str, object], zone: tzinfo
) -> tuple[float | None, float | None]:
    """Return the instants under names that nobody knows, of which those of the end say so."""
    starts: list[float] = []
    ends: list[float] = []
    for key, value in row.items():
        if isinstance(value, str) and _BARE_DATE.fullmatch(value.strip()):
            continue
        named = set(words(key))
        instant = second_of(value, _zone_of(key, zone))
        if instant is not None and named.isdisjoint(_OTHER):
            (starts if named.isdisjoint(_ENDING) else ends).append(instant)
    return min(starts, default=None), max(ends, default=None)


def _clock_s(
    by_key: Mapping[str, object], day: date | None, zone: tzinfo
) -> float | None:
    """Return the instant of a time of day, such as an hour or the begin of a period."""
    day = day_told(by_key) or day
    if day is None:
        return None
    for key in CLOCK_KEYS:
        value = by_key.get(key)
        clock = _CLOCK.match(str(value)) if isinstance(value, int | str) else None
        if clock is None or isinstance(value, bool) or int(clock[1]) > _LAST_HOUR:
            continue
        if _BARE_DATE.fullmatch(str(value).strip()):
            continue
        minute = int(clock[2] or number_of(by_key.get("minute")) or 0)
        return on_day(day, int(clock[1]), minute % 60, zone)
    return None


def day_told(row: Mapping[str, object]) -> date | None:
    """Return the day that an object tells."""
    by_key = {plain(key): value for key, value in row.items()}
    days = (_date(by_key.get(key)) for key in ("date", "day", "businessdate"))
    return next((day for day in days if day is not None), None)


def _date(value: object) -> date | None:
    text = str(value).strip()
    if match := _DAY_FIRST.fullmatch(text):
        text = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def clock_key_s(key: object, day: date, zone: tzinfo) -> float | None:
    """Return the instant of a key that is a time of a day, such as `06:00` or `06:00 - 07:00`."""
    match = _CLOCK_KEY.fullmatch(key.strip()) if isinstance(key, str) else None
    if match is None or int(match[1]) > _LAST_HOUR:
        return None
    return on_day(day, int(match[1]), int(match[2]) % 60, zone)


def hour_key_s(key: object, day: date, zone: tzinfo) -> float | None:
    """Return the instant of a key that is an hour of a day, such as `6`."""
    text = str(key) if isinstance(key, str | int) else ""
    if not text.isdecimal() or int(text) > _LAST_HOUR:
        return None
    return on_day(day, int(text), 0, zone)


def on_day(day: date, hour: int, minute: int, zone: tzinfo) -> float:
    """Return the instant at which clocks show a time of a day."""
    return datetime.combine(day, time(hour, minute), zone).timestamp()


def midnight_s(day: date, zone: tzinfo, days_later: int = 0) -> float:
    """Return the instant at which a day begins, or another some days later."""
    return on_day(day + timedelta(days=days_later), 0, 0, zone)


def second_of(value: object, zone: tzinfo) -> float | None:
    """Return the instant in a value: a datetime, ISO 8601, a date in another order, or seconds or milliseconds since the epoch."""
    match value:
        case datetime():
            at = value
        case str() if _EPOCH_TEXT.fullmatch(value):
            return second_of(float(value), zone)
        case str():
            if (parsed := _parsed(value.strip())) is None:
                return None
            at = parsed
        case bool():
            return None
        case int() | float() if _EPOCH_MS < value < _EPOCH_END_MS:
            return value / 1000
        case int() | float() if _EPOCH_S < value <= _EPOCH_MS:
            return float(value)
        case _:
            return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).timestamp()


def _parsed(text: str) -> datetime | None:
    text = _DAY_FIRST.sub(lambda at: f"{at[3]}-{at[2]:0>2}-{at[1]:0>2}", text, count=1)
    text = _YEAR_FIRST.sub(lambda at: f"{at[1]}-{at[2]:0>2}-{at[3]:0>2}", text, count=1)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
