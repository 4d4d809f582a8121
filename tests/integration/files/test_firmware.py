"""New firmware for chargers, as their owner sees it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.integration.actions import act, failed, refused
from tests.integration.conftest import state
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.simulator.files import download
from tests.waiting import until

FIRMWARE, NOTICE = "update.charger_firmware", "event.charger_notice"
NOWHERE = "http://127.0.0.1:1/firmware.bin"


@pytest.fixture
def options(options: dict[str, Any]) -> dict[str, Any]:
    """The options, with servers that chargers may use."""
    return {**options, "allowed_addresses": ["127.0.0.1"]}


@pytest.fixture(autouse=True)
def firmware_folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """The folder that firmware is put into."""
    hass.config.config_dir = str(tmp_path)
    folder = tmp_path / "ocpp" / "firmware"
    folder.mkdir(parents=True)
    (folder / "new.bin").write_bytes(b"new firmware")
    (tmp_path / "secrets.yaml").write_text("password: secret")
    return folder


@pytest.fixture
async def client(
    hass: HomeAssistant,
    running: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> TestClient[Any, Any]:
    """Somebody who reaches Home Assistant by HTTP, as do chargers."""
    client: TestClient[Any, Any] = await hass_client_no_auth()
    await hass.config.async_update(internal_url=str(client.make_url("")).rstrip("/"))
    return client


def _shown(hass: HomeAssistant) -> dict[str, Any]:
    found = hass.states.get(FIRMWARE)
    assert found is not None
    keys = ("installed_version", "latest_version", "in_progress", "status")
    return {key: found.attributes[key] for key in keys}


async def _install(hass: HomeAssistant) -> None:
    await hass.services.async_call(
        "update", "install", {"entity_id": FIRMWARE}, blocking=True
    )


async def test_without_an_offer_no_firmware_is_said_to_be_the_latest(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.heartbeat()
    await hass.async_block_till_done()
    assert hass.states.get(FIRMWARE) is None


async def test_an_offer_is_installed_when_the_owner_says_so(
    hass: HomeAssistant,
    client: TestClient[Any, Any],
    running: MockConfigEntry,
    charger: SimulatedCharger,
    port: int,
) -> None:
    await act(hass, "offer_firmware", version="2.0", firmware_file="new.bin")
    await until(lambda: hass.states.get(FIRMWARE) is not None)
    assert charger.received == []
    assert state(hass, FIRMWARE) == "on"
    assert _shown(hass)["latest_version"] == "2.0"
    # It waits for the owner, over a restart, too.
    assert await hass.config_entries.async_reload(running.entry_id)
    assert state(hass, FIRMWARE) == "on"
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        await charger.boot()
        await _install(hass)
        await until(lambda: _shown(hass)["status"] == "downloaded")
        assert charger.firmware == b"new firmware"
        assert _shown(hass)["in_progress"] is True
        await charger.report_firmware("Installing")
        await until(lambda: _shown(hass)["status"] == "installing")
    # The charger restarts with it.
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    assert _shown(hass)["in_progress"] is True
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        charger.firmware_version = "v2.0.0-r7"
        await charger.boot()
        await until(lambda: state(hass, FIRMWARE) == "off")
        assert _shown(hass) == {
            "installed_version": "v2.0.0-r7",
            "latest_version": "v2.0.0-r7",
            "in_progress": False,
            "status": "installed",
        }
        notice = hass.states.get(NOTICE)
        assert notice is not None
        assert notice.attributes["event_type"] == "firmware_installed"


async def test_an_update_that_fails_is_a_repair_until_the_next_attempt(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    def repair() -> ir.IssueEntry | None:
        return ir.async_get(hass).async_get_issue(DOMAIN, "firmware_failed_CP1")

    await act(hass, "update_firmware", firmware_url=NOWHERE)
    await until(repair)
    issue = repair()
    assert issue is not None
    assert issue.translation_placeholders == {
        "charger": "Charger",
        "status": "DownloadFailed",
    }
    assert _shown(hass)["status"] == "download_failed"
    assert _shown(hass)["in_progress"] is False
    notice = hass.states.get(NOTICE)
    assert notice is not None
    assert notice.attributes["event_type"] == "firmware_failed"
    assert notice.attributes["status"] == "DownloadFailed"
    await charger.report_firmware("Downloading")
    await until(lambda: repair() is None)
    assert _shown(hass)["in_progress"] is True


async def test_firmware_later_and_again_and_again(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    before = dt_util.utcnow()
    await act(
        hass,
        "update_firmware",
        firmware_url=NOWHERE,
        delay_hours=2,
        retries=3,
        retry_interval={"minutes": 1},
    )
    sent = await charger.wait_for("UpdateFirmware")
    delay = datetime.fromisoformat(sent.pop("retrieve_date")) - before
    assert timedelta(minutes=119) < delay < timedelta(minutes=121)
    assert sent == {"location": NOWHERE, "retries": 3, "retry_interval": 60}
    night = dt_util.now().replace(microsecond=0) + timedelta(hours=8)
    await act(hass, "update_firmware", firmware_url=NOWHERE, retrieve_at=night)
    sent = await charger.wait_for("UpdateFirmware")
    assert datetime.fromisoformat(sent["retrieve_date"]) == night


async def test_signed_firmware(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    night = dt_util.now().replace(microsecond=0) + timedelta(hours=8)
    given = {
        "firmware_url": NOWHERE,
        "signing_certificate": "-----BEGIN CERTIFICATE-----",
        "signature": "c2ln",
    }
    await act(hass, "update_firmware", install_at=night, **given)
    firmware = (await charger.wait_for("SignedUpdateFirmware"))["firmware"]
    assert firmware["signature"] == "c2ln"
    assert datetime.fromisoformat(firmware["install_date_time"]) == night
    charger.statuses["SignedUpdateFirmware"] = "InvalidCertificate"
    text = await failed(hass, "update_firmware", **given)
    assert text == "Charger answered SignedUpdateFirmware with InvalidCertificate"
    # Firmware that is offered may be signed, too.
    charger.statuses.clear()
    await charger.report_firmware("Idle")
    await act(hass, "offer_firmware", version="2.0", **given)
    await _install(hass)
    firmware = (await charger.wait_for("SignedUpdateFirmware"))["firmware"]
    assert firmware["signing_certificate"] == "-----BEGIN CERTIFICATE-----"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Specify either a URL or a firmware file"),
        (
            {"firmware_url": NOWHERE, "firmware_file": "new.bin"},
            "Specify either a URL or a firmware file",
        ),
        (
            {"firmware_url": NOWHERE, "signature": "c2ln"},
            "Signed firmware requires both",
        ),
        (
            {"firmware_url": NOWHERE, "install_at": "2026-06-01 12:00:00"},
            "Only signed firmware can be installed at a later time",
        ),
        (
            {
                "firmware_url": NOWHERE,
                "delay_hours": 1,
                "retrieve_at": "2026-06-01 12:00:00",
            },
            "Specify either a delay or a time",
        ),
        ({"firmware_file": "old.bin"}, "There is no file old.bin"),
        ({"firmware_file": "../../secrets.yaml"}, "There is no file"),
        ({"firmware_file": "."}, "There is no file"),
    ],
)
async def test_what_makes_no_sense(
    hass: HomeAssistant, charger: SimulatedCharger, given: dict[str, str], told: str
) -> None:
    text = await refused(hass, "update_firmware", **given)
    assert text.startswith(told)
    assert charger.received == []


async def test_home_assistant_that_does_not_know_its_own_address(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    hass.config.api = None
    text = await refused(hass, "update_firmware", firmware_file="new.bin")
    assert text.startswith("Home Assistant does not know the address")


async def test_only_what_was_handed_out_can_be_fetched(
    hass: HomeAssistant,
    client: TestClient[Any, Any],
    charger: SimulatedCharger,
    firmware_folder: Path,
) -> None:
    (firmware_folder / "other.bin").write_bytes(b"other firmware")
    await act(hass, "update_firmware", firmware_file="new.bin")
    location = (await charger.wait_for("UpdateFirmware"))["location"]
    await until(lambda: charger.firmware)
    # As often as the charger needs to, and in parts.
    assert await download(location) == b"new firmware"
    response = await client.session.get(location, headers={"Range": "bytes=4-"})
    assert (response.status, await response.read()) == (206, b"firmware")
    assert await download(location.replace("new.bin", "other.bin")) == b"new firmware"
    token = location.split("/")[-2]
    response = await client.session.get(location.replace(token, "x" * len(token)))
    assert response.status == 404
    # And not for ever.
    long_ago = dt_util.now() - timedelta(days=2)
    await act(hass, "update_firmware", firmware_file="new.bin", retrieve_at=long_ago)
    location = (await charger.wait_for("UpdateFirmware"))["location"]
    assert (await client.session.get(location)).status == 404
