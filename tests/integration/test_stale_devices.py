"""Devices that nothing stands behind any more."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp import async_remove_config_entry_device
from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr


async def test_only_what_is_gone_may_be_removed(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    devices = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(devices, running.entry_id):
        assert not await async_remove_config_entry_device(hass, running, device)
    charger = devices.async_get_device_by_identifier((DOMAIN, "CP1"), running.entry_id)
    assert charger is not None
    gone = devices.async_get_or_create_child(
        config_entry_id=running.entry_id,
        config_subentry_id=next(iter(running.subentries)),
        identifiers={(DOMAIN, "CP1/2")},
        parent_device_id=charger.id,
        name="Connector 2",
    )
    assert await async_remove_config_entry_device(hass, running, gone)
