"""Stores whose failures to write are noted."""

from collections.abc import Callable
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError

from .health import storage_health


class WatchedStore[StoredT: dict[str, Any]](Store[StoredT]):
    """A store of a central system; what could not be written is kept, and written later."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        version: int,
        key: str,
        *,
        on_written: Callable[[StoredT], None] = lambda _: None,
    ) -> None:
        """Initialize; `on_written` is told of what has been written."""
        # A failed write leaves no temporary file behind, and a finished one outlasts a power cut.
        super().__init__(hass, version, key, private=True, atomic_writes=True)
        self._health = storage_health(hass, entry_id)
        self._on_written = on_written

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        try:
            await super()._async_write_data(data)
        except (OSError, WriteError) as err:
            self._health.async_note_failure(
                self.key, err, lambda: self._async_again(data)
            )
            return
        self._health.async_note_written(self.key)
        self._on_written(data["data"])

    @callback
    def _async_again(self, data: dict[str, Any]) -> None:
        """Write data again, unless newer data waits."""
        if self._data is None:
            self.async_delay_save(lambda: data["data"])
