"""Files with secrets, tags or sessions: nobody but Home Assistant reads them."""

from collections.abc import Iterator
import os
from pathlib import Path
import stat

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR
from tests.integration.actions import act, ask
from tests.integration.conftest import Connect, connected


@pytest.fixture(autouse=True)
def _usual_mask() -> Iterator[None]:
    """Let new files be readable for everybody, unless somebody takes care."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def _readable(folder: Path) -> list[str]:
    """Return the files and folders that others could read."""
    return [
        f"{path.relative_to(folder)} {stat.filemode(path.stat().st_mode)}"
        for path in sorted(folder.rglob("*"))
        if path.stat().st_mode & 0o077
    ]


async def test_new_files_are_private(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect, tmp_path: Path
) -> None:
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
        await charger.unplug()
        charger.log = b"It was a quiet night"
        await ask(hass, "get_diagnostics", protocol="ftp")
        await act(hass, "get_sessions", filename="june.csv")
        await hass.async_block_till_done()
    names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert "june.csv" in names
    assert f"{DOMAIN}.{running.entry_id}.sessions" in names
    assert any(name.endswith("diag.log") for name in names)
    assert _readable(tmp_path / DOMAIN) == []
    assert _readable(tmp_path / STORAGE_DIR) == []
    assert (tmp_path / DOMAIN).stat().st_mode & 0o077 == 0


async def test_files_of_earlier_releases_become_private(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    old = [
        tmp_path / STORAGE_DIR / f"{DOMAIN}.{entry.entry_id}",
        tmp_path / STORAGE_DIR / f"{DOMAIN}.{entry.entry_id}.sessions-journal",
        tmp_path / STORAGE_DIR / f"{DOMAIN}.{entry.entry_id}.corrupt",
        tmp_path / DOMAIN / "logs" / "CP1" / "old.log",
        tmp_path / DOMAIN / "sessions" / "may.csv",
    ]
    others = [
        tmp_path / DOMAIN / "firmware" / "new.bin",
        tmp_path / STORAGE_DIR / "core.config",
        tmp_path / "outside.txt",
    ]
    for path in old + others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / DOMAIN / "logs" / "link").symlink_to(tmp_path / "outside.txt")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    for path in old:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE((tmp_path / DOMAIN / "logs").stat().st_mode) == 0o700
    for path in others:
        assert stat.S_IMODE(path.stat().st_mode) == 0o644, path
    assert await hass.config_entries.async_unload(entry.entry_id)
