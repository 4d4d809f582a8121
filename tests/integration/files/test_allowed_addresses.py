"""Other servers for firmware and logs: those that the owner allows, and no other."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.config.allowed_addresses import AllowedAddresses, is_address
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from tests.integration.actions import act, refused
from tests.simulator.charger import SimulatedCharger

ALLOWED = [
    "files.example.org",
    "203.0.113.7:8080",
    "https://example.com/wallbox/",
    "2001:db8::7",
]


@pytest.fixture
def options(options: dict[str, Any]) -> dict[str, Any]:
    """The options, with servers that chargers may use."""
    return {**options, "allowed_addresses": ALLOWED}


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example.org/firmware.bin",
        "http://FILES.example.org./a/b?sig=1",
        "ftp://user:word@files.example.org:2121/",
        "sftp://files.example.org/",
        "http://203.0.113.7:8080/x",
        "http://[::ffff:203.0.113.7]:8080/x",
        "https://example.com/wallbox/1.bin",
        "https://example.com:443/wallbox/1%20b.bin",
        "http://[2001:db8:0::7]/x",
    ],
)
def test_what_is_allowed(url: str) -> None:
    assert AllowedAddresses.of({"allowed_addresses": ALLOWED}).include(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "files.example.org",
        "//files.example.org/x",
        "https://example.org/",
        "https://evil.files.example.org/",
        "https://files.example.org.evil.org/",
        "https://files.example.org@evil.org/",
        "https://evil.org#@files.example.org/",
        "https://evil.org?@files.example.org/",
        "https://evil.org\\@files.example.org/",
        "https://files.example.org\\@evil.org/",
        "https://a@evil.org@files.example.org/",
        "https://files.example.org /",
        "https://files.example.org/\n",
        "https://files.example.org:99999/",
        "https://files.example.org:x/",
        "https://fil\u0435s.example.org/",
        "file://files.example.org/etc/passwd",
        "file:///etc/passwd",
        "gopher://files.example.org/",
        "javascript://files.example.org/",
        # Another port, scheme or path than allowed.
        "http://203.0.113.7/x",
        "http://example.com/wallbox/1.bin",
        "https://example.com:444/wallbox/1.bin",
        "https://example.com/",
        "https://example.com/wallboxes",
        "https://example.com/wallbox/../secret",
        "https://example.com/wallbox/%2e%2e/secret",
        "https://example.com/wallbox/%252e%252e/secret",
        "https://example.com/wallbox/..%2fsecret",
        "https://example.com/wallbox/..%5csecret",
        # Home Assistant's own machine, its neighbours, and clouds' metadata, however they are written.
        "http://127.0.0.1:8123/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://192.168.1.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://0/",
        "http://[::]/",
        "http://" + "a" * 3000,
    ],
)
async def test_what_is_refused(
    hass: HomeAssistant, charger: SimulatedCharger, url: str
) -> None:
    assert not AllowedAddresses.of({"allowed_addresses": ALLOWED}).include(url)
    for text in (
        await refused(hass, "update_firmware", firmware_url=url),
        await refused(hass, "offer_firmware", version="2", firmware_url=url),
        await refused(hass, "get_diagnostics", upload_url=url),
    ):
        assert text.startswith(("Chargers are not allowed", "Chargers cannot use"))
    await charger.heartbeat()
    assert charger.received == []


async def test_a_refusal_shows_no_secret(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    url = "https://me:secret@example.org/secret?sig=secret"
    text = await refused(hass, "update_firmware", firmware_url=url)
    assert "https://example.org" in text
    assert "secret" not in text


async def test_an_offer_is_refused_once_its_server_is_no_longer_allowed(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    url = "https://files.example.org/2.bin"
    await act(hass, "offer_firmware", version="2", firmware_url=url)
    hass.config_entries.async_update_entry(
        running, options={**running.options, "allowed_addresses": []}
    )
    await hass.async_block_till_done()
    with pytest.raises(ServiceValidationError, match="not allowed"):
        await hass.services.async_call(
            "update", "install", {"entity_id": "update.charger_firmware"}, blocking=True
        )
    assert charger.received == []


@pytest.mark.parametrize("text", [*ALLOWED, "[2001:db8::7]", "[2001:db8::7]:80"])
def test_addresses_that_can_be_allowed(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "*", "*.example.org", "file:///x", "a b", "example.org/x", "10.1", "::x"],
)
def test_texts_that_are_no_addresses(text: str) -> None:
    assert not is_address(text)


def test_secrets_are_no_part_of_an_allowed_address() -> None:
    assert not is_address("ftp://me:secret@example.org/")
    assert not is_address("https://example.org/?sig=secret")
