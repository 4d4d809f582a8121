"""Holidays from the form, from calendars, and from sensors of working days."""

from collections.abc import AsyncIterator
from datetime import date, datetime

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.planning.forecast_inputs import ForecastInputs
from custom_components.ocpp.planning.holidays import Holidays, is_date
from custom_components.ocpp.surplus.circuits.circuits import Scope, SiteLimit
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

NOON = datetime(2026, 12, 23, 20, tzinfo=dt_util.UTC)
"""A Wednesday; Home Assistant's tests are in California."""
EVE, CHRISTMAS, BOXING = (date(2026, 12, day) for day in (24, 25, 26))


@pytest.fixture
async def holidays(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Holidays]:
    """Nothing is followed yet."""
    freezer.move_to(NOON)
    holidays = Holidays(hass, entry)
    yield holidays
    holidays.async_stop()


async def told(hass: HomeAssistant, holidays: Holidays, *entity_ids: str) -> set[date]:
    """Follow entities, and return what they have told."""
    holidays.async_start(entity_ids, ())
    await hass.async_block_till_done(wait_background_tasks=True)
    return set(holidays.latest)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2026-12-24", True),
        (" 12-24", True),
        ("02-29", True),
        ("13-24", False),
        ("24.12.", False),
        ("", False),
        ("Christmas", False),
    ],
)
def test_dates_as_they_are_entered(text: str, is_one: bool) -> None:
    assert is_date(text) is is_one


async def test_dates_that_were_entered(holidays: Holidays) -> None:
    holidays.async_start((), ["12-24", "2026-12-25", "2025-12-26", "nonsense"])
    assert holidays.latest == {EVE, CHRISTMAS}


async def test_a_calendar_of_holidays(hass: HomeAssistant, holidays: Holidays) -> None:
    answers: list[list[JsonValueType]] = [
        [
            {"start": "2026-12-25", "end": "2026-12-27", "summary": "Christmas"},
            {"start": "2026-12-24T10:00:00-08:00", "end": "2026-12-24T11:00:00-08:00"},
        ]
    ]

    async def events(call: ServiceCall) -> ServiceResponse:
        if not answers:
            raise HomeAssistantError("no connection")
        return {call.data["entity_id"]: {"events": list(answers.pop())}}

    hass.services.async_register(
        "calendar", "get_events", events, supports_response=SupportsResponse.ONLY
    )
    hass.states.async_set("calendar.holidays", "off")
    assert await told(hass, holidays, "calendar.holidays") == {CHRISTMAS, BOXING}
    # What was told stays known.
    hass.states.async_set("calendar.holidays", "unavailable")
    assert await told(hass, holidays, "calendar.holidays") == {CHRISTMAS, BOXING}
    assert not await told(hass, holidays)


async def test_the_working_days_of_a_sensor(
    hass: HomeAssistant, holidays: Holidays
) -> None:
    async def check(call: ServiceCall) -> ServiceResponse:
        day = date.fromisoformat(call.data["check_date"])
        works = day.weekday() < 5 and day != CHRISTMAS
        return {call.data["entity_id"]: {"workday": works}}

    hass.services.async_register(
        "workday", "check_date", check, supports_response=SupportsResponse.ONLY
    )
    entity = er.async_get(hass).async_get_or_create("binary_sensor", "workday", "x")
    hass.states.async_set(entity.entity_id, "on")
    assert await told(hass, holidays, entity.entity_id) == {CHRISTMAS}


@pytest.mark.parametrize(
    ("entity_id", "shown", "is_holiday"),
    [
        ("binary_sensor.workday", "off", True),
        ("binary_sensor.workday", "on", False),
        ("binary_sensor.public_holiday", "on", True),
        ("binary_sensor.feiertag_heute", "off", False),
        ("binary_sensor.workday", "unavailable", False),
    ],
)
async def test_a_sensor_that_shows_today(
    hass: HomeAssistant,
    holidays: Holidays,
    entity_id: str,
    shown: str,
    is_holiday: bool,
) -> None:
    hass.states.async_set(entity_id, shown)
    days = await told(hass, holidays, entity_id)
    assert days == ({date(2026, 12, 23)} if is_holiday else set())


async def test_a_weekend_is_no_holiday(
    hass: HomeAssistant, holidays: Holidays, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(datetime(2026, 12, 27, 20, tzinfo=dt_util.UTC))
    hass.states.async_set("binary_sensor.workday", "off")
    assert not await told(hass, holidays, "binary_sensor.workday")


async def test_prices_and_contracted_power_follow_the_holidays(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    valley = {"from": "00:00:00", "to": "00:00:00", "days": "weekend"}
    tariff = {
        "price_periods": [{"price": 0.1, **valley}],
        "other_price": 0.3,
    }
    contract = {
        "power_periods": [{"power": 9.2, **valley}],
        "other_power": 4.6,
        "holiday_dates": ["12-24"],
    }
    forecast_inputs = ForecastInputs(hass, entry)
    forecast_inputs.async_start({"tariff": tariff, "contract": contract})
    now = dt_util.now()
    midnight_s = datetime(2026, 12, 24, 8, tzinfo=dt_util.UTC).timestamp()
    outlook = forecast_inputs.outlook(now, midnight_s + 7200)
    before, after = outlook.at(midnight_s - 1), outlook.at(midnight_s)
    assert (before.price_per_kwh, after.price_per_kwh) == (0.3, 0.1)
    assert after.grid_limit_w - before.grid_limit_w == pytest.approx(4600)
    assert forecast_inputs.contract_limit(now) == SiteLimit(
        power_w=4600.0, scope=Scope.EVERYTHING, until_s=midnight_s
    )
    forecast_inputs.async_stop()
    forecast_inputs.async_start({})
    assert forecast_inputs.contract_limit(now) is None
    forecast_inputs.async_stop()
