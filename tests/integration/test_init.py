"""Starting, stopping, and what stands in the way."""

import socket
import ssl
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from tests.simulator.charger import simulated_charger
from tests.waiting import until

from .conftest import Connect, charger_subentry, connected, state


def _state(entry: ConfigEntry) -> ConfigEntryState:
    return entry.state


async def test_it_starts_and_stops(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert _state(entry) is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert _state(entry) is ConfigEntryState.NOT_LOADED


async def test_a_reload_with_a_live_charger(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect) as charger:
        assert await hass.config_entries.async_reload(running.entry_id)
        await charger.socket.wait_closed()
    async with connected(hass, connect):
        assert state(hass, "binary_sensor.charger_connected") == "on"


async def test_a_port_in_use_is_tried_again(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        await hass.config_entries.async_setup(entry.entry_id)
        assert _state(entry) is ConfigEntryState.SETUP_RETRY
        assert entry.error_reason_translation_key == "port_in_use"
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert _state(entry) is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)


async def test_an_address_that_is_not_ours_is_an_error(
    hass: HomeAssistant, port: int
) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN, version=3, data={"host": "192.0.2.1", "port": port}
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert _state(entry) is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "cannot_listen"


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_an_unreadable_certificate_is_an_error(
    hass: HomeAssistant, port: int, tmp_path: Any, content: str | None
) -> None:
    file = tmp_path / "certificate.pem"
    if content is not None:
        file.write_text(content)
    data = {
        "host": "127.0.0.1",
        "port": port,
        "certificate": str(file),
        "private_key": str(file),
    }
    entry = MockConfigEntry(domain=DOMAIN, version=3, data=data)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert _state(entry) is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "invalid_certificate"


async def test_encrypted_chargers(
    hass: HomeAssistant, port: int, tls_files: tuple[str, str]
) -> None:
    certificate, private_key = tls_files
    entry = MockConfigEntry(
        domain=DOMAIN,
        version=3,
        data={
            "host": "127.0.0.1",
            "port": port,
            "certificate": certificate,
            "private_key": private_key,
        },
        subentries_data=[charger_subentry("CP1", "Charger")],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    url = f"wss://localhost:{port}"
    tls = ssl.create_default_context(cafile=certificate)
    async with simulated_charger(url, "CP1", tls=tls) as charger:
        assert await charger.boot() == "Accepted"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_chargers_are_told_when_home_assistant_stops(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect) as charger:
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await charger.socket.wait_closed()
        assert charger.socket.close_code == 1001


async def test_removing_it_removes_what_was_stored(
    hass: HomeAssistant, running: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    key = f"{DOMAIN}.{running.entry_id}"
    await hass.config_entries.async_unload(running.entry_id)
    assert key in hass_storage
    await hass.config_entries.async_remove(running.entry_id)
    await until(lambda: key not in hass_storage)
