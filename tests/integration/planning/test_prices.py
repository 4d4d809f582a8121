"""Prices of tariff integrations that are there, and answers of those that must be asked."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.flows.tariff import tariff_error
from custom_components.ocpp.planning.forecast_inputs import ForecastInputs
from custom_components.ocpp.planning.prices import Prices, PriceSources
from custom_components.ocpp.surplus.accounts.origins import Tariff
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

NOON = datetime(2026, 6, 10, 19, tzinfo=dt_util.UTC)
MIDNIGHT_S = datetime(2026, 6, 10, 7, tzinfo=dt_util.UTC).timestamp()
"""Home Assistant's tests are in California."""


@pytest.fixture
async def prices(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Prices]:
    """Nothing is followed yet."""
    freezer.move_to(NOON)
    prices = Prices(hass, entry)
    yield prices
    prices.async_stop()


def rows(*values: float, key: str = "value") -> list[JsonValueType]:
    """Return prices from midnight on, one for each hour."""
    begin = datetime.fromtimestamp(MIDNIGHT_S, dt_util.UTC)
    return [
        {"start": (begin + timedelta(hours=hour)).isoformat(), key: value}
        for hour, value in enumerate(values)
    ]


async def test_fees_and_tax_are_added(hass: HomeAssistant, prices: Prices) -> None:
    hass.states.async_set("sensor.price", "1", {"data": rows(0.10, 0.20)})
    prices.async_start(PriceSources(("sensor.price",), 0.17, 19.0))
    assert prices.latest.at(MIDNIGHT_S) == pytest.approx(0.27 * 1.19)
    assert prices.latest.at(MIDNIGHT_S + 3600) == pytest.approx(0.37 * 1.19)


async def test_entities_for_single_days_go_together(
    hass: HomeAssistant, prices: Prices
) -> None:
    told: list[int] = []
    prices.async_subscribe(lambda: told.append(len(prices.latest.spans)))
    prices.async_start(PriceSources(("event.today", "event.tomorrow")))
    both = rows(*[0.2] * 24, *[0.3] * 24, key="value_inc_vat")
    hass.states.async_set("event.today", "x", {"rates": both[:24]})
    hass.states.async_set("event.tomorrow", "x", {"rates": both[24:]})
    hass.states.async_set("event.tomorrow", "y", {"rates": both[24:]})
    await hass.async_block_till_done()
    assert told == [24, 48]


async def test_a_plain_number_is_the_price_until_it_changes(
    hass: HomeAssistant, prices: Prices
) -> None:
    hass.states.async_set("input_number.price", "32", {"unit_of_measurement": "ct/kWh"})
    prices.async_start(PriceSources(("input_number.price",)))
    assert prices.latest.at(NOON.timestamp() + 86_400) == pytest.approx(0.32)
    hass.states.async_set("input_number.price", "30", {"unit_of_measurement": "ct/kWh"})
    await hass.async_block_till_done()
    assert prices.latest.at(NOON.timestamp()) == pytest.approx(0.30)


def price_issues(hass: HomeAssistant) -> dict[str, dict[str, str] | None]:
    """Return the repairs of price entities."""
    return {
        issue.translation_key or "": issue.translation_placeholders
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == "ocpp"
    }


async def test_a_price_without_a_list_is_no_flat_one(
    hass: HomeAssistant, prices: Prices, freezer: FrozenDateTimeFactory
) -> None:
    unit = {"unit_of_measurement": "ct/kWh"}
    hass.states.async_set("sensor.price", "32", unit)
    prices.async_start(PriceSources(("sensor.price",)))
    assert prices.latest.at(NOON.timestamp()) == pytest.approx(0.32)
    assert prices.latest.at(NOON.timestamp() + 2 * 3600) is None
    (issue,) = price_issues(hass).items()
    assert issue == (
        "price_list_missing",
        {"entity": "sensor.price", "state": "32", "unit": "ct/kWh"},
    )
    # What it showed is remembered.
    freezer.tick(timedelta(hours=2))
    hass.states.async_set("sensor.price", "20", unit)
    await hass.async_block_till_done()
    assert prices.latest.at(NOON.timestamp()) == pytest.approx(0.32)
    assert prices.latest.at(NOON.timestamp() + 2 * 3600) == pytest.approx(0.2)
    hass.states.async_set("sensor.price", "20", unit | {"prices": rows(20)})
    await hass.async_block_till_done()
    assert not price_issues(hass)


