"""The devices of connectors, which are parts of their charger's."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp import async_remove_config_entry_device
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.conftest import charger_subentry

STATUS = "sensor.garage_connector_2_status"


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger with two connectors."""
    return [charger_subentry("CP1", "Garage", connectors=2)]


def _connector(
    hass: HomeAssistant, entry: MockConfigEntry, number: int
) -> dr.ChildDeviceEntry:
    device = dr.async_get(hass).async_get_child_device_by_identifier(
        ("ocpp", f"CP1/{number}"), entry.entry_id
    )
    assert device is not None
    return device


def _full_name(hass: HomeAssistant) -> str:
    entity = er.async_get(hass).async_get(STATUS)
    assert entity is not None
    return er.async_get_full_entity_name(hass, entity)


async def test_a_connector_is_called_after_its_charger(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    assert _connector(hass, running, 2).name == "Connector 2"
    assert _full_name(hass) == "Garage Connector 2 Status"
    (subentry,) = running.subentries.values()
    hass.config_entries.async_update_subentry(running, subentry, title="Carport")
    await hass.async_block_till_done()
    assert _full_name(hass) == "Carport Connector 2 Status"


async def test_a_connector_that_the_charger_no_longer_has_can_be_removed(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    gone = _connector(hass, running, 2)
    assert not await async_remove_config_entry_device(hass, running, gone)
    (subentry,) = running.subentries.values()
    hass.config_entries.async_update_subentry(
        running, subentry, data={**subentry.data, "connectors": 1}
    )
    assert await hass.config_entries.async_reload(running.entry_id)
    assert await async_remove_config_entry_device(hass, running, gone)
    dr.async_get(hass).async_remove_device(gone.id)
    await hass.async_block_till_done()
    assert er.async_get(hass).async_get(STATUS) is None
    # What the remaining connector shows is on the device of the charger.
    (status,) = (
        entity
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), running.entry_id
        )
        if entity.unique_id == "CP1/1-status"
    )
    assert status.device_id == running.runtime_data.chargers["CP1"].device_id
