"""Values that survive a restart in a file of their own."""

from collections.abc import Callable
import logging
from typing import cast

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.json import JsonValueType

from ..const import DOMAIN
from .codec import decode, encode
from .watched_store import WatchedStore

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION = 1

type _Json = dict[str, JsonValueType]


class StoredValue[ValueT]:
    """A dataclass in a file of one central system."""

    def __init__(
        self, hass: HomeAssistant, entry_id: str, name: str, kind: type[ValueT]
    ) -> None:
        """Initialize with the name of the file and the type of the value."""
        self._kind = kind
        self._store = WatchedStore[_Json](
            hass, entry_id, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.{name}"
        )

    async def async_load(self) -> ValueT | None:
        """Return the stored value; None if there is none, or it cannot be read."""
        stored = await self._store.async_load()
        if not stored:
            return None
        try:
            return decode(self._kind, stored)
        except (LookupError, TypeError, ValueError) as err:
            _LOGGER.error("%s cannot be read: %s", self._store.path, err)
            return None

    async def async_save(self, value: ValueT | None) -> None:
        """Store a value at once; None clears the file."""
        await self._store.async_save({} if value is None else _encoded(value))

    @callback
    def async_save_later(self, value: Callable[[], ValueT], delay_s: float) -> None:
        """Store the value that a function returns after a delay."""
        self._store.async_delay_save(lambda: _encoded(value()), delay_s)

    async def async_remove(self) -> None:
        """Remove the file."""
        await self._store.async_remove()


def _encoded(value: object) -> _Json:
    return cast(_Json, encode(value))