async def test_a_price_that_never_changes_may_be_shown_by_a_sensor(
    hass: HomeAssistant, prices: Prices
) -> None:
    hass.states.async_set("sensor.price", "32", {"unit_of_measurement": "ct/kWh"})
    options = {"price_entities": ["sensor.price"], "price_fixed": True}
    prices.async_start(PriceSources.of(options))
    assert prices.latest.at(NOON.timestamp() + 86_400) == pytest.approx(0.32)
    assert not price_issues(hass)


async def test_prices_by_time_of_day_hold_where_no_entity_tells_any(
    hass: HomeAssistant, prices: Prices
) -> None:
    night = {"price": 0.2, "from": "00:00:00", "to": "06:00:00"}
    options = {"price_periods": [night], "other_price": 0.3, "price_vat": 10}
    prices.async_start(PriceSources.of(options))
    assert prices.latest.at(MIDNIGHT_S + 5 * 3600) == pytest.approx(0.22)
    assert prices.latest.at(MIDNIGHT_S + 30 * 3600) == pytest.approx(0.33)
    hass.states.async_set("sensor.price", "1", {"data": rows(0.1)})
    prices.async_start(PriceSources.of({**options, "price_entities": ["sensor.price"]}))
    assert prices.latest.at(MIDNIGHT_S) == pytest.approx(0.11)
    assert prices.latest.at(MIDNIGHT_S + 5 * 3600) == pytest.approx(0.22)


@pytest.mark.parametrize("unit", ["quids/kWh", "%", None])
async def test_an_unknown_unit_is_asked_for(
    hass: HomeAssistant, prices: Prices, unit: str | None
) -> None:
    shown: dict[str, object] = {"data": rows(20.0, 30.0)}
    if unit is not None:
        shown["unit_of_measurement"] = unit
    hass.states.async_set("sensor.price", "20", shown)
    options = {"price_entities": ["sensor.price"]}
    prices.async_start(PriceSources.of(options))
    assert not prices.latest
    assert list(price_issues(hass)) == ["price_unit_unknown"]
    chosen = {**options, "price_unit": "hundredths_kwh"}
    prices.async_start(PriceSources.of(chosen))
    assert prices.latest.at(MIDNIGHT_S) == pytest.approx(0.2)
    assert not price_issues(hass)
    prices.async_stop()


async def test_the_form_tells_what_is_missing(hass: HomeAssistant) -> None:
    unit = {"unit_of_measurement": "EUR/kWh"}
    hass.states.async_set("sensor.now", "0.3", unit)
    hass.states.async_set("sensor.odd", "1", {"prices": rows(20.0)})
    hass.states.async_set("sensor.listed", "0.3", {**unit, "prices": rows(0.3)})
    asked = register(hass, "nordpool", "SE3-current_price", "Nord Pool SE3")
    hass.states.async_set(asked, "0.3", unit)
    for entity_id, options, error in (
        ("sensor.now", {}, "price_list_missing"),
        ("sensor.now", {"price_fixed": True}, None),
        ("sensor.odd", {}, "price_unit_unknown"),
        ("sensor.odd", {"price_unit": "hundredths_kwh"}, None),
        ("sensor.listed", {}, None),
        ("sensor.not_yet", {}, None),
        (asked, {}, None),
    ):
        tariff = {"price_entities": [entity_id], **options}
        assert tariff_error(hass, tariff) == error
    assert tariff_error(hass, {"feed_in_entities": ["sensor.now"]}) is None


@pytest.mark.parametrize("gone", ["unavailable", "unknown"])
async def test_prices_once_told_stay_known(
    hass: HomeAssistant, prices: Prices, gone: str
) -> None:
    told: list[int] = []
    hass.states.async_set("sensor.price", "1", {"data": rows(*[0.2] * 48)})
    prices.async_start(PriceSources(("sensor.price",)))
    before = prices.latest
    prices.async_subscribe(lambda: told.append(len(prices.latest.spans)))
    hass.states.async_set("sensor.price", gone)
    await hass.async_block_till_done()
    hass.states.async_remove("sensor.price")
    await hass.async_block_till_done()
    assert prices.latest == before
    assert not told


