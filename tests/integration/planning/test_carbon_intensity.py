"""The carbon intensity of the grid: plans choose the cleanest hours, and nobody takes grams for money."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.dashboard.places import place_of
from custom_components.ocpp.flows.tariff import tariff_error
from custom_components.ocpp.planning.reading.intensities import intensity_factor
from custom_components.ocpp.planning.reading.units import unit_factor
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.conftest import GRID, change_options, state
from tests.simulator.charger import reconnected

from .test_planner import NIGHT, PRICES, Evening, evening

__all__ = ["evening"]

INTENSITY = "sensor.electricity_maps_co2_intensity"
PLANNED = "sensor.charger_planned_start"


@pytest.fixture
def options() -> dict[str, Any]:
    """A tariff and a carbon intensity are set up."""
    return {
        "grid_power": GRID,
        "tariff": {"price_entities": [PRICES, INTENSITY], "feed_in_tariff": 0.08},
    }


def _show_intensity(
    hass: HomeAssistant, *grams: float, unit: str = "gCO2eq/kWh"
) -> None:
    rows = [
        {"start": NIGHT + timedelta(hours=index), "co2_intensity": value}
        for index, value in enumerate(grams)
    ]
    attributes = {"unit_of_measurement": unit, "forecast": rows}
    hass.states.async_set(INTENSITY, str(grams[0]), attributes)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("gCO2eq/kWh", 1),
        ("g/kWh", 1),
        ("gCO₂/kWh", 1),
        ("g CO2e / kWh", 1),
        ("grams/kWh", 1),
        ("kgCO2eq/MWh", 1),
        ("kg/kWh", 1000),
        ("tCO2/MWh", 1000),
        ("lbs/MWh", 0.453592),
        ("mg/Wh", 1),
        ("EUR/kWh", None),
        ("gr/kWh", None),
        ("groszy/kWh", None),
        ("kWh", None),
        ("g", None),
        ("g/m³", None),
        ("%", None),
        ("", None),
    ],
)
def test_units(unit: str, factor: float | None) -> None:
    found = intensity_factor(unit)
    assert found == (None if factor is None else pytest.approx(factor))
    # No unit is both.
    assert factor is None or unit_factor(unit) is None


@pytest.mark.parametrize(
    ("unit", "scale"), [("gCO2eq/kWh", 1), ("kgCO2eq/kWh", 0.001), ("lb/MWh", 2.2046)]
)
async def test_the_car_charges_in_the_cleanest_hour(
    evening: Evening, unit: str, scale: float
) -> None:
    grams = (400, 420, 450, 150, 380, 400, 420, 430)
    _show_intensity(evening.hass, *(value * scale for value in grams), unit=unit)
    await evening.wish(8.0, NIGHT + timedelta(hours=6))
    await evening.minute()
    # In the second hour, it would be cheapest.
    start = datetime.fromisoformat(state(evening.hass, PLANNED))
    assert timedelta(hours=3) <= start - NIGHT < timedelta(hours=4)
    (slot,) = evening.attributes(PLANNED)["slots"]
    assert slot["carbon_intensity"] == pytest.approx(150, abs=0.1)
    assert slot["price"] is None
    assert evening.attributes(PLANNED)["cost"] is None


async def test_an_intensity_is_taken_where_prices_are_chosen(
    evening: Evening, running: MockConfigEntry
) -> None:
    _show_intensity(evening.hass, 400, 420, 450, 150)
    chosen = {"price_entities": [INTENSITY]}
    await change_options(evening.hass, running, "tariff", chosen)
    assert running.options["tariff"] == chosen


async def test_money_is_booked_by_the_price(evening: Evening) -> None:
    hass = evening.hass
    _show_intensity(hass, *[300] * 8)
    await evening.call("select", "select_option", "charging_mode", option="fast")
    await evening.minute(6)
    kwh = float(state(hass, "sensor.charger_session_energy"))
    assert kwh > 0.5
    cost = float(state(hass, "sensor.charger_session_cost"))
    # In grams, it would be hundreds.
    assert 0.30 * kwh < cost <= 0.41 * kwh


async def test_the_price_limit_is_an_intensity_then(evening: Evening) -> None:
    _show_intensity(evening.hass, 400, 150, 400)
    await evening.minute()
    unit = evening.attributes("number.charger_price_limit")["unit_of_measurement"]
    assert unit == "gCO2eq/kWh"
    await evening.call("select", "select_option", "charging_mode", option="eco_plus")
    await evening.call("number", "set_value", "price_limit", value=200)
    await evening.minute()
    assert evening.offered_a == 0
    await evening.at(NIGHT + timedelta(hours=1, minutes=5))
    assert evening.offered_a == 16
    assert state(evening.hass, "sensor.charger_reason") == "cheap_price"


async def test_the_intensity_is_known_while_its_source_is_silent(
    evening: Evening, running: MockConfigEntry
) -> None:
    hass = evening.hass
    _show_intensity(hass, 400, 420, 450, 150, 380, 400, 420, 430)
    await evening.wish(8.0, NIGHT + timedelta(hours=6))
    await evening.minute()
    start = state(hass, PLANNED)
    hass.states.async_set(
        INTENSITY, "unavailable", {"unit_of_measurement": "gCO2eq/kWh"}
    )
    await evening.minute()
    assert state(hass, PLANNED) == start
    assert await hass.config_entries.async_reload(running.entry_id)
    async with reconnected(evening.charger, f"ws://127.0.0.1:{running.data['port']}"):
        await evening.minute()
        assert state(hass, PLANNED) == start


async def test_the_plan_of_the_card_says_that_it_is_no_money(
    evening: Evening, hass_ws_client: Any
) -> None:
    hass = evening.hass
    _show_intensity(hass, 400, 420, 450, 150, 380, 400, 420, 430)
    await evening.wish(8.0, NIGHT + timedelta(hours=6))
    await evening.minute()
    assert place_of(hass, PLANNED) is not None
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "ocpp/plan", "entity_id": PLANNED})
    assert (await client.receive_json())["success"]
    view = (await client.receive_json())["event"]
    assert (view["currency"], view["cost"]) == (None, None)
    assert [span["value"] for span in view["prices"]][:4] == [400, 420, 450, 150]


class TestIntensityAlone:
    """An intensity without any price: it is all that there is to weigh, and nothing is booked."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """An intensity is set up."""
        return {"grid_power": GRID, "tariff": {"price_entities": [INTENSITY]}}

    async def test_nothing_costs_grams(self, evening: Evening) -> None:
        hass = evening.hass
        # As Electricity Maps tells it: the present one alone.
        attributes = {"unit_of_measurement": "gCO2eq/kWh", "country_code": "DE"}
        hass.states.async_set(INTENSITY, "310", attributes)
        assert tariff_error(hass, {"price_entities": [INTENSITY]}) is None
        await evening.call("select", "select_option", "charging_mode", option="fast")
        await evening.minute(3)
        assert hass.states.get("sensor.charger_session_cost") is None
        issues = {issue.translation_key for issue in ir.async_get(hass).issues.values()}
        assert not issues & {"price_list_missing", "price_unit_unknown"}
