"""Prices that depend on the time of day and the day of the week."""

from datetime import date, datetime
from itertools import pairwise

import pytest

from custom_components.ocpp.planning.time_of_use import TimeOfUse

from .tariff_shapes import BERLIN

WEDNESDAY = date(2026, 6, 10)


def price(tariff: TimeOfUse, *at: int, today: date = WEDNESDAY) -> float | None:
    """Return the price at a local time of a month and a day."""
    month, day, hour, minute = at
    instant = datetime(2026, month, day, hour, minute, tzinfo=BERLIN)
    return tariff.series(today, BERLIN).at(instant.timestamp())


def test_day_and_night() -> None:
    night = {"price": 0.18, "from": "22:30:00", "to": "06:30:00"}
    tariff = TimeOfUse.of([night], 0.3)
    expected = {
        (5, 0): 0.18,
        (6, 29): 0.18,
        (6, 30): 0.3,
        (22, 29): 0.3,
        (22, 30): 0.18,
    }
    for (hour, minute), value in expected.items():
        assert price(tariff, 6, 10, hour, minute) == value
        assert price(tariff, 6, 16, hour, minute) == value


def test_three_periods_and_the_weekend() -> None:
    rows = [
        {"price": 0.1, "from": "00:00:00", "to": "00:00:00", "days": "weekend"},
        {"price": 0.1, "from": "00:00:00", "to": "08:00:00"},
        {"price": 0.3, "from": "10:00:00", "to": "14:00:00"},
        {"price": 0.3, "from": "18:00:00", "to": "22:00:00"},
    ]
    tariff = TimeOfUse.of(rows, 0.2)
    hours = [price(tariff, 6, 10, hour, 0) for hour in (7, 8, 10, 14, 18, 22)]
    assert hours == [0.1, 0.2, 0.3, 0.2, 0.3, 0.2]
    assert {price(tariff, 6, 13, hour, 0) for hour in range(24)} == {0.1}
    # Midnight after Sunday begins a working day.
    assert price(tariff, 6, 15, 12, 0) == 0.3


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    row = {"price": 0.1, "from": "22:00:00", "to": "06:00:00", "days": "working_days"}
    tariff = TimeOfUse.of([row], 0.3)
    assert price(tariff, 6, 13, 5, 0) == 0.1
    assert price(tariff, 6, 13, 23, 0) == 0.3
    assert price(tariff, 6, 15, 5, 0) == 0.3


def test_the_clocks_count_when_they_change() -> None:
    night = {"price": 0.18, "from": "22:00:00", "to": "06:00:00"}
    tariff = TimeOfUse.of([night], 0.3)
    sunday = date(2026, 3, 29)
    assert price(tariff, 3, 29, 5, 59, today=sunday) == 0.18
    assert price(tariff, 3, 29, 6, 0, today=sunday) == 0.3


@pytest.mark.parametrize(
    "rows", [None, [], [{}], [{"price": "x", "from": "1", "to": "2"}]]
)
def test_without_anything_there_are_no_prices(rows: object) -> None:
    assert not TimeOfUse.of(rows, None).series(WEDNESDAY, BERLIN)
    assert price(TimeOfUse.of(rows, 0.3), 6, 10, 5, 0) == 0.3


CHRISTMAS = date(2026, 12, 25)
SEASON = frozenset({CHRISTMAS, date(2026, 12, 26)})


def test_a_holiday_is_as_a_sunday() -> None:
    rows = [
        {"price": 0.1, "from": "00:00:00", "to": "00:00:00", "days": "sunday"},
        {"price": 0.2, "from": "22:00:00", "to": "06:00:00", "days": "working_days"},
    ]
    series = TimeOfUse.of(rows, 0.3).series(date(2026, 12, 23), BERLIN, SEASON)
    found = [
        series.at(datetime(2026, 12, day, hour, tzinfo=BERLIN).timestamp())
        for day, hour in ((24, 12), (24, 23), (25, 3), (25, 12), (26, 12), (28, 12))
    ]
    assert found == [0.3, 0.2, 0.1, 0.1, 0.1, 0.3]


def test_holidays_may_have_a_price_of_their_own() -> None:
    rows = [
        {"price": 0.05, "from": "00:00:00", "to": "00:00:00", "days": "holidays"},
        {"price": 0.1, "from": "00:00:00", "to": "00:00:00", "days": "weekend"},
    ]
    tariff = TimeOfUse.of(rows, 0.3)
    series = tariff.series(date(2026, 12, 23), BERLIN, SEASON)
    for day, value in ((24, 0.3), (25, 0.05), (26, 0.05), (27, 0.1)):
        at = datetime(2026, 12, day, 12, tzinfo=BERLIN)
        assert series.at(at.timestamp()) == value


