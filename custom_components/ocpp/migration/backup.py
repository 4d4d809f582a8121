"""The backup of an entry and its rows of the registries, in a file of its own, from before the move."""

from dataclasses import dataclass, field
import json

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..storage.stored_value import StoredValue
from .rows import DeviceRow, EntityRow, RegistryMoves

FILE = "before_moving"


class BackupFailedError(Exception):
    """The backup could not be written, or reads differently."""


@dataclass(frozen=True, slots=True)
class Backup:
    """An entry as it was, with its data and options as JSON, all its rows, and the moves that are planned."""

    version: int
    minor_version: int
    title: str
    data: str
    options: str
    entities: tuple[EntityRow, ...] = ()
    devices: tuple[DeviceRow, ...] = ()
    moves: RegistryMoves = field(default_factory=RegistryMoves)


def backup_of(
    entry: ConfigEntry,
    entities: list[EntityRow],
    devices: list[DeviceRow],
    moves: RegistryMoves,
) -> Backup:
    """Return the backup of an entry."""
    return Backup(
        entry.version,
        entry.minor_version,
        entry.title,
        json.dumps(dict(entry.data)),
        json.dumps(dict(entry.options)),
        tuple(entities),
        tuple(devices),
        moves,
    )


def stored_backup(hass: HomeAssistant, entry_id: str) -> StoredValue[Backup]:
    """Return the file of an entry's backup."""
    return StoredValue(hass, entry_id, FILE, Backup)


async def async_keep(hass: HomeAssistant, entry_id: str, backup: Backup) -> None:
    """Write a backup, and read it again.

    Raises:
        BackupFailedError: when it is not what was written.
    """
    await stored_backup(hass, entry_id).async_save(backup)
    if await stored_backup(hass, entry_id).async_load() != backup:
        raise BackupFailedError("the backup could not be written")
