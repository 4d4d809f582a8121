"""Logs that chargers upload to Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import FormData
from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ocpp.csms.files.upload_inbox import UploadInbox
from custom_components.ocpp.files.uploads import expected_by_http
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.actions import ask, failed, refused
from tests.integration.conftest import Connect, charger_subentry, connected
from tests.simulator.charger import SimulatedCharger

PROTOCOLS = "SupportedFileTransferProtocols"


@pytest.fixture(autouse=True)
def _config_folder(hass: HomeAssistant, tmp_path: Path) -> None:
    """Let files land in a folder of the test's own."""
    hass.config.config_dir = str(tmp_path)


@pytest.fixture
def options(options: dict[str, Any]) -> dict[str, Any]:
    """The options, with servers that chargers may use."""
    return {**options, "allowed_addresses": ["127.0.0.1"]}


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


def _logs(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "ocpp" / "logs" / "CP1").iterdir())


async def test_a_log_lands_in_the_configuration_folder(
    hass: HomeAssistant, charger: SimulatedCharger, tmp_path: Path
) -> None:
    charger.log = b"It was a quiet night"
    answer = await ask(hass, "get_diagnostics")
    (path,) = _logs(tmp_path)
    assert path.read_bytes() == charger.log
    assert answer == {"name": "diag.log", "path": str(path), "size": 20}
    today = dt_util.now().strftime("%Y%m%d")
    assert path.name.startswith(f"CP1_{today}-")
    assert path.name.endswith("_diag.log")
    sent = await charger.wait_for("GetDiagnostics")
    assert sent["location"].startswith("ftp://charger")


async def test_a_security_log(
    hass: HomeAssistant, charger: SimulatedCharger, tmp_path: Path
) -> None:
    now = dt_util.now().replace(microsecond=0)
    answer = await ask(
        hass,
        "get_diagnostics",
        log_type="security",
        oldest=now - timedelta(days=1),
        latest=now,
    )
    assert answer["name"] == "security.log"
    assert len(_logs(tmp_path)) == 1
    sent = await charger.wait_for("GetLog")
    assert sent["log_type"] == "SecurityLog"
    assert datetime.fromisoformat(sent["log"]["latest_timestamp"]) == now


