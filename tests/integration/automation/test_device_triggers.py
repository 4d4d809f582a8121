"""Triggers of chargers as device triggers."""

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_get_device_automations,
)

from custom_components.ocpp.device_trigger import TYPES
from homeassistant.components.device_automation import DeviceAutomationType
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
from tests.integration.conftest import Connect, charger_subentry, connected
from tests.waiting import until

from .listening import device_of, listen


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger with two connectors."""
    return [charger_subentry("CP1", "Charger", connectors=2)]


async def _types(hass: HomeAssistant, device_id: str) -> list[str]:
    assert await async_setup_component(hass, "device_automation", {})
    found = await async_get_device_automations(
        hass, DeviceAutomationType.TRIGGER, device_id
    )
    return sorted(each["type"] for each in found if each["domain"] == "ocpp")


async def test_chargers_and_connectors_have_them(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    hub = running.runtime_data
    for device_id in (
        hub.chargers["CP1"].device_id,
        device_of(hass, "sensor.charger_connector_2_status")["device_id"],
    ):
        assert await _types(hass, device_id) == TYPES
    assert await _types(hass, hub.device_id) == []
    texts = await async_get_translations(hass, "en", "device_automation", ["ocpp"])
    for each in TYPES:
        assert texts[f"component.ocpp.device_automation.trigger_type.{each}"]


async def test_they_trigger(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    second = device_of(hass, "sensor.charger_connector_2_status")
    bound = {"trigger": "device", "domain": "ocpp", **second}
    ear = await listen(
        hass,
        {**bound, "type": "plugged_in", "id": "plugged in"},
        {**bound, "type": "session_ended", "id": "ended"},
        told="{{ trigger.energy_kwh | default }}",
    )
    async with connected(hass, connect, connectors=2) as charger:
        await charger.plug_in(connector_id=1)
        await charger.plug_in(connector_id=2)
        await until(lambda: ear.heard == ["plugged in"])
        await charger.start_session(connector_id=2)
        charger.advance(3600)
        await charger.unplug(2)
        await until(lambda: ear.heard == ["plugged in", "ended"])
    assert ear.told == 3.864
