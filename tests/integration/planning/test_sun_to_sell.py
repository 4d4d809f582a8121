"""Sun that is paid better than the night costs: it is sold, and the car charges at night."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.conftest import GRID, state
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger

from .test_planner import Evening

ELEVEN = datetime(2026, 6, 10, 18, 0, tzinfo=UTC)
"""Eleven in the morning in California."""
SUNSET, DEPARTURE = ELEVEN + timedelta(hours=7), ELEVEN + timedelta(hours=20)
SUN_W = 5800.0


OPTIONS = {
    "grid_power": GRID,
    "tariff": {
        "price_periods": [{"price": 0.30, "from": "22:00:00", "to": "06:00:00"}],
        "other_price": 0.34,
        "feed_in_tariff": 0.49,
        "forecast_entities": ["sensor.sun"],
    },
}
"""A day and a night, and an old feed-in tariff."""


@pytest.fixture
async def midday(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
) -> Evening:
    """A car on a sunny day."""
    wall_clock.move_to(ELEVEN)
    hass.config_entries.async_update_entry(running, options=OPTIONS)
    await hass.async_block_till_done()
    quarters = (ELEVEN + timedelta(minutes=15 * each) for each in range(96))
    watts = {at.isoformat(): SUN_W if at < SUNSET else 0.0 for at in quarters}
    hass.states.async_set("sensor.sun", str(SUN_W), {"watts": watts})
    await charger.plug_in(Car(wake_up_s=2.0))
    await charger.start_session()
    midday = Evening(hass, charger, wall_clock, sun_w=SUN_W)
    await midday.minute()
    return midday


async def test_the_night_is_bought_and_the_sun_is_sold(midday: Evening) -> None:
    await midday.wish(20.0, DEPARTURE)
    await midday.minute(3)
    assert midday.offered_a == 0
    plan = midday.attributes("sensor.charger_planned_start")
    assert plan["cost"] == pytest.approx(6.12, abs=0.1)
    # What costs less than the sun is paid is cheap, whatever the limit.
    assert {slot["source"] for slot in plan["slots"]} == {"cheap"}
    assert {slot["price"] for slot in plan["slots"]} == {0.30}
    starts = [datetime.fromisoformat(slot["start"]) for slot in plan["slots"]]
    ends = [datetime.fromisoformat(slot["end"]) for slot in plan["slots"]]
    assert min(starts) >= ELEVEN + timedelta(hours=11)
    assert max(ends) <= ELEVEN + timedelta(hours=19)
    # It stays so for all the sun of the day.
    await midday.at(SUNSET)
    assert float(state(midday.hass, "sensor.charger_session_energy")) < 0.05
    midday.sun_w = 0.0
    await midday.at(min(starts) + timedelta(minutes=1))
    await midday.minute(2)
    assert midday.offered_a == 16
    await midday.at(DEPARTURE)
    energy_kwh = float(state(midday.hass, "sensor.charger_session_energy"))
    assert energy_kwh == pytest.approx(20.0, abs=0.5)
    cost = float(state(midday.hass, "sensor.charger_session_cost"))
    # The sun would have cost what it is paid: 8.96 in all.
    assert cost == pytest.approx(energy_kwh * 0.30, rel=0.02)


async def test_the_power_that_is_contracted_at_night_counts_at_night(
    hass: HomeAssistant, running: MockConfigEntry, midday: Evening
) -> None:
    night = {"power": 6.0, "from": "00:00:00", "to": "08:00:00"}
    contract = {"power_periods": [night], "other_power": 3.0}
    options = {**OPTIONS, "contract": contract}
    hass.config_entries.async_update_entry(running, options=options)
    await midday.wish(20.0, DEPARTURE)
    await midday.minute(2)
    slots = midday.attributes("sensor.charger_planned_start")["slots"]
    midnight = ELEVEN + timedelta(hours=13)
    for slot in slots:
        most_w = 6000 if datetime.fromisoformat(slot["start"]) >= midnight else 3000
        assert slot["power"] <= most_w
    assert max(slot["power"] for slot in slots) > 4500
    assert state(hass, "binary_sensor.charger_departure_at_risk") == "off"