async def test_what_is_shown_now_is_added_to_what_is_known(
    hass: HomeAssistant, prices: Prices
) -> None:
    hass.states.async_set("sensor.price", "1", {"data": rows(*[0.2] * 48)})
    prices.async_start(PriceSources(("sensor.price",)))
    # The list begins again, with prices that have been corrected.
    hass.states.async_set("sensor.price", "1", {"data": rows(*[0.3] * 24)})
    await hass.async_block_till_done()
    assert prices.latest.at(MIDNIGHT_S) == pytest.approx(0.3)
    assert prices.latest.at(MIDNIGHT_S + 30 * 3600) == pytest.approx(0.2)


async def test_at_midnight_lists_are_about_the_day_on_which_they_were_told(
    hass: HomeAssistant, prices: Prices, freezer: FrozenDateTimeFactory
) -> None:
    unit = {"unit_of_measurement": "EUR/kWh"}
    lists = {"today": [0.1] * 24, "tomorrow": [0.2] * 24}
    hass.states.async_set("sensor.price", "0.1", {**unit, **lists})
    prices.async_start(PriceSources(("sensor.price",)))
    next_noon_s = NOON.timestamp() + 86_400
    freezer.move_to(datetime(2026, 6, 11, 7, 5, tzinfo=dt_util.UTC))
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done(wait_background_tasks=True)
    assert prices.latest.at(next_noon_s) == pytest.approx(0.2)
    assert prices.latest.at(next_noon_s + 86_400) is None
    new = {"today": [0.2] * 24, "tomorrow": None}
    hass.states.async_set("sensor.price", "0.2", {**unit, **new})
    await hass.async_block_till_done()
    assert prices.latest.at(next_noon_s) == pytest.approx(0.2)
    assert prices.latest.at(next_noon_s + 86_400) is None
    # What is the same each day is told again.
    freezer.tick(timedelta(hours=25))
    hass.states.async_set("sensor.price", "0.2", {**unit, **new})
    prices.async_start(PriceSources(("sensor.price",)))
    assert prices.latest.at(next_noon_s + 86_400) == pytest.approx(0.2)


async def test_prices_of_last_week_are_forgotten(
    hass: HomeAssistant, prices: Prices, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("sensor.price", "1", {"data": rows(*[0.2] * 24)})
    prices.async_start(PriceSources(("sensor.price",)))
    freezer.tick(timedelta(days=10))
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not prices.latest


async def test_prices_of_other_sources_are_not_kept(
    hass: HomeAssistant, prices: Prices
) -> None:
    hass.states.async_set("sensor.price", "1", {"data": rows(*[0.2] * 24)})
    sources = PriceSources(("sensor.price",))
    prices.async_start(sources)
    hass.states.async_set("sensor.price", "unavailable")
    prices.async_start(sources)
    assert prices.latest
    prices.async_start(PriceSources(("sensor.price",), fees_per_kwh=0.1))
    assert not prices.latest


async def test_what_cannot_be_read_is_complained_of_once(
    hass: HomeAssistant, prices: Prices, caplog: pytest.LogCaptureFixture
) -> None:
    prices.async_start(PriceSources(("sensor.price",)))
    for word in ("unavailable", "cheap", "dear"):
        hass.states.async_set("sensor.price", word)
        await hass.async_block_till_done()
    assert not prices.latest
    assert caplog.text.count("There are no prices from sensor.price") == 1


def register(hass: HomeAssistant, platform: str, unique_id: str, device: str) -> str:
    """Set up an entity of an integration, and return its ID."""
    entry = MockConfigEntry(domain=platform, entry_id=f"{platform}-entry")
    entry.add_to_hass(hass)
    found = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(platform, "x")}, name=device
    )
    entity = er.async_get(hass).async_get_or_create(
        "sensor", platform, unique_id, config_entry=entry, device_id=found.id
    )
    hass.states.async_set(entity.entity_id, "unknown")
    return entity.entity_id


def answer(
    hass: HomeAssistant, domain: str, action: str, by_call: list[ServiceResponse]
) -> list[dict[str, Any]]:
    """Have an action give answers, one after the other, and return what it was asked with."""
    asked: list[dict[str, Any]] = []

    async def handle(call: ServiceCall) -> ServiceResponse:
        asked.append(dict(call.data))
        return by_call[(len(asked) - 1) % len(by_call)]

    hass.services.async_register(
        domain, action, handle, supports_response=SupportsResponse.ONLY
    )
    return asked


