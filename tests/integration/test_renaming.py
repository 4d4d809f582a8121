"""Renaming what has a device renames the device at once, and renamed entities are followed."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.actions import ask
from tests.integration.conftest import (
    Connect,
    charger_subentry,
    circuit_subentry,
    connected,
    state,
    tag_subentry,
    vehicle_subentry,
)


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """One of each."""
    return [
        charger_subentry("CP1", "Charger"),
        vehicle_subentry(
            "zoe",
            "Zoe",
            soc_entity="sensor.zoe_soc",
            identification={"plugged_in_entity": "sensor.zoe_plug"},
        ),
        circuit_subentry("garage", "Garage"),
        tag_subentry("Anna", "04A1"),
    ]


def device_of(
    hass: HomeAssistant, entry: MockConfigEntry, identifier: str
) -> dr.DeviceEntry:
    """Return the device of an identifier."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        ("ocpp", identifier), entry.entry_id
    )
    assert device is not None
    return device


async def rename(
    hass: HomeAssistant, entry: MockConfigEntry, before: str, after: str
) -> None:
    """Rename a subentry as its form does."""
    (subentry,) = (each for each in entry.subentries.values() if each.title == before)
    hass.config_entries.async_update_subentry(entry, subentry, title=after)
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("identifier", "name", "entity_id"),
    [
        ("CP1", "Charger", "sensor.charger_status"),
        ("zoe", "Zoe", "sensor.zoe_connected_to"),
        ("garage", "Garage", "sensor.garage_headroom"),
    ],
)
async def test_the_device_follows(
    hass: HomeAssistant,
    running: MockConfigEntry,
    identifier: str,
    name: str,
    entity_id: str,
) -> None:
    await rename(hass, running, name, "Rose")
    assert device_of(hass, running, identifier).name == "Rose"
    shown = hass.states.get(entity_id)
    assert shown is not None
    assert shown.name.startswith("Rose ")


async def test_the_central_system_too(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(running, title="Wallboxes")
    await hass.async_block_till_done()
    assert device_of(hass, running, running.entry_id).name == "Wallboxes"


async def test_the_name_that_the_user_gave_to_the_device_stays(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    devices = dr.async_get(hass)
    device = device_of(hass, running, "zoe")
    devices.async_update_device(device.id, name_by_user="Our car")
    await rename(hass, running, "Zoe", "Rose")
    assert device_of(hass, running, "zoe").name_by_user == "Our car"


async def test_choices_and_sessions_follow(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    await rename(hass, running, "Zoe", "Rose")
    await rename(hass, running, "Anna", "Berta")
    await rename(hass, running, "Charger", "Carport")
    options = hass.states.get("select.charger_vehicle")
    assert options is not None
    assert options.attributes["options"] == ["automatic", "Rose", "guest"]
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session("04A1")
        await hass.async_block_till_done()
        (session,) = (await ask(hass, "get_sessions"))["sessions"]
    assert session["charger"] == "Carport"
    assert session["tag"] == "Berta"


def rename_entity(hass: HomeAssistant, before: str, after: str) -> None:
    """Rename an entity of another integration."""
    domain, name = before.split(".")
    registry = er.async_get(hass)
    entity = registry.async_get_or_create(
        domain, "renault", name, suggested_object_id=name
    )
    assert entity.entity_id == before
    registry.async_update_entity(before, new_entity_id=after)


async def test_entities_that_are_renamed_are_followed(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    options = {"grid_power": "sensor.meter", "tariff": {"price_entities": ["sensor.p"]}}
    hass.config_entries.async_update_entry(running, options=options)
    rename_entity(hass, "sensor.zoe_soc", "sensor.rose_soc")
    rename_entity(hass, "sensor.zoe_plug", "sensor.rose_plug")
    rename_entity(hass, "sensor.meter", "sensor.grid")
    rename_entity(hass, "sensor.p", "sensor.price")
    await hass.async_block_till_done()
    assert running.options == {
        "grid_power": "sensor.grid",
        "tariff": {"price_entities": ["sensor.price"]},
    }
    hass.states.async_set("sensor.rose_plug", "disconnected")
    hass.states.async_set("sensor.rose_soc", "55")
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        hass.states.async_set("sensor.rose_plug", "connected")
        await hass.async_block_till_done()
    shown = hass.states.get("select.charger_vehicle")
    assert shown is not None
    assert shown.attributes["identified_by"] == "plugged_in"
    assert float(state(hass, "sensor.zoe_state_of_charge")) == 55
