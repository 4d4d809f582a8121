"""The permissions of files that earlier releases have written."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR

from ..const import DOMAIN
from ..csms.files.private import make_private

FOLDERS = ("logs", "sessions")
"""The folders of the integration, in the configuration's own, with files that others must not read."""


async def async_make_private(hass: HomeAssistant, entry_id: str) -> None:
    """Keep others from reading the files of a central system."""
    await hass.async_add_executor_job(_make_private, hass, entry_id)


def _make_private(hass: HomeAssistant, entry_id: str) -> None:
    for path in Path(hass.config.path(STORAGE_DIR)).glob(f"{DOMAIN}.{entry_id}*"):
        make_private(path)
    for folder in FOLDERS:
        make_private(Path(hass.config.path(DOMAIN, folder)))
