"""What Home Assistant's backups need: a database that nobody writes to while it is copied."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant

from .const import DOMAIN
from .hub import OcppConfigEntry
from .sessions.database import SessionDatabase


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Write nothing from now on; sessions that end meanwhile wait."""
    for database in _databases(hass):
        await database.async_hold()


async def async_post_backup(hass: HomeAssistant) -> None:
    """Write what has waited."""
    for database in _databases(hass):
        await database.async_release()


def _databases(hass: HomeAssistant) -> Iterator[SessionDatabase]:
    entries: list[OcppConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        yield entry.runtime_data.recorder.database
