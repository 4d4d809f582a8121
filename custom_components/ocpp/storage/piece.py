"""A piece of what is stored, in a file of its own, which is written only when the piece has changed."""

import asyncio
from collections.abc import Callable
import logging
from pathlib import Path
from shutil import copyfile

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.json import JsonValueType

from ..const import DOMAIN
from .health import storage_health
from .watched_store import WatchedStore

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION = 1
SAVE_DELAY_S = 1.0

type StoredPiece = dict[str, JsonValueType]


class Piece[ValueT]:
    """One file, and the value that belongs there."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        name: str,
        collect: Callable[[], ValueT],
        encoded: Callable[[ValueT], StoredPiece],
        on_written: Callable[[StoredPiece], None] = lambda _: None,
    ) -> None:
        """Initialize.

        Args:
            hass: Home Assistant.
            entry_id: the config entry of the central system.
            name: the end of the file's name.
            collect: returns the present value.
            encoded: returns a value as it is stored.
            on_written: is told of what has been written.
        """
        self._hass = hass
        self._store = WatchedStore[StoredPiece](
            hass,
            entry_id,
            STORAGE_VERSION,
            f"{DOMAIN}.{entry_id}{name}",
            on_written=on_written,
        )
        self._health = storage_health(hass, entry_id)
        self._collect = collect
        self._encoded = encoded
        self._saved: ValueT | None = None
        self._saving: asyncio.Task[None] | None = None
        self._urgent = self._waiting = False

    @property
    def changed(self) -> bool:
        """True if the value is not the one that was saved last, or a save waits."""
        return self._waiting or self._collect() != self._saved

    @callback
    def async_note_loaded(self, value: ValueT) -> None:
        """Take note of the value that is stored already."""
        self._saved = value

    async def async_load(self) -> StoredPiece | None:
        """Return what is stored."""
        return await self._store.async_load()

    async def async_keep_copy(self) -> None:
        """Keep a copy of the file, which cannot be read and is about to be replaced."""
        copy = Path(f"{self._store.path}.corrupt")
        try:
            await self._hass.async_add_executor_job(copyfile, self._store.path, copy)
        except OSError as err:
            _LOGGER.error("No copy of %s can be kept: %s", self._store.path, err)
        else:
            self._health.async_note_damage(self._store.key, copy.name)

    @callback
    def async_save(self) -> None:
        """Save soon; changes in close succession are saved once."""
        self._waiting = True
        self._store.async_delay_save(self._stored, SAVE_DELAY_S)

    @callback
    def async_save_at_once(self) -> None:
        """Save without any delay, which further changes could extend."""
        self._urgent = True
        if self._saving is None or self._saving.done():
            self._saving = self._hass.async_create_task(
                self._save_what_is_urgent(), "ocpp save"
            )

    async def _save_what_is_urgent(self) -> None:
        while self._urgent:
            self._urgent = False
            await self.async_save_now()

    async def async_save_now(self) -> None:
        """Save at once."""
        await self._store.async_save(self._stored())

    async def async_remove(self) -> None:
        """Remove the file."""
        self._urgent = False
        await self._store.async_remove()

    def _stored(self) -> StoredPiece:
        self._waiting = False
        self._saved = self._collect()
        return self._encoded(self._saved)
