"""The needs of a car that tells them by ISO 15118, as the goal of its plan."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import GRID, show_grid
from tests.simulator.station2 import simulated_station
from tests.waiting import until

PRICES = "sensor.electricity_price"
MAXIMUM_A = 16.0


@pytest.fixture
def options(hass: HomeAssistant) -> dict[str, Any]:
    """A grid meter and a tariff."""
    unit = {"unit_of_measurement": "EUR/kWh"}
    hass.states.async_set(PRICES, "0.3", unit)
    return {"grid_power": GRID, "tariff": {"price_entities": [PRICES]}}


async def test_a_car_gets_what_it_needs_by_its_departure(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> None:
    async with simulated_station(f"ws://127.0.0.1:{port}", "CP1") as station:
        await station.boot()
        show_grid(hass, 400)
        await station.start_session()
        mode = {"entity_id": "select.charger_charging_mode", "option": "eco_plus"}
        await hass.services.async_call("select", "select_option", mode, blocking=True)
        soon = (dt_util.utcnow() + timedelta(hours=1)).isoformat()
        needs = station.services.iso15118
        assert await needs.tell_needs(20_000, departure=soon) == "Accepted"
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
        show_grid(hass, 410)
        await until(lambda: station.offered_a() == MAXIMUM_A)
        assert station.violations == []
