"""Price series, as integrations show them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.planning.price_formats import (
    attribute_factor,
    series_of,
    unit_factor,
)

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 6, 10)
MIDNIGHT = datetime(2026, 6, 10, tzinfo=BERLIN)

NORD_POOL = {
    "unit_of_measurement": "EUR/kWh",
    "price_in_cents": False,
    "today": [0.30] * 24,
    "raw_today": [
        {
            "start": MIDNIGHT + timedelta(hours=h),
            "end": MIDNIGHT + timedelta(hours=h + 1),
            "value": 0.10 + h / 100,
        }
        for h in range(24)
    ],
    "raw_tomorrow": [],
    "tomorrow_valid": False,
}
NORD_POOL_ORE = {
    "unit_of_measurement": "öre/kWh",
    "price_in_cents": True,
    "raw_today": [
        {
            "start": "2026-06-10T00:00:00+02:00",
            "end": "2026-06-10T00:15:00+02:00",
            "value": 12.5,
        },
        {
            "start": "2026-06-10T00:15:00+02:00",
            "end": "2026-06-10T00:30:00+02:00",
            "value": -3,
        },
    ],
}
EPEX_SPOT = {
    "unit_of_measurement": "€/kWh",
    "data": [
        {
            "start_time": "2026-06-10T00:00:00+02:00",
            "end_time": "2026-06-10T01:00:00+02:00",
            "price_per_kwh": 0.125,
        },
        {
            "start_time": "2026-06-10T01:00:00+02:00",
            "end_time": "2026-06-10T02:00:00+02:00",
            "price_per_kwh": -0.03,
        },
    ],
}
EPEX_SPOT_BEFORE = {
    "unit_of_measurement": "EUR/MWh",
    "data": [
        {
            "start_time": "2026-06-10T00:00:00+02:00",
            "end_time": "2026-06-10T01:00:00+02:00",
            "price_eur_per_mwh": 125.0,
            "price_ct_per_kwh": 12.5,
        },
        {
            "start_time": "2026-06-10T01:00:00+02:00",
            "end_time": "2026-06-10T02:00:00+02:00",
            "price_eur_per_mwh": -30.0,
            "price_ct_per_kwh": -3.0,
        },
    ],
}
ENTSO_E = {
    "unit_of_measurement": "EUR/kWh",
    "prices_today": [
        {"time": "2026-06-10 00:00:00+02:00", "price": 0.125},
        {"time": "2026-06-10 01:00:00+02:00", "price": -0.03},
    ],
    "prices_tomorrow": [],
    "prices": [{"time": "2026-06-10 00:00:00+02:00", "price": 0.125}],
    "min_price": 0.1,
}
OCTOPUS = {
    "event_type": "octopus_energy_electricity_current_day_rates",
    "mpan": "1234567890",
    "rates": [
        {
            "start": "2026-06-09T22:00:00+00:00",
            "end": "2026-06-09T22:30:00+00:00",
            "value_inc_vat": 0.125,
            "is_capped": False,
        },
        {
            "start": "2026-06-09T22:30:00+00:00",
            "end": "2026-06-09T23:00:00+00:00",
            "value_inc_vat": -0.03,
            "is_capped": False,
        },
    ],
}
ENERGI_DATA_SERVICE = {
    "unit_of_measurement": "øre/kWh",
    "unit": "kWh",
    "use_cent": True,
    "raw_today": [
        {"hour": datetime(2026, 6, 9, 22, tzinfo=UTC), "price": 12.5},
        {"hour": datetime(2026, 6, 9, 23, tzinfo=UTC), "price": -3.0},
    ],
    "raw_tomorrow": None,
    "forecast": [{"hour": datetime(2026, 6, 12, 0, tzinfo=UTC), "price": 40.0}],
}
AWATTAR = {
    "data": [
        {
            "start_timestamp": 1781042400000,
            "end_timestamp": 1781046000000,
            "marketprice": 125.0,
            "unit": "Eur/MWh",
        },
        {
            "start_timestamp": 1781046000000,
            "end_timestamp": 1781049600000,
            "marketprice": -30.0,
            "unit": "Eur/MWh",
        },
    ]
}
TIBBER_ANSWER = {
    "prices": [
        {"start_time": "2026-06-10T00:00:00.000+02:00", "price": 0.125},
        {"start_time": "2026-06-10T00:15:00.000+02:00", "price": -0.03},
    ]
}
ENERGY_ZERO_ANSWER = {
    "prices": [
        {
            "timestamp": "2026-06-09 22:00:00+00:00",
            "start": "2026-06-09 22:00:00+00:00",
            "end": "2026-06-09 23:00:00+00:00",
            "price": 0.125,
        },
        {
            "timestamp": "2026-06-09 23:00:00+00:00",
            "start": "2026-06-09 23:00:00+00:00",
            "end": "2026-06-10 00:00:00+00:00",
            "price": -0.03,
        },
    ]
}
AMBER = {
    "forecasts": [
        {
            "duration": 30,
            "start_time": "2026-06-09T22:00:01+00:00",
            "end_time": "2026-06-09T22:30:00+00:00",
            "per_kwh": 0.125,
            "spot_per_kwh": 0.05,
        },
        {
            "duration": 30,
            "start_time": "2026-06-09T22:30:01+00:00",
            "end_time": "2026-06-09T23:00:00+00:00",
            "per_kwh": -0.03,
            "spot_per_kwh": -0.1,
        },
    ]
}
FRANK = {
    "prices": [
        {
            "from": "2026-06-10T00:00:00+02:00",
            "till": "2026-06-10T01:00:00+02:00",
            "price": 0.125,
        },
        {
            "from": "2026-06-10T01:00:00+02:00",
            "till": "2026-06-10T02:00:00+02:00",
            "price": -0.03,
        },
    ]
}
ZONNEPLAN = {
    "forecast": [
        {
            "datetime": "2026-06-09T22:00:00.000000Z",
            "electricity_price": 1250000,
            "tariff_group": "low",
        },
        {
            "datetime": "2026-06-09T23:00:00.000000Z",
            "electricity_price": -300000,
            "tariff_group": "low",
        },
    ]
}
OMIE = {
    "today_hours": {
        "2026-06-10T00:00:00+02:00": 125.0,
        "2026-06-10T01:00:00+02:00": -30.0,
    },
    "unit_of_measurement": "€/MWh",
}
GENERIC = {
    "prices": [
        {"start": "2026-06-10 00:00:00", "value": "0.125"},
        {"start": "2026-06-10 01:00:00", "value": "-0.03"},
    ]
}


@pytest.mark.parametrize(
    ("attributes", "length_s"),
    [
        (NORD_POOL_ORE, 900),
        (EPEX_SPOT, 3600),
        (EPEX_SPOT_BEFORE, 3600),
        (ENTSO_E, 3600),
        (OCTOPUS, 1800),
        (ENERGI_DATA_SERVICE, 3600),
        (AWATTAR, 3600),
        (TIBBER_ANSWER, 900),
        (ENERGY_ZERO_ANSWER, 3600),
        (AMBER, 1799),
        (FRANK, 3600),
        (ZONNEPLAN, 3600),
        (OMIE, 3600),
        (GENERIC, 3600),
    ],
)
def test_every_shape_says_the_same(
    attributes: Mapping[str, object], length_s: float
) -> None:
    series = series_of(attributes, DAY, BERLIN, attribute_factor(attributes))
    first, second, *_ = series.spans
    assert first.start_s == pytest.approx(MIDNIGHT.timestamp(), abs=1)
    assert first.end_s - first.start_s == length_s
    assert (first.value, second.value) == pytest.approx((0.125, -0.03))
    assert second.start_s == pytest.approx(first.end_s, abs=1)


def test_prices_with_times_count_more_than_those_without() -> None:
    series = series_of(NORD_POOL, DAY, BERLIN, 1.0)
    assert len(series.spans) == 24
    assert series.at(MIDNIGHT.timestamp() + 5 * 3600) == pytest.approx(0.15)


def test_what_is_forecast_for_later_days_is_kept_apart_from_what_is_known() -> None:
    series = series_of(ENERGI_DATA_SERVICE, DAY, BERLIN, 0.01)
    last = series.spans[-1]
    assert last.value == pytest.approx(0.4)
    assert series.at(MIDNIGHT.timestamp() + 30 * 3600) is None


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2026, 6, 10), 24),
        (date(2026, 3, 29), 23),
        (date(2026, 10, 25), 25),
        (date(2026, 10, 25), 100),
    ],
)
def test_a_day_of_prices_without_times_is_as_long_as_the_day(
    day: date, count: int
) -> None:
    prices = [float(index) for index in range(count)]
    series = series_of({"today": prices}, day, BERLIN, 1.0)
    assert [span.value for span in series.spans] == prices
    noon_s = datetime(day.year, day.month, day.day, 12, tzinfo=BERLIN).timestamp()
    hours = count if count < 30 else count / 4
    expected = noon_s - series.spans[0].start_s
    assert series.at(noon_s) == expected / 3600 * count / hours
    assert series.spans[-1].end_s - series.spans[0].start_s == hours * 3600


def test_the_attributes_of_spain() -> None:
    attributes = {f"price_{hour:02}h": hour / 100 for hour in range(24)}
    attributes |= {f"price_next_day_{hour:02}h": 1 + hour / 100 for hour in range(24)}
    series = series_of(attributes, DAY, BERLIN, 1.0)
    assert len(series.spans) == 48
    assert series.at(MIDNIGHT.timestamp() + 25.5 * 3600) == pytest.approx(1.01)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        (None, 1.0),
        ("", 1.0),
        ("EUR/kWh", 1.0),
        ("€/kWh", 1.0),
        ("EUR/MWh", 0.001),
        ("ct/kWh", 0.01),
        ("Cent/kWh", 0.01),
        ("øre/kWh", 0.01),
        ("öre/kWh", 0.01),
        ("p/kWh", 0.01),
        ("SEK/MWh", 0.001),
        ("GBP/kWh", 1.0),
        ("EUR / kWh", 1.0),
        ("€", 1.0),
    ],
)
def test_units_become_currency_per_kwh(unit: str | None, factor: float) -> None:
    assert unit_factor(unit) == pytest.approx(factor)


def test_prices_in_cents_in_a_unit_that_does_not_say_so() -> None:
    attributes = {"unit_of_measurement": "NOK/kWh", "price_in_cents": True}
    assert attribute_factor(attributes) == pytest.approx(0.01)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        None,
        "0.3",
        [None, 7, "x", {}],
        [{"start": "2026-06-10T00:00:00+02:00"}],
        [{"start": "noon", "value": 0.3}],
        [{"start": "2026-06-10T00:00:00+02:00", "value": "unknown"}],
        [{"start": "2026-06-10T00:00:00+02:00", "value": float("nan")}],
        [{"start": True, "value": True}],
    ],
)
def test_what_is_unusable_is_left_out(rows: object) -> None:
    good = {"start": "2026-06-10T05:00:00+02:00", "value": 0.2}
    series = series_of({"odd": rows, "prices": [good]}, DAY, BERLIN, 1.0)
    assert [span.value for span in series.spans] == [0.2]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.just(10**400)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["start", "value", "price", "end", "x"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["prices", "today", "data", "price_00h"]), _JSON)
)
def test_nothing_that_an_entity_may_show_does_any_harm(
    attributes: Mapping[str, object],
) -> None:
    spans: Sequence[object] = series_of(attributes, DAY, UTC, 1.0).spans
    assert all(span is not None for span in spans)
