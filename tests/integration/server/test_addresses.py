"""The address that is set in chargers, and where it is shown."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.server.addresses import async_charger_url
from homeassistant.components import network
from homeassistant.core import HomeAssistant
from tests.integration.conftest import state

EVERYWHERE = {"host": "0.0.0.0", "port": 9001}


async def test_it_stands_on_the_device_page(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> None:
    shown = state(hass, "sensor.ocpp_address_for_chargers")
    assert shown == f"ws://127.0.0.1:{port}/"


@pytest.mark.parametrize(
    ("data", "url"),
    [
        ({"host": "192.0.2.7", "port": 9000}, "ws://192.0.2.7:9000/"),
        ({"host": "192.0.2.7", "port": 9, "tls_port": 8}, "ws://192.0.2.7:9/"),
        ({"host": "192.0.2.7", "tls_port": 9443}, "wss://192.0.2.7:9443/"),
        ({"host": "fd00::7", "port": 9000}, "ws://[fd00::7]:9000/"),
    ],
)
async def test_a_port_of_one_address(
    hass: HomeAssistant, data: dict[str, Any], url: str
) -> None:
    assert await async_charger_url(hass, data) == url


async def test_an_address_that_the_owner_has_told_counts(hass: HomeAssistant) -> None:
    hass.config.internal_url = "http://192.0.2.8:8123"
    assert await async_charger_url(hass, EVERYWHERE) == "ws://192.0.2.8:9001/"


@pytest.mark.parametrize(
    "internal_url", [None, "http://homeassistant.local:8123", "http://127.0.0.1:8123"]
)
async def test_names_are_nothing_for_chargers(
    hass: HomeAssistant, internal_url: str | None
) -> None:
    hass.config.internal_url = internal_url
    address = await network.async_get_source_ip(hass)
    assert await async_charger_url(hass, EVERYWHERE) == f"ws://{address}:9001/"
