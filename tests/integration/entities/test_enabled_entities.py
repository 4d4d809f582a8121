"""The entities that a charger has without anybody's asking for more."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import ATTR_RESTORED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.conftest import Connect, charger_subentry, connected
from tests.waiting import until

pytestmark = pytest.mark.as_set_up

AT_ONCE = {
    "binary_sensor.charger_connected",
    "binary_sensor.charger_plugged_in",
    "button.charger_forget_learned_behavior",
    "button.charger_reset",
    "datetime.charger_departure",
    "event.charger_session",
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
ONCE_KNOWN = {
    "sensor.charger_current_offered",
    "sensor.charger_solar_share",
    "update.charger_firmware",
}


def _enabled(hass: HomeAssistant) -> set[str]:
    """Return the enabled entities of the charger."""
    return {
        entry.entity_id
        for entry in er.async_get(hass).entities.values()
        if entry.config_subentry_id is not None and not entry.disabled
    }


async def test_a_charger_has_few_entities(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    assert _enabled(hass) == AT_ONCE
    async with connected(hass, connect) as charger:
        await until(lambda: "update.charger_firmware" in _enabled(hass))
        await charger.plug_in()
        await charger.start_session()
        charger.advance(1800)
        await charger.meter()
        await until(lambda: _enabled(hass) >= AT_ONCE | ONCE_KNOWN)
        assert _enabled(hass) == AT_ONCE | ONCE_KNOWN


async def test_what_was_there_is_there_again_at_once(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    offered = "sensor.charger_current_offered"
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
        await charger.meter()
        await until(lambda: hass.states.get(offered))
    # What a charger measured before a restart is not known any more.
    assert await hass.config_entries.async_reload(running.entry_id)
    shown = hass.states.get(offered)
    assert shown is not None
    # Home Assistant itself shows what nobody provides any more as unavailable, too.
    assert ATTR_RESTORED not in shown.attributes


@pytest.mark.parametrize(
    "chargers",
    [[charger_subentry("CP1", "Charger", vehicle={"battery_capacity": 60})]],
)
@pytest.mark.parametrize("options", [{"tariff": {"price_entities": ["sensor.price"]}}])
async def test_goals_are_there_where_they_can_be_met(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    goals = {"number.charger_charge_target", "number.charger_price_limit"}
    # What is known of the car makes it a vehicle, which can be chosen and has entities of its own.
    enabled = {
        entity_id for entity_id in _enabled(hass) if ".charger_car_" not in entity_id
    }
    assert enabled == AT_ONCE | goals | {"select.charger_vehicle"}
