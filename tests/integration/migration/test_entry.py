"""The entry of the community integration, moved in."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import mock_restore_cache

from custom_components.ocpp.const import DOMAIN, MINOR_VERSION, SUBENTRY_CHARGER
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.conftest import Connect, state
from tests.waiting import until

from .old_home import OldChargerAtHome, OldHome, moved_in

ONE = (OldChargerAtHome("CP1", "charger"),)
THREE = (
    OldChargerAtHome("CP1", "charger"),
    OldChargerAtHome("EVSE-02", "carport", connectors=2, max_current=16),
    OldChargerAtHome("3", "third"),
)
VERSIONS = [
    (1, 1, ONE),
    *((2, minor, chargers) for minor in range(4) for chargers in (ONE, THREE)),
]


@pytest.mark.parametrize(("version", "minor", "chargers"), VERSIONS)
async def test_every_version_moves_in(
    hass: HomeAssistant,
    port: int,
    version: int,
    minor: int,
    chargers: tuple[OldChargerAtHome, ...],
) -> None:
    entry = await moved_in(hass, OldHome(hass, port, version, minor, chargers))
    assert entry.state is ConfigEntryState.LOADED
    assert (entry.version, entry.minor_version) == (3, MINOR_VERSION)
    assert entry.data == {"host": "127.0.0.1", "port": port}
    assert [
        (each.unique_id, each.title, each.data["max_current"])
        for each in entry.get_subentries_of_type(SUBENTRY_CHARGER)
    ] == [(each.identity, each.name, each.max_current) for each in chargers]
    issues = ir.async_get(hass)
    assert issues.async_get_issue(DOMAIN, f"moved_in_{entry.entry_id}")


async def test_encryption_and_a_pinned_version_are_kept(
    hass: HomeAssistant, port: int
) -> None:
    extra = {"ssl": True, "ocpp_version": "2.0.1"}
    entry = await moved_in(hass, OldHome(hass, port, extra=extra))
    assert entry.data == {
        "host": "127.0.0.1",
        "tls_port": port,
        "certificate": "/config/fullchain.pem",
        "private_key": "/config/privkey.pem",
    }
    (charger,) = entry.get_subentries_of_type(SUBENTRY_CHARGER)
    assert charger.data["traits"] == {"version": "ocpp_2_0_1"}


async def test_a_charger_goes_on_as_its_owner_has_set_it(
    hass: HomeAssistant, port: int, connect: Connect
) -> None:
    mock_restore_cache(hass, [State("number.charger_maximum_current", "13")])
    await moved_in(hass, OldHome(hass, port))
    assert state(hass, "number.charger_maximum_current") == "13.0"
    assert {
        each.state
        for each in hass.states.async_all("select")
        if each.entity_id.endswith("charging_mode")
    } == {"manual"}
    async with connect() as charger:
        await charger.boot()
        await charger.plug_in()
        await charger.start_session()
        await until(lambda: ("TxProfile", 0) in charger.connectors[1].profiles)
        profile = charger.connectors[1].profiles["TxProfile", 0]
        (period,) = profile["charging_schedule"]["charging_schedule_period"]
        assert period["limit"] == 13
        await until(lambda: state(hass, "switch.charger_charge_control") == "on")


async def _issue_keys(hass: HomeAssistant) -> set[str]:
    return {
        str(issue.translation_key)
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }


async def test_yaml_tags_become_tags(hass: HomeAssistant, port: int) -> None:
    home = OldHome(hass, port)
    entry = home.move_into()
    section: dict[str, Any] = {
        "default_authorization_status": "Invalid",
        "authorization_list": [
            {"id_tag": "ABC", "name": "Anna", "authorization_status": "Accepted"},
            {"id_tag": "XYZ", "authorization_status": "Blocked"},
            {"id_tag": "abc", "authorization_status": "Accepted"},
        ],
    }
    assert await async_setup_component(hass, DOMAIN, {DOMAIN: section})
    await hass.async_block_till_done()
    assert [
        (tag.title, tag.data["id_tag"], tag.data["blocked"])
        for tag in entry.get_subentries_of_type("tag")
    ] == [("abc", "abc", False), ("XYZ", "XYZ", True)]
    assert entry.options == {"free_vend": False}
    assert "yaml_moved" in await _issue_keys(hass)