async def test_a_log_that_ends_before_it_begins(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    now = dt_util.now()
    text = await refused(hass, "get_diagnostics", oldest=now, latest=now)
    assert text == "The end must be after the start"
    assert charger.received == []


async def test_a_log_by_http(
    hass: HomeAssistant,
    client: TestClient[Any, Any],
    charger: SimulatedCharger,
    tmp_path: Path,
) -> None:
    answer = await ask(hass, "get_diagnostics", protocol="http")
    (path,) = _logs(tmp_path)
    assert path.read_bytes() == charger.log
    assert answer["path"] == str(path)
    sent = await charger.wait_for("GetDiagnostics")
    assert sent["location"].startswith(str(client.make_url("/api/ocpp/upload/")))
    # The URL was good for that upload.
    url = f"{sent['location']}again.log"
    response = await client.session.put(url, data=b"once more")
    assert response.status == 404
    assert len(_logs(tmp_path)) == 1


@pytest.mark.parametrize(
    ("told", "scheme"),
    [("HTTP,HTTPS,FTP", "http"), ("https", "http"), ("FTP, FTPS", "ftp"), ("", "ftp")],
)
async def test_chargers_upload_in_the_way_they_can(
    hass: HomeAssistant,
    client: TestClient[Any, Any],
    charger: SimulatedCharger,
    told: str,
    scheme: str,
) -> None:
    charger.settings[PROTOCOLS] = told
    await ask(hass, "get_diagnostics")
    sent = await charger.wait_for("GetDiagnostics")
    assert sent["location"].startswith(scheme)


async def test_another_way_is_tried_where_the_first_fails(
    hass: HomeAssistant,
    client: TestClient[Any, Any],
    charger: SimulatedCharger,
    tmp_path: Path,
) -> None:
    charger.cannot_upload_by = "ftp"
    answer = await ask(hass, "get_diagnostics")
    assert answer["path"] == str(_logs(tmp_path)[0])
    text = await failed(hass, "get_diagnostics", protocol="ftp")
    assert text.startswith("Charger did not upload the file: UploadFailure.")


async def test_an_upload_elsewhere(
    hass: HomeAssistant, charger: SimulatedCharger, tmp_path: Path
) -> None:
    text = await failed(hass, "get_diagnostics", upload_url="ftp://127.0.0.1:1/")
    assert text.startswith("Charger did not upload the file")
    sent = await charger.wait_for("GetDiagnostics")
    assert sent["location"] == "ftp://127.0.0.1:1/"
    assert not (tmp_path / "ocpp").exists()


async def test_a_charger_that_has_no_logs(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.statuses["GetLog"] = "Rejected"
    text = await failed(hass, "get_diagnostics", log_type="security")
    assert text == "Charger answered GetLog with Rejected"


async def test_home_assistant_that_does_not_know_its_own_address(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    hass.config.api = None
    text = await refused(hass, "get_diagnostics", protocol="http")
    assert text.startswith("Home Assistant cannot receive a file")
    assert charger.received == []


async def test_only_the_newest_logs_are_kept(
    hass: HomeAssistant, charger: SimulatedCharger, tmp_path: Path
) -> None:
    folder = tmp_path / "ocpp" / "logs" / "CP1"
    folder.mkdir(parents=True)
    for number in range(12):
        (folder / f"{number:02}.log").write_bytes(b"x")
    answer = await ask(hass, "get_diagnostics")
    assert len(_logs(tmp_path)) == 10
    assert Path(answer["path"]).exists()


class TestOddIdentity:
    """A charger whose identity is no name for a folder."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """One whose identity leads elsewhere."""
        return [charger_subentry("..", "Charger")]

    async def test_it_has_a_folder_all_the_same(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        connect: Connect,
        tmp_path: Path,
    ) -> None:
        async with connected(hass, connect, "%2E%2E"):
            answer = await ask(hass, "get_diagnostics")
        folder = Path(answer["path"]).parent
        assert folder.parent == tmp_path / "ocpp" / "logs"
        # Not the folder of a charger with this identity.
        assert folder.name.startswith("log~")


# By HTTP, whatever comes.


async def _put(client: TestClient[Any, Any], url: str, data: Any) -> int:
    response = await client.session.put(url, data=data)
    return response.status


async def test_uploads_by_http(
    hass: HomeAssistant, client: TestClient[Any, Any], tmp_path: Path
) -> None:
    inbox = UploadInbox(tmp_path / "logs", "CP1", max_bytes=1000)
    async with expected_by_http(hass, inbox) as url:
        assert await _put(client, url, b"one") == 201
        assert await _put(client, f"{url}folder/../two.log", b"two") == 201
        form = FormData()
        form.add_field("comment", "no file")
        form.add_field("file", b"three", filename="../../three.log")
        response = await client.session.post(url.rstrip("/"), data=form)
        assert response.status == 201
        assert await _put(client, f"{url}large.log", b"x" * 1001) == 413
        assert (await client.session.get(url)).status == 405
        stranger = url.replace(url[-20:-1], "x" * 19)
        assert await _put(client, stranger, b"x") == 404
    files = {path.name: path.read_bytes() for path in (tmp_path / "logs").iterdir()}
    assert files == {
        "CP1_1_log": b"one",
        "CP1_2_two.log": b"two",
        "CP1_3_three.log": b"three",
    }


async def test_an_upload_by_http_ends_with_the_wait_for_it(
    hass: HomeAssistant, client: TestClient[Any, Any], tmp_path: Path
) -> None:
    inbox = UploadInbox(tmp_path / "logs", "CP1")
    begun, never = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"the first half"
        begun.set()
        await never.wait()

    async with expected_by_http(hass, inbox) as url:
        putting = asyncio.create_task(_put(client, f"{url}slow.log", slowly()))
        await begun.wait()
        while not list(tmp_path.glob("logs/*")):
            await asyncio.sleep(0.01)
    async with asyncio.timeout(60):
        assert await putting == 408
    assert list(tmp_path.glob("logs/*")) == []
    with pytest.raises(TimeoutError):
        async with inbox.while_open():
            pass


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=" + 80 * "x", b"x"),
        ("multipart/form-data; boundary=a", b"no boundary at all"),
        ("multipart/form-data; boundary=a", b"--a\r\n" + b"A: b\r\n" * 9000),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\n'
            + b"x" * 99,
        ),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; filename="f"\r\n'
            b"Content-Length: -1\r\n\r\nx",
        ),
    ],
)
async def test_malformed_uploads_are_refused_without_a_word_in_the_log(
    hass: HomeAssistant,
    client: TestClient[Any, Any],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    content_type: str,
    body: bytes,
) -> None:
    inbox = UploadInbox(tmp_path / "logs", "CP1")
    async with expected_by_http(hass, inbox) as url:
        response = await client.session.put(
            url, data=body, headers={"Content-Type": content_type}
        )
        assert response.status in (201, 400)
    assert "Traceback" not in caplog.text


async def test_an_upload_by_http_that_cannot_be_stored(
    hass: HomeAssistant, client: TestClient[Any, Any], tmp_path: Path
) -> None:
    (tmp_path / "logs").write_text("no folder")
    inbox = UploadInbox(tmp_path / "logs", "CP1")
    async with expected_by_http(hass, inbox) as url:
        assert await _put(client, url, b"one") == 507
