"""Tariffs that are known by heart: a value for certain hours of certain days, and one for all others.

The value is a price, or the power that is contracted.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import accumulate, pairwise

from ..surplus.planning.outlook import Series, Span
from .reading.numbers import number_of

DAYS: Mapping[str, frozenset[int]] = {
    "every_day": frozenset(range(7)),
    "working_days": frozenset(range(5)),
    "weekend": frozenset({5, 6}),
    "saturday": frozenset({5}),
    "sunday": frozenset({6}),
    "holidays": frozenset({7}),
}
"""The days that a period may be for, as numbers of weekdays, and one for holidays."""
_HOLIDAY = frozenset({6, 7})
"""A holiday counts as a Sunday, too."""
WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
"""The days in the blocks of a schedule."""
AHEAD_DAYS = 8
LAST_MINUTE = 59
_DAY_MINUTES = 24 * 60

type _Kinds = frozenset[int]
"""The kinds of a day, as in `DAYS`."""


@dataclass(frozen=True, slots=True)
class Period:
    """A value for some time of some days; one that does not end after it starts lasts until the next day."""

    value: float
    start_minute: int
    end_minute: int
    weekdays: frozenset[int]

    @classmethod
    def of(cls, entered: Mapping[str, object], field: str) -> Period | None:
        """Return the period in a row of the form, with its value in a field; None if it is incomplete."""
        value = number_of(entered.get(field))
        start, end = _minute(entered.get("from")), _end_minute(entered.get("to"))
        weekdays = DAYS.get(str(entered.get("days")), DAYS["every_day"])
        if value is None or start is None or end is None:
            return None
        return cls(value, start, end, weekdays)

    def holds(self, minute: int, day: _Kinds, day_before: _Kinds) -> bool:
        """Return whether the value holds at a time of a day, by the kinds of that day and of the one before."""
        if self.start_minute < self.end_minute:
            during = self.start_minute <= minute < self.end_minute
            return during and not day.isdisjoint(self.weekdays)
        if minute >= self.start_minute:
            return not day.isdisjoint(self.weekdays)
        return minute < self.end_minute and not day_before.isdisjoint(self.weekdays)


def _minute(value: object) -> int | None:
    try:
        at = time.fromisoformat(str(value))
    except ValueError:
        return None
    return at.hour * 60 + at.minute


def _end_minute(value: object) -> int | None:
    """Return the minute of an end, for which the last minute or second before it may stand."""
    minute = _minute(value)
    if minute is None or minute % 60 != LAST_MINUTE:
        return minute
    return (minute + 1) % _DAY_MINUTES


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """Periods, the first of which counts where several hold, and the value at all other times, if there is one."""

    periods: tuple[Period, ...] = ()
    other: float | None = None

    @classmethod
    def of(cls, rows: object, other: object, field: str = "price") -> TimeOfUse:
        """Return what was entered in the form."""
        entered = rows if isinstance(rows, list) else []
        periods = [Period.of(row, field) for row in entered if isinstance(row, Mapping)]
        known = tuple(period for period in periods if period is not None)
        return cls(known, number_of(other))

    @property
    def is_complete(self) -> bool:
        """True if there is a value for every time of every day, also of holidays."""
        monday = date(2024, 1, 1)
        week = frozenset(monday + timedelta(days=day) for day in range(-1, AHEAD_DAYS))
        return all(
            len(_gapless(self.series(monday, UTC, holidays).spans)) == 1
            for holidays in (frozenset[date](), week)
        )

    def series(
        self, today: date, zone: tzinfo, holidays: Collection[date] = ()
    ) -> Series:
        """Return the values from yesterday on."""
        days = [today + timedelta(days=day) for day in range(-1, AHEAD_DAYS)]
        return Series(
            _joined(span for day in days for span in self._day(day, zone, holidays))
        )

    def _day(
        self, day: date, zone: tzinfo, holidays: Collection[date]
    ) -> Iterator[Span]:
        bounds = {0, _DAY_MINUTES}
        for period in self.periods:
            bounds |= {period.start_minute, period.end_minute}
        kinds = _kinds(day, holidays), _kinds(day - timedelta(days=1), holidays)
        minutes = sorted(bounds)
        instants = _in_order([_second(day, minute, zone) for minute in minutes])
        for minute, (start_s, end_s) in zip(minutes, pairwise(instants), strict=False):
            value = self._value(minute, *kinds)
            if value is not None and start_s < end_s:
                yield Span(start_s, end_s, value)

    def _value(self, minute: int, day: _Kinds, day_before: _Kinds) -> float | None:
        for period in self.periods:
            if period.holds(minute, day, day_before):
                return period.value
        return self.other


def _in_order(instants: Sequence[float]) -> Sequence[float]:
    """Return instants of which those that the clocks skip are that of the jump."""
    return [*accumulate(reversed(instants), min)][::-1]


def _kinds(day: date, holidays: Collection[date]) -> _Kinds:
    return _HOLIDAY if day in holidays else frozenset({day.weekday()})


def scheduled(blocks_by_day: Mapping[str, object]) -> TimeOfUse:
    """Return the prices in the blocks of a schedule, each of which has its price among its data."""
    periods = []
    for weekday, day in enumerate(WEEKDAYS):
        blocks = blocks_by_day.get(day)
        for block in blocks if isinstance(blocks, list) else []:
            data = block.get("data")
            price = number_of(data.get("price")) if isinstance(data, Mapping) else None
            start, end = _minute(block.get("from")), _end_minute(block.get("to"))
            if price is not None and start is not None and end is not None:
                periods.append(Period(price, start, end, frozenset({weekday})))
    return TimeOfUse(tuple(periods))


def _gapless(spans: Sequence[Span]) -> Sequence[Span]:
    """Return spans of which those that meet are one, whatever their values."""
    return _joined(replace(span, value=0.0) for span in spans)


def _second(day: date, minute: int, zone: tzinfo) -> float:
    """Return the instant at which clocks show a time."""
    days, minute = divmod(minute, _DAY_MINUTES)
    at = time(minute // 60, minute % 60)
    return datetime.combine(day + timedelta(days=days), at, zone).timestamp()


def _joined(spans: Iterable[Span]) -> Sequence[Span]:
    """Return spans of which those of equal price that meet are one."""
    joined: list[Span] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before and (before.end_s, before.value) == (span.start_s, span.value):
            joined[-1] = Span(before.start_s, span.end_s, span.value)
        else:
            joined.append(span)
    return joined
