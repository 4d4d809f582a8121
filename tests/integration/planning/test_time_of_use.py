"""Prices that depend on the time of day and the day of the week."""

from datetime import date, datetime

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
