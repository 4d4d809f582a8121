"""Preconditioning at work: a car that is full, or needs little, may draw from the grid right before its departure."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigSubentryData
from tests.integration.conftest import charger_subentry, state, vehicle_subentry

from .test_planner import NIGHT, Evening, evening, options

__all__ = ["evening", "options"]

DEPARTURE = NIGHT + timedelta(hours=1)


async def _precondition(evening: Evening, minutes: int) -> None:
    await evening.call("number", "set_value", "preconditioning", value=minutes)


async def test_a_car_that_needs_nothing_draws_before_its_departure(
    evening: Evening, running: MockConfigEntry
) -> None:
    await _precondition(evening, 15)
    await evening.wish(0, DEPARTURE, "pv_priority")
    await evening.at(DEPARTURE - timedelta(minutes=18))
    assert evening.offered_a == 0
    (slot,) = evening.attributes("sensor.charger_planned_start")["slots"]
    assert slot["start"] == (DEPARTURE - timedelta(minutes=15)).isoformat()
    assert slot["end"] == DEPARTURE.isoformat()
    await evening.at(DEPARTURE - timedelta(minutes=13))
    assert evening.offered_a == 16
    assert state(evening.hass, "sensor.charger_reason") == "planned"
    # A car that stays waits again.
    await evening.at(DEPARTURE + timedelta(minutes=2))
    assert evening.offered_a == 0


@pytest.mark.parametrize("mode", ["pv_only", "off"])
async def test_modes_without_departures_do_not_precondition(
    evening: Evening, mode: str
) -> None:
    await _precondition(evening, 15)
    await evening.wish(0, DEPARTURE, mode)
    await evening.at(DEPARTURE - timedelta(minutes=10))
    assert evening.offered_a == 0


class TestVehicle:
    """A vehicle with a limit, and with preconditioning of its own."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """The charger and the vehicle, which is charged to its limit."""
        zoe: dict[str, Any] = {"soc_entity": "sensor.zoe", "charge_limit": 80}
        return [
            charger_subentry("CP1", "Charger"),
            vehicle_subentry("zoe", "Zoe", battery_capacity=50, **zoe),
        ]

    async def test_it_draws_above_its_limit_too(self, evening: Evening) -> None:
        hass = evening.hass
        hass.states.async_set("sensor.zoe", "80", {"unit_of_measurement": "%"})
        await evening.call("select", "select_option", "vehicle", option="Zoe")
        await hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": "number.zoe_preconditioning", "value": 20},
            blocking=True,
        )
        assert float(state(hass, "number.charger_preconditioning")) == 20
        await evening.wish(0, DEPARTURE, "pv_priority")
        await evening.at(DEPARTURE - timedelta(minutes=25))
        assert evening.offered_a == 0
        assert state(hass, "sensor.charger_reason") == "target_reached"
        await evening.at(DEPARTURE - timedelta(minutes=15))
        assert evening.offered_a == 16
        assert state(hass, "sensor.charger_reason") == "planned"