async def test_nord_pool_is_asked_for_both_days(
    hass: HomeAssistant, prices: Prices
) -> None:
    entity_id = register(hass, "nordpool", "SE3-current_price", "Nord Pool SE3")
    days: list[ServiceResponse] = [
        {"SE2": rows(1.0, key="price"), "SE3": rows(125.0, -30.0, key="price")},
        {"SE2": [], "SE3": []},
    ]
    asked = answer(hass, "nordpool", "get_prices_for_date", days)
    prices.async_start(PriceSources((entity_id,)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [span.value for span in prices.latest.spans] == pytest.approx([0.125, -0.03])
    assert [call["date"] for call in asked] == ["2026-06-10", "2026-06-11"]
    assert {call["config_entry"] for call in asked} == {"nordpool-entry"}


async def test_tibber_has_prices_for_each_home(
    hass: HomeAssistant, prices: Prices
) -> None:
    entity_id = register(hass, "tibber", "abc", "Cottage")
    homes: JsonValueType = {
        "Flat": rows(1.0, key="price"),
        "Cottage": rows(0.125, key="price"),
    }
    answer(hass, "tibber", "get_prices", [{"prices": homes}])
    prices.async_start(PriceSources((entity_id,)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert prices.latest.at(MIDNIGHT_S) == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("domain", "action", "response", "given"),
    [
        (
            "energyzero",
            "get_energy_prices",
            {"prices": rows(0.125, key="price")},
            {"incl_vat": True, "config_entry": "energyzero-entry"},
        ),
        (
            "easyenergy",
            "get_energy_usage_prices",
            {"prices": rows(0.125, key="price")},
            {"incl_vat": True, "config_entry": "easyenergy-entry"},
        ),
        (
            "amberelectric",
            "get_forecasts",
            {"forecasts": rows(0.125, key="per_kwh")},
            {"channel_type": "general", "config_entry_id": "amberelectric-entry"},
        ),
    ],
)
async def test_others_that_must_be_asked(
    hass: HomeAssistant,
    prices: Prices,
    domain: str,
    action: str,
    response: ServiceResponse,
    given: dict[str, Any],
) -> None:
    entity_id = register(hass, domain, "abc", "Home")
    asked = answer(hass, domain, action, [response])
    prices.async_start(PriceSources((entity_id,)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert prices.latest.at(MIDNIGHT_S) == pytest.approx(0.125)
    assert given.items() <= asked[0].items()


async def test_an_answer_that_fails_keeps_the_one_before(
    hass: HomeAssistant,
    prices: Prices,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entity_id = register(hass, "tibber", "abc", "Home")
    answer(hass, "tibber", "get_prices", [{"prices": {"Home": rows(0.2, key="price")}}])
    prices.async_start(PriceSources((entity_id,)))
    await hass.async_block_till_done(wait_background_tasks=True)

    async def fail(_: ServiceCall) -> ServiceResponse:
        raise HomeAssistantError("no connection")

    hass.services.async_register(
        "tibber", "get_prices", fail, supports_response=SupportsResponse.ONLY
    )
    for _ in range(2):
        freezer.tick(901)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done(wait_background_tasks=True)
    assert prices.latest.at(MIDNIGHT_S) == pytest.approx(0.2)
    assert caplog.text.count("no connection") == 1


async def test_an_integration_that_is_not_there_yet_does_no_harm(
    hass: HomeAssistant, prices: Prices
) -> None:
    entity_id = register(hass, "tibber", "abc", "Home")
    prices.async_start(PriceSources((entity_id, "sensor.not_yet")))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not prices.latest


async def test_a_script_answers_with_prices_from_wherever(
    hass: HomeAssistant, prices: Prices
) -> None:
    answer = {"unit_of_measurement": "ct/kWh", "prices": rows(12.5, 30)}
    script = {
        "sequence": [
            {"variables": {"answer": answer}},
            {"stop": "That is all", "response_variable": "answer"},
        ]
    }
    assert await async_setup_component(hass, "script", {"script": {"tariff": script}})
    prices.async_start(PriceSources(("script.tariff",)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert prices.latest.at(MIDNIGHT_S) == pytest.approx(0.125)
    assert prices.latest.at(MIDNIGHT_S + 3600) == pytest.approx(0.3)


async def test_the_blocks_of_a_schedule_have_prices(
    hass: HomeAssistant, prices: Prices
) -> None:
    week = {
        "name": "Tariff",
        "wednesday": [
            {"from": "00:00:00", "to": "06:00:00", "data": {"price": 0.2}},
            {"from": "06:00:00", "to": "07:00:00"},
            {"from": "20:00:00", "to": "24:00:00", "data": {"price": 0.4}},
        ],
    }
    assert await async_setup_component(hass, "schedule", {"schedule": {"tariff": week}})
    options = {"price_entities": ["schedule.tariff"], "other_price": 0.3}
    assert tariff_error(hass, options) is None
    prices.async_start(PriceSources.of(options))
    await hass.async_block_till_done(wait_background_tasks=True)
    hours = [prices.latest.at(MIDNIGHT_S + hour * 3600) for hour in (5, 6, 19, 23, 24)]
    assert hours == [0.2, 0.3, 0.3, 0.4, 0.3]
    assert not price_issues(hass)
    prices.async_stop()
    er.async_get(hass).async_remove("schedule.tariff")
    await hass.async_block_till_done()


async def test_an_answer_without_prices_is_complained_of(
    hass: HomeAssistant, prices: Prices, caplog: pytest.LogCaptureFixture
) -> None:
    entity_id = register(hass, "energyzero", "abc", "Home")
    answer(hass, "energyzero", "get_energy_prices", [{"prices": []}])
    prices.async_start(PriceSources((entity_id,)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "its answer has none" in caplog.text


async def test_what_is_paid_for_the_sun_is_the_same_until_it_changes_within_a_day(
    hass: HomeAssistant, prices: Prices, freezer: FrozenDateTimeFactory
) -> None:
    unit = {"unit_of_measurement": "EUR/kWh"}
    hass.states.async_set("sensor.export", "0.08", unit)
    prices.async_start(PriceSources.of_feed_in({"feed_in_entities": ["sensor.export"]}))
    later_s = NOON.timestamp() + 2 * 86_400
    for value, is_flat in (("0.09", True), ("0.10", False)):
        freezer.tick(timedelta(hours=1))
        hass.states.async_set("sensor.export", value, unit)
        await hass.async_block_till_done()
        assert prices.latest.at(dt_util.utcnow().timestamp()) == float(value)
        assert bool(price_issues(hass)) is not is_flat
    freezer.tick(timedelta(hours=1))
    hass.states.async_set("sensor.export", "0.11", unit)
    await hass.async_block_till_done()
    assert prices.latest.at(later_s) is None


async def test_what_is_paid_for_the_sun_may_change_by_the_hour(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    hass.states.async_set("sensor.price", "1", {"data": rows(0.3, 0.2)})
    hass.states.async_set("sensor.export", "1", {"data": rows(0.1)})
    forecast_inputs = ForecastInputs(hass, entry)
    tariff = {
        "price_entities": ["sensor.price"],
        "feed_in_entities": ["sensor.export"],
        "feed_in_tariff": 0.05,
    }
    forecast_inputs.async_start({"tariff": tariff})
    assert forecast_inputs.tariff_at(MIDNIGHT_S) == Tariff(0.3, 0.1)
    # Where it is not told, the fixed one holds.
    assert forecast_inputs.tariff_at(MIDNIGHT_S + 3600) == Tariff(0.2, 0.05)
    outlook = forecast_inputs.outlook(dt_util.now(), MIDNIGHT_S + 7200)
    feed_ins = [
        slot.feed_in_per_kwh for slot in outlook.slots(MIDNIGHT_S, MIDNIGHT_S + 7200)
    ]
    assert feed_ins == [0.1] * 4 + [0.05] * 4
    forecast_inputs.async_stop()


@pytest.mark.parametrize(
    ("currency", "mean", "is_known"),
    [("EUR", 0.4, True), ("EUR", 4.5, False), ("SEK", 4.5, True), ("SEK", 45, False)],
)
async def test_prices_without_a_unit_are_asked_about_where_they_may_be_hundredths(
    hass: HomeAssistant, prices: Prices, currency: str, mean: float, is_known: bool
) -> None:
    hass.config.currency = currency
    hass.states.async_set("sensor.price", "x", {"data": rows(mean - 0.2, mean + 0.2)})
    prices.async_start(PriceSources(("sensor.price",)))
    await hass.async_block_till_done()
    assert bool(prices.latest) is is_known
    assert bool(price_issues(hass)) is not is_known
