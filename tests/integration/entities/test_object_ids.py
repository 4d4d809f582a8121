"""The ids of entities that are added later than others of the same device."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from tests.integration.conftest import Connect, charger_subentry, connected, show_grid
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

LATE = {"solar_share", "solar_energy", "grid_energy"}


async def _charge(
    hass: HomeAssistant, charger: SimulatedCharger, connector_id: int = 1
) -> set[str]:
    """Charge until late entities are there, and return the ids of all sensors."""
    show_grid(hass, 0)
    await charger.plug_in(connector_id=connector_id)
    await charger.start_session(connector_id=connector_id)
    charger.advance(1800)
    await charger.meter(connector_id=connector_id)
    await until(lambda: _has_late_ones(hass, connector_id))
    return {state.entity_id for state in hass.states.async_all("sensor")}


def _has_late_ones(hass: HomeAssistant, connector_id: int) -> bool:
    find = er.async_get(hass).async_get_entity_id
    return all(
        find("sensor", "ocpp", f"CP1/{connector_id}-{key}") is not None for key in LATE
    )


def _move(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Put the charger in an area, as its owner does once it is adopted."""
    garage = ar.async_get(hass).async_create("Garage")
    device_id = entry.runtime_data.chargers["CP1"].device_id
    dr.async_get(hass).async_update_device(device_id, area_id=garage.id)


async def test_an_area_that_was_chosen_meanwhile_changes_nothing(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    _move(hass, running)
    async with connected(hass, connect) as charger:
        ids = await _charge(hass, charger)
    assert {f"sensor.charger_{key}" for key in LATE} < ids


async def test_a_new_name_of_the_device_changes_nothing(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    device_id = running.runtime_data.chargers["CP1"].device_id
    dr.async_get(hass).async_update_device(device_id, name_by_user="Wallbox")
    async with connected(hass, connect) as charger:
        ids = await _charge(hass, charger)
    assert {f"sensor.charger_{key}" for key in LATE} < ids


async def test_ids_that_were_made_anew_are_followed(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    _move(hass, running)
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, running.entry_id):
        anew = registry.async_regenerate_entity_id(entity)
        registry.async_update_entity(entity.entity_id, new_entity_id=anew)
    await hass.async_block_till_done()
    async with connect() as charger:
        await charger.boot()
        ids = await _charge(hass, charger)
    assert {f"sensor.garage_charger_{key}" for key in LATE} < ids


async def test_an_id_of_the_owners_own_is_no_example(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, running.entry_id):
        if entity.domain != "sensor" or entity.original_name != "Status":
            registry.async_update_entity(
                entity.entity_id, new_entity_id=f"{entity.domain}.mine_{entity.id}"
            )
    await hass.async_block_till_done()
    _move(hass, running)
    async with connect() as charger:
        await charger.boot()
        ids = await _charge(hass, charger)
    assert {f"sensor.charger_{key}" for key in LATE} < ids


async def test_they_can_be_made_anew_with_their_siblings(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    _move(hass, running)
    async with connected(hass, connect) as charger:
        await _charge(hass, charger)
    assert await hass.config_entries.async_reload(running.entry_id)
    registry = er.async_get(hass)
    late = registry.async_get("sensor.charger_solar_share")
    assert late is not None
    anew = registry.async_regenerate_entity_id(late)
    assert anew == "sensor.garage_charger_solar_share"


@pytest.mark.parametrize(
    "chargers", [[charger_subentry("CP1", "Charger", connectors=2)]], ids=["two"]
)
async def test_connectors_are_as_good_as_chargers(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    chargers: list[ConfigSubentryData],
) -> None:
    _move(hass, running)
    async with connected(hass, connect, connectors=2) as charger:
        ids = await _charge(hass, charger, 2)
    assert {f"sensor.charger_connector_2_{key}" for key in LATE} < ids
