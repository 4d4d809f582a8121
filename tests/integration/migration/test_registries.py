"""Entities and devices of the community integration, moved in."""

import asyncio
from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from tests.integration.conftest import Connect, state
from tests.simulator.car import Car
from tests.waiting import until

from .old_home import OldChargerAtHome, OldHome, moved_in

ENDS = {"latency_ping", "features", "timestamp_config", "timestamp_data"}
"""The beginnings of what no entity goes on with."""
TWO = (OldChargerAtHome("CP1", "charger", connectors=2),)
ANOTHER = OldChargerAtHome("EVSE 7", "carport")


def _ids(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    """Return the unique ids of all entities."""
    rows = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {row.entity_id: row.unique_id for row in rows}


def _ends(entity_id: str) -> bool:
    return any(f"_{end}" in entity_id for end in ENDS)


@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize(
    "chargers", [(OldChargerAtHome("CP1", "charger"), ANOTHER), TWO]
)
async def test_entities_keep_their_ids_and_live(
    hass: HomeAssistant,
    port: int,
    chargers: tuple[OldChargerAtHome, ...],
    dotted: bool,
    connect: Connect,
) -> None:
    home = OldHome(hass, port, chargers=chargers, dotted=dotted)
    entry = home.move_into()
    before = _ids(hass, entry)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    after = _ids(hass, entry)
    assert before.keys() <= after.keys()
    dead = {
        entity_id
        for entity_id in before
        if hass.states.get(entity_id) is None
        or hass.states.get(entity_id).attributes.get("restored")  # type: ignore[union-attr]
    }
    whole = {"switch.charger_charge_control", "switch.charger_availability"}
    expected = {each for each in before if _ends(each)}
    assert dead == expected | (whole if chargers == TWO else set())
    place = "charger_connector_1" if chargers == TWO else "charger"
    async with connect() as charger:
        await charger.boot()
        await charger.plug_in(Car(wake_up_s=2.0))
        status = f"sensor.{place}_status_connector"
        await until(lambda: state(hass, status) == "Preparing")
        await charger.start_session()
        await until(lambda: ("TxProfile", 0) in charger.connectors[1].profiles)
        charger.advance(60)
        await charger.meter()
        power = f"sensor.{place}_power_active_import"
        await until(lambda: float(state(hass, power)) > 1)
        shown = hass.states.get(power)
        assert shown is not None
        assert shown.attributes["unit_of_measurement"] == "kW"


async def test_what_the_owner_has_given_them_stays(
    hass: HomeAssistant, port: int
) -> None:
    home = OldHome(hass, port, chargers=TWO)
    entry = home.move_into()
    registry, devices = er.async_get(hass), dr.async_get(hass)
    garage = ar.async_get(hass).async_create("Garage").id
    registry.async_update_entity(
        "sensor.charger_connector_1_power_offered",
        new_entity_id="sensor.offered",
        name="Offered",
        icon="mdi:flash",
        area_id=garage,
        labels={"mine"},
    )
    registry.async_update_entity(
        "sensor.charger_connector_2_voltage",
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    places = {}
    for identifier in ("CP1", "charger-conn1", "charger-conn2"):
        device = devices.async_get_device_by_identifier(
            (DOMAIN, identifier), entry.entry_id
        )
        assert device is not None
        devices.async_update_device(
            device.id, area_id=garage, name_by_user=f"My {identifier}"
        )
        places[identifier] = device.id
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    offered = registry.async_get("sensor.offered")
    assert offered is not None
    assert (offered.name, offered.icon, offered.area_id, offered.labels) == (
        "Offered",
        "mdi:flash",
        garage,
        {"mine"},
    )
    assert offered.options[SENSOR]["unit_of_measurement"] == "kW"
    voltage = registry.async_get("sensor.charger_connector_2_voltage")
    assert voltage is not None
    assert voltage.disabled_by is er.RegistryEntryDisabler.USER
    for identifier, device_id in places.items():
        kept = devices.async_get(device_id)
        assert kept is not None
        assert (kept.area_id, kept.name_by_user) == (garage, f"My {identifier}")
    central = devices.async_get_device_by_identifier(
        (DOMAIN, entry.entry_id), entry.entry_id
    )
    assert central is not None


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        ("", "sensor.charger_status_connector"),
        ("sensor.charger_status_connector_2", "sensor.charger_status_connector_2"),
        ("sensor.charger_status_connector", "sensor.charger_status_connector"),
    ],
)
async def test_second_entities_are_merged(
    hass: HomeAssistant, port: int, home_folder: Path, named: str, kept: str
) -> None:
    home = OldHome(hass, port, dotted=True)
    entry = home.move_into()
    (charger,) = home.chargers
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, "CP1"), entry.entry_id
    )
    assert device is not None
    home.dotted = False
    second = home.add(entry, charger, device.id, "sensor", "status.connector")
    assert second == "sensor.charger_status_connector_2"
    automations = home_folder / "automations.yaml"
    await asyncio.to_thread(automations.write_text, f"- entity_id: {named}\n")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    ids = _ids(hass, entry)
    assert ids[kept] == "CP1/1-former_status_connector"
    assert [each for each in ids if "status_connector" in each] == [kept]


async def test_moving_again_makes_no_difference(hass: HomeAssistant, port: int) -> None:
    entry = await moved_in(hass, OldHome(hass, port, chargers=TWO))
    ids, data = _ids(hass, entry), dict(entry.data)
    subentries = dict(entry.subentries)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert _ids(hass, entry) == ids
    assert (dict(entry.data), dict(entry.subentries)) == (data, subentries)