def test_power_that_is_contracted_by_period() -> None:
    rows = [{"power": 9.2, "from": "00:00:00", "to": "08:00:00"}]
    contract = TimeOfUse.of(rows, 4.6, "power")
    assert price(contract, 6, 10, 7, 59) == 9.2
    assert price(contract, 6, 10, 8, 0) == 4.6


@pytest.mark.parametrize(("end", "last"), [("06:59:59", 6), ("06:59", 6), ("07:00", 6)])
def test_an_end_may_be_the_last_moment(end: str, last: int) -> None:
    night = {"price": 0.1, "from": "00:00:00", "to": end}
    tariff = TimeOfUse.of([night], 0.3)
    assert price(tariff, 6, 10, last, 59) == 0.1
    assert price(tariff, 6, 10, 7, 0) == 0.3


@pytest.mark.parametrize("end", ["23:59:59", "23:59", "00:00:00", "24:00:00"])
def test_the_end_of_the_day(end: str) -> None:
    evening = {"price": 0.1, "from": "18:00:00", "to": end, "days": "saturday"}
    tariff = TimeOfUse.of([evening], 0.3)
    assert price(tariff, 6, 13, 23, 59) == 0.1
    assert price(tariff, 6, 14, 0, 0) == 0.3


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_days_on_which_the_clocks_change_have_no_gaps_and_no_overlaps(
    day: date,
) -> None:
    rows = [
        {"price": 0.1, "from": "01:30:00", "to": "02:30:00"},
        {"price": 0.2, "from": "02:30:00", "to": "03:00:00"},
        {"price": 0.4, "from": "03:00:00", "to": "04:00:00"},
    ]
    spans = TimeOfUse.of(rows, 0.3).series(day, BERLIN).spans
    assert all(span.start_s < span.end_s for span in spans)
    assert all(one.end_s == two.start_s for one, two in pairwise(spans))
    tariff = TimeOfUse.of(rows, 0.3)
    assert price(tariff, day.month, day.day, 1, 45, today=day) == 0.1
    assert price(tariff, day.month, day.day, 3, 0, today=day) == 0.4
    assert price(tariff, day.month, day.day, 4, 0, today=day) == 0.3


@pytest.mark.parametrize(
    ("rows", "other", "is_complete"),
    [
        ([], None, False),
        ([], 0.3, True),
        ([{"price": 0.1, "from": "22:00", "to": "06:00"}], None, False),
        ([{"price": 0.1, "from": "22:00", "to": "06:00"}], 0.3, True),
        (
            [
                {"price": 0.1, "from": "22:00", "to": "06:00"},
                {"price": 0.3, "from": "06:00", "to": "22:00"},
            ],
            None,
            True,
        ),
        (
            [
                {"price": 0.1, "from": "00:00", "to": "00:00", "days": "weekend"},
                {"price": 0.3, "from": "00:00", "to": "00:00", "days": "working_days"},
            ],
            None,
            True,
        ),
        (
            [
                {"price": 0.1, "from": "00:00", "to": "00:00", "days": "saturday"},
                {"price": 0.3, "from": "00:00", "to": "00:00", "days": "working_days"},
            ],
            None,
            False,
        ),
    ],
)
def test_a_tariff_has_a_price_for_every_hour(
    rows: list[dict[str, object]], other: float | None, is_complete: bool
) -> None:
    assert TimeOfUse.of(rows, other).is_complete is is_complete


@pytest.mark.parametrize(
    ("rows", "other", "hours"),
    [
        # Economy 7, half an hour after midnight.
        ([(0.12, "00:30", "07:30", "every_day")], 0.29, (0.29, 0.12, 0.29, 0.29)),
        # Heures creuses, in two parts.
        (
            [
                (0.2, "12:30", "14:30", "every_day"),
                (0.2, "22:30", "06:30", "every_day"),
            ],
            0.27,
            (0.2, 0.2, 0.2, 0.27),
        ),
        # Three periods on working days, and the cheapest one on all others.
        (
            [
                (0.1, "00:00", "00:00", "weekend"),
                (0.1, "00:00", "08:00", "every_day"),
                (0.3, "10:00", "14:00", "every_day"),
                (0.3, "18:00", "22:00", "every_day"),
            ],
            0.2,
            (0.1, 0.1, 0.3, 0.3),
        ),
    ],
)
def test_tariffs_of_three_countries(
    rows: list[tuple[object, ...]], other: float, hours: tuple[float, ...]
) -> None:
    names = ("price", "from", "to", "days")
    tariff = TimeOfUse.of([dict(zip(names, row, strict=True)) for row in rows], other)
    found = [
        price(tariff, 6, 10, hour, minute)
        for hour, minute in ((0, 15), (3, 0), (13, 0), (20, 0))
    ]
    assert found == list(hours)
