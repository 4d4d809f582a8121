"""The entities that a charger has without anybody's asking for more."""

from types import MappingProxyType
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import SUBENTRY_CHARGER
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_RESTORED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.conftest import (
    GRID,
    Connect,
    charger_subentry,
    connected,
    show_grid,
    state,
)
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

pytestmark = pytest.mark.as_set_up

AT_ONCE = {
    "binary_sensor.charger_connected",
    "binary_sensor.charger_plugged_in",
    "button.charger_reset",
    "datetime.charger_departure",
    "number.charger_energy_wanted",
    "number.charger_maximum_current",
    "select.charger_charging_mode",
    "select.charger_mode_after_unplugging",
    "sensor.charger_energy",
    "sensor.charger_power",
    "sensor.charger_reason",
    "sensor.charger_session_energy",
    "sensor.charger_status",
    "switch.charger_charge_control",
}
SHARE = "sensor.charger_solar_share"
ONCE_CHARGED = {SHARE}
WITH_A_PRICE = {"number.charger_price_limit"}
ONCE_PRICED = {"sensor.charger_session_cost"}
ADDRESS = {"sensor.ocpp_address_for_chargers"}
OF_THE_SITE = ADDRESS | {
    "button.ocpp_check_the_meters",
    "number.ocpp_leave_at_the_grid",
    "sensor.ocpp_solar_surplus",
}


@pytest.fixture
def options() -> dict[str, Any]:
    """A grid meter and a price."""
    return {"grid_power": GRID, "tariff": {"price_entities": ["sensor.price"]}}


def _entities(hass: HomeAssistant, *, of_the_site: bool = False) -> set[str]:
    """Return the enabled entities of chargers, or those of the site."""
    return {
        entry.entity_id
        for entry in er.async_get(hass).entities.values()
        if (entry.config_subentry_id is None) is of_the_site and not entry.disabled
    }


async def _charge(charger: SimulatedCharger) -> None:
    await charger.plug_in()
    await charger.start_session()
    charger.advance(1800)
    await charger.meter()


async def test_a_charger_has_few_entities(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    price = {"unit_of_measurement": f"{hass.config.currency}/kWh"}
    hass.states.async_set("sensor.price", "0.3", price)
    show_grid(hass, 0)
    assert _entities(hass) == AT_ONCE | WITH_A_PRICE
    charged = AT_ONCE | WITH_A_PRICE | ONCE_CHARGED | ONCE_PRICED
    async with connected(hass, connect) as charger:
        await _charge(charger)
        await until(lambda: _entities(hass) >= charged)
        await hass.async_block_till_done()
        assert _entities(hass) == charged
    assert _entities(hass, of_the_site=True) == OF_THE_SITE


@pytest.mark.parametrize("options", [{}])
async def test_without_a_grid_meter_nothing_of_the_grid_is_shown(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await _charge(charger)
    await until(lambda: state(hass, "sensor.charger_session_energy") != "unknown")
    assert _entities(hass, of_the_site=True) == ADDRESS


async def test_nothing_is_unavailable_for_good(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    price = {"unit_of_measurement": f"{hass.config.currency}/kWh"}
    hass.states.async_set("sensor.price", "0.3", price)
    show_grid(hass, 0)
    await _charge(charger)
    await until(lambda: _entities(hass) >= ONCE_CHARGED | ONCE_PRICED)
    await hass.async_block_till_done()
    await charger.stop_session()
    await until(lambda: state(hass, "switch.charger_charge_control") == "off")
    shown = _entities(hass) | _entities(hass, of_the_site=True)
    assert {
        entity_id
        for entity_id in shown
        if state(hass, entity_id) in ("unavailable", "unknown")
        # A button that was never pressed, and a wish that nobody had yet.
        and entity_id.partition(".")[0] not in ("button", "datetime", "number")
    } == set()


async def test_what_was_there_is_there_again_at_once(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    show_grid(hass, 0)
    async with connected(hass, connect) as charger:
        await _charge(charger)
        await until(lambda: hass.states.get(SHARE))
    # Which session there was is not known any more while the charger is away.
    assert await hass.config_entries.async_reload(running.entry_id)
    shown = hass.states.get(SHARE)
    assert shown is not None
    # Home Assistant itself shows what nobody provides any more as unavailable, too.
    assert ATTR_RESTORED not in shown.attributes


async def test_what_chargers_share_is_shown_where_there_are_two(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    shared = {
        "select.ocpp_sharing",
        "sensor.ocpp_grid_energy",
        "sensor.ocpp_solar_energy",
    }
    show_grid(hass, 0)
    await _charge(charger)
    await until(lambda: SHARE in _entities(hass))
    assert not shared & _entities(hass, of_the_site=True)
    second = ConfigSubentry(
        data=MappingProxyType({}),
        subentry_type=SUBENTRY_CHARGER,
        title="Carport",
        unique_id="CP2",
    )
    hass.config_entries.async_add_subentry(running, second)
    await charger.meter()
    await until(lambda: shared <= _entities(hass, of_the_site=True))


async def test_what_few_need_stays_enabled_for_those_who_have_it(
    hass: HomeAssistant, entry: MockConfigEntry, connect: Connect
) -> None:
    registry = er.async_get(hass)
    offered = registry.async_get_or_create(
        "sensor",
        "ocpp",
        "CP1/1-current_offered",
        config_entry=entry,
        suggested_object_id="charger_current_offered",
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    async with connected(hass, connect) as charger:
        await _charge(charger)
        await until(lambda: state(hass, offered.entity_id) == "6.0")
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    "chargers",
    [[charger_subentry("CP1", "Charger", vehicle={"battery_capacity": 60})]],
)
async def test_goals_are_there_where_they_can_be_met(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    goals = {"number.charger_charge_target", *WITH_A_PRICE}
    # What is known of the car makes it a vehicle, which can be chosen and has entities of its own.
    enabled = {
        entity_id for entity_id in _entities(hass) if ".charger_car_" not in entity_id
    }
    assert enabled == AT_ONCE | goals | {"select.charger_vehicle"}
