"""Price series, as integrations show them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
import re

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.planning.reading.formats import Told, prices_in
from custom_components.ocpp.planning.reading.rows import Context
from custom_components.ocpp.planning.reading.units import attribute_factor, unit_factor
from custom_components.ocpp.planning.reading.words import BUYING, SELLING, Purpose
from custom_components.ocpp.surplus.planning.outlook import Series

from .odd_shapes import ODD_SHAPES
from .raw_shapes import RAW_SHAPES
from .tariff_shapes import BERLIN, GAS, HOUR, MIDNIGHT, PRICES, SHAPES, SOLD

DAY = date(2026, 6, 10)
DOCS = Path(__file__).parents[3] / "docs" / "tariffs.md"


def read(
    told: Mapping[str, object],
    purpose: Purpose = BUYING,
    *,
    day: date = DAY,
    currency: str = "",
) -> Told:
    """Return the prices in an object, in the unit that it tells."""
    factor = attribute_factor(told)
    return prices_in(told, Context(day, BERLIN, factor, purpose, currency))


def series_of(told: Mapping[str, object], day: date = DAY) -> Series:
    """Return the prices in an object whose unit is currency/kWh."""
    return prices_in(told, Context(day, BERLIN, 1.0, BUYING)).series


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


@pytest.mark.parametrize("name", [*SHAPES, *RAW_SHAPES])
def test_every_shape_says_the_same(name: str) -> None:
    shape = {**SHAPES, **RAW_SHAPES}[name]
    told = read(shape.told, currency=shape.currency)
    if told.unit_is_unknown:
        # Those that tell none mean whole currency, if the prices are not too high for it.
        told = Told(series_of(shape.told))
    first, second, *_ = told.series.spans
    assert (first.value, second.value) == pytest.approx(PRICES)
    assert first.start_s == MIDNIGHT.timestamp()
    assert first.end_s - first.start_s == shape.length_s
    assert second.start_s == first.end_s
    assert not told.unit_is_unknown


@pytest.mark.parametrize("name", ODD_SHAPES)
def test_odd_shapes_say_the_same(name: str) -> None:
    told = read(ODD_SHAPES[name])
    first, second, *_ = told.series.spans
    assert (first.value, second.value) == pytest.approx(PRICES)
    begin_s = MIDNIGHT.timestamp()
    assert (first.start_s, first.end_s, second.start_s) == (
        begin_s,
        begin_s + HOUR,
        begin_s + HOUR,
    )


def test_prices_may_last_for_different_times() -> None:
    bounds = [MIDNIGHT + timedelta(minutes=minute) for minute in (0, 15, 60, 90, 150)]
    rows = [
        {"start": start, "end": end, "value": index}
        for index, (start, end) in enumerate(pairwise(bounds))
    ]
    minutes = [
        (span.end_s - span.start_s) / 60 for span in series_of({"data": rows}).spans
    ]
    assert minutes == [15, 45, 30, 60]


def test_the_documentation_lists_every_shape() -> None:
    rows = re.findall(
        r"^\| (?:\[([^]]+)\]\([^)]*\)|([^|\[]+?)) \|", DOCS.read_text(), re.MULTILINE
    )
    listed = {linked or bare for linked, bare in rows}
    assert set(SHAPES) <= listed
    assert len(SHAPES) >= 30


def test_prices_of_several_areas_are_none() -> None:
    entry = {"deliveryStart": MIDNIGHT, "entryPerArea": {"SE3": 100.0, "SE4": 200.0}}
    told = read({"currency": "SEK", "multiAreaEntries": [entry]})
    assert not told.series


@pytest.mark.parametrize(
    "row",
    [
        {"perKwh": 25.0, "startTime": MIDNIGHT},
        {"price_per_kwh": 25.0, "start_time": MIDNIGHT},
        {"value_inc_vat": 25.0, "valid_from": MIDNIGHT},
        {"marketprice": 125.0, "start_timestamp": MIDNIGHT},
    ],
)
def test_names_alone_are_no_unit(row: Mapping[str, object]) -> None:
    told = read({"rates": [row, {**row, "start": MIDNIGHT}]})
    assert told.unit_is_unknown
    assert not told.series


def test_amounts_of_money_are_no_prices() -> None:
    row = {
        "intervalEnd": MIDNIGHT,
        "costsAll": 3.2,
        "costsAllUnits": "c",
        "importsAll": 0.1,
        "importsAllUnits": "kWh",
        "costsFlexUp": 12.5,
        "costsFlexUnits": "c/kWh",
    }
    (span,) = read({"data": [row]}).series.spans
    assert span.value == pytest.approx(0.125)


def test_the_extremes_of_a_day_are_no_list() -> None:
    """Otherwise the least price would hold from its hour until that of the greatest."""
    told = {
        "unit_of_measurement": "EUR/kWh",
        "min": {"time": MIDNIGHT.isoformat(), "price": 0.05},
        "max": {"time": (MIDNIGHT + timedelta(hours=19)).isoformat(), "price": 0.4},
        "first": {"start": MIDNIGHT.isoformat(), "price": 0.05},
    }
    assert not read(told).series


def test_a_length_is_no_number() -> None:
    rows = [
        {"interval": 30, "time": f"{hour:02}:00", "price": hour} for hour in range(3)
    ]
    spans = series_of({"today": rows}).spans
    assert [span.start_s - MIDNIGHT.timestamp() for span in spans] == [0, 3600, 7200]


def test_rows_may_say_what_they_are_for() -> None:
    rows = [
        {"channelType": channel, "start": MIDNIGHT, "perKwh": price}
        for channel, price in (("feedIn", -8.0), ("general", 25.0))
    ]
    told = {"unit_of_measurement": "c/kWh", "data": rows}
    (span,) = read(told).series.spans
    assert span.value == pytest.approx(0.25)
    (span,) = read(told, SELLING).series.spans
    assert span.value == pytest.approx(-0.08)


def test_a_day_is_no_time_of_day() -> None:
    rows = [{"date": "10.06.2026", "price": 0.1}, {"date": "11-06-2026", "price": 0.2}]
    assert not read({"unit": "EUR/kWh", "prices": rows}).series


@pytest.mark.parametrize("count", [24, 48, 96])
def test_parts_of_the_day_by_number(count: int) -> None:
    rows = [{"hour": number + 1, "price": number} for number in range(count)]
    series = series_of({"today": rows})
    starts = [span.start_s for span in series.spans]
    assert starts[0] == MIDNIGHT.timestamp()
    assert starts[1] - starts[0] == 24 * 3600 / count
    assert [span.value for span in series.spans] == list(range(count))


def test_forecasts_are_told_in_intervals_that_begin_a_second_late() -> None:
    late = [
        {
            "start_time": (
                MIDNIGHT + timedelta(minutes=30 * half, seconds=1)
            ).isoformat(),
            "end_time": (MIDNIGHT + timedelta(minutes=30 * half + 30)).isoformat(),
            "per_kwh": 0.1,
        }
        for half in range(2)
    ]
    first, second = series_of({"forecasts": late}).spans
    assert second.start_s == first.end_s


@pytest.mark.parametrize(
    "name",
    [
        "gas_prices",
        "return_prices",
        "feedInRates",
        "Sell prices",
        "einspeise_preise",
        "co2",
    ],
)
def test_lists_for_something_else_are_left_out(name: str) -> None:
    assert not series_of({name: SOLD})
    assert not series_of({"data": {name: SOLD}})


def test_what_is_paid_for_the_sun_is_read_where_it_is_wanted() -> None:
    told = {"unit": "EUR/kWh", "gas_prices": GAS, "return_prices": SOLD, "prices": GAS}
    values = [span.value for span in read(told, SELLING).series.spans]
    assert values == [0.05, 0.06]
    # A list that does not say what it is for is what the entity is about.
    assert [
        span.value
        for span in read({"unit": "EUR", "rates": SOLD}, SELLING).series.spans
    ] == [0.05, 0.06]
    row = {
        "start": MIDNIGHT,
        "integrated": 0.3,
        "feed_in": {"unit": "Rp/kWh", "value": 8},
    }
    assert [span.value for span in read({"data": [row]}, SELLING).series.spans] == [
        0.08
    ]


def test_the_currency_of_the_house_is_read_where_there_are_several() -> None:
    row = {"time_start": MIDNIGHT, "SEK_per_kWh": 1.1, "EUR_per_kWh": 0.1}
    for currency, price in (("SEK", 1.1), ("EUR", 0.1)):
        (span,) = read({"data": [row]}, currency=currency).series.spans
        assert span.value == price


def test_fields_are_tried_until_one_works() -> None:
    row = {"start": None, "hour": 5, "TIME": MIDNIGHT, "total": None, "Price": "0.2"}
    (span,) = series_of({"data": [row]}).spans
    assert (span.start_s, span.value) == (MIDNIGHT.timestamp(), 0.2)


def test_times_of_day_are_those_of_the_day_that_the_row_or_the_list_is_about() -> None:
    rows = [
        {"date": "2026-06-10", "hour": hour, "price": hour / 100} for hour in (1, 2)
    ]
    first, second = series_of({"data": rows}).spans
    assert first.start_s == MIDNIGHT.timestamp() + 3600
    assert second.start_s == MIDNIGHT.timestamp() + 7200
    (span,) = series_of({"prices_tomorrow": [{"time": "05:30", "price": 0.2}]}).spans
    assert span.start_s == MIDNIGHT.timestamp() + 29.5 * 3600


@pytest.mark.parametrize("unit", [None, "quids/kWh", "EUR/therm", "%"])
def test_prices_in_an_unknown_unit_are_none_but_told_to_be_there(
    unit: str | None,
) -> None:
    told = {"prices": [{"start": MIDNIGHT, "price": 0.2}], "today": [0.2] * 24}
    found = read(told | ({} if unit is None else {"unit_of_measurement": unit}))
    assert not found.series
    assert found.unit_is_unknown


def test_prices_with_times_count_more_than_those_without() -> None:
    series = series_of(NORD_POOL)
    assert len(series.spans) == 24
    assert series.at(MIDNIGHT.timestamp() + 5 * 3600) == pytest.approx(0.15)


def test_what_is_forecast_for_later_days_is_kept_apart_from_what_is_known() -> None:
    later = MIDNIGHT + timedelta(hours=48)
    told = {
        "raw_today": [{"hour": MIDNIGHT, "price": 0.1}],
        "forecast": [{"hour": later, "price": 0.4}],
    }
    series = series_of(told)
    assert series.spans[-1].value == pytest.approx(0.4)
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
    series = series_of({"today": prices}, day)
    assert [span.value for span in series.spans] == prices
    noon_s = datetime(day.year, day.month, day.day, 12, tzinfo=BERLIN).timestamp()
    hours = count if count < 30 else count / 4
    expected = noon_s - series.spans[0].start_s
    assert series.at(noon_s) == expected / 3600 * count / hours
    assert series.spans[-1].end_s - series.spans[0].start_s == hours * 3600


def test_the_attributes_of_spain() -> None:
    attributes = {f"price_{hour:02}h": hour / 100 for hour in range(24)}
    attributes |= {f"price_next_day_{hour:02}h": 1 + hour / 100 for hour in range(24)}
    series = series_of(attributes)
    assert len(series.spans) == 48
    assert series.at(MIDNIGHT.timestamp() + 25.5 * 3600) == pytest.approx(1.01)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("EUR/kWh", 1.0),
        ("€/kWh", 1.0),
        ("EUR/MWh", 0.001),
        ("SEK/MWh", 0.001),
        ("GBP/kWh", 1.0),
        ("EUR / kWh", 1.0),
        ("EUR per kWh", 1.0),
        ("€", 1.0),
        ("kr/kWh", 1.0),
        ("kr./kWh", 1.0),
        ("zł/MWh", 0.001),
        ("Kč/kWh", 1.0),
        ("CHF_kWh", 1.0),
        ("€/Wh", 1000.0),
        ("c/kWh (incl. VAT)", 0.01),
        ("GBp/kWh", 0.01),
        ("GBP/MWh", 0.001),
        ("EUR-Cent/kWh", 0.01),
        ("¢ NZD/kWh", 0.01),
        ("m€/kWh", 0.001),
        ("EUR∕kWh", 1.0),
        ("leva/kWh", 1.0),
        ("Fr./kWh", 1.0),
        ("ct/kWh inkl. MwSt.", 0.01),
        *(
            (f"{cents}/kWh", 0.01)
            for cents in (
                "ct",
                "Cent",
                "cents",
                "cnt",
                "cts",
                "c",
                "¢",
                "€ct",
                "ct€",
                "c€",
                "€ ct",
                "øre",
                "öre",
                "Öre",
                "ore",
                "p",
                "pence",
                "Rp",
                "Rp.",
                "Rappen",
                "centimes",
                "snt",
                "sentti",
                "gr",
                "grosze",
                "groszy",
                "haléř",
                "haléřů",
                "hal.",
                "bani",
                "fillér",
                "stotinki",
                "kuruş",
            )
        ),
        ("", None),
        ("kWh", None),
        ("W", None),
        ("m³", None),
        ("quids/kWh", None),
        ("EUR-quids/kWh", None),
        ("EUR kWh", 1.0),
        ("ct kWh", 0.01),
        ("EUR·kWh⁻¹", 1.0),
        ("€ MWh^-1", 0.001),
        ("ct/kW·h", 0.01),
        ("mill/kWh", 0.001),
        ("mills/kWh", 0.001),
        ("millieuro/kWh", 0.001),
        ("EUR/100kWh", 0.01),
        ("EUR/100 kWh", 0.01),
        ("EUR/1000kWh", 0.001),
        ("öre per kWh", 0.01),
        ("cents per kilowatt-hour", 0.01),
        ("USDc/kWh", 0.01),
        ("cUSD/kWh", 0.01),
        ("US cents/kWh", 0.01),
        ("AU¢/kWh", 0.01),
        ("€cts/kWh", 0.01),
        ("грн/кВт·год", 1.0),
        ("Rs/kWh", 1.0),
        ("sen/kWh", 0.01),
        ("EUR/0kWh", None),
        ("EUR/kW", None),
        ("EUR/h", None),
        ("EUR/day", None),
        ("EUR quids", None),
        ("EUR/m³", None),
        ("EUR/", None),
    ],
)
def test_units_become_currency_per_kwh(unit: str, factor: float | None) -> None:
    assert unit_factor(unit) == (None if factor is None else pytest.approx(factor))


def test_prices_in_cents_in_a_unit_that_does_not_say_so() -> None:
    attributes = {"unit_of_measurement": "NOK/kWh", "price_in_cents": True}
    assert attribute_factor(attributes) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("0,2", 0.2),
        ("-0,125", -0.125),
        ("12,50", 12.5),
        ("1,250", None),
        ("1,2,3", None),
    ],
)
def test_decimal_commas_are_read_where_they_are_certain(
    text: str, price: float | None
) -> None:
    spans = series_of({"data": [{"start": MIDNIGHT, "price": text}]}).spans
    assert [span.value for span in spans] == ([] if price is None else [price])


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
    series = series_of({"odd": rows, "prices": [good]})
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
            st.sampled_from(
                ["start", "value", "price", "end", "x", "hour", "date", "integrated"]
            ),
            inner,
            max_size=3,
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
    for purpose in (BUYING, SELLING):
        told = prices_in(attributes, Context(DAY, UTC, 1.0, purpose))
        spans: Sequence[object] = told.series.spans
        assert all(span is not None for span in spans)
