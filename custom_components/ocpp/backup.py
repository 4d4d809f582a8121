"""The hooks of Home Assistant's backups, which pause writing to the database of sessions."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant

from .const import DOMAIN
from .hub import OcppConfigEntry
from .sessions.database import SessionDatabase


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Pause writing; sessions that end meanwhile are written afterwards."""
    for database in _databases(hass):
        await database.async_hold()


async def async_post_backup(hass: HomeAssistant) -> None:
    """Resume writing."""
    for database in _databases(hass):
        await database.async_release()


def _databases(hass: HomeAssistant) -> Iterator[SessionDatabase]:
    entries: list[OcppConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        yield entry.runtime_data.recorder.database
