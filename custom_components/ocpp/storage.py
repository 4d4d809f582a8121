"""What must survive a restart of Home Assistant: sessions, what was charged, and what the owner prefers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import logging

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util.json import JsonValueType

from .charger import Preferences
from .codec import decode, encode
from .const import DOMAIN
from .csms.memory import Memory
from .firmware_offer import FirmwareOffer

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION = 1
SAVE_DELAY_S = 1.0

type _Stored = dict[str, dict[str, JsonValueType]]


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one charger."""

    memory: Memory = field(default_factory=Memory)
    preferences: Mapping[int, Preferences] = field(default_factory=dict)
    offer: FirmwareOffer | None = None


class Storage:
    """The file of one central system."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        collect: Callable[[], Mapping[str, Record]],
    ) -> None:
        """Initialize with what returns the records to be saved, by identity."""
        self._store = Store[_Stored](hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}")
        self._collect = collect

    async def async_load(self) -> dict[str, Record]:
        """Return what was remembered, by identity."""
        stored = await self._store.async_load() or {}
        records = {
            identity: _record(identity, record)
            for identity, record in stored.get("chargers", {}).items()
        }
        return {identity: record for identity, record in records.items() if record}

    @callback
    def async_save(self) -> None:
        """Save soon; changes that come close together are saved once."""
        self._store.async_delay_save(self._stored, SAVE_DELAY_S)

    async def async_save_now(self) -> None:
        """Save at once, as when the central system is unloaded."""
        await self._store.async_save(self._stored())

    async def async_remove(self) -> None:
        """Forget everything."""
        await self._store.async_remove()

    def _stored(self) -> _Stored:
        records = self._collect().items()
        return {"chargers": {identity: encode(record) for identity, record in records}}


def _record(identity: str, stored: JsonValueType) -> Record | None:
    """Return what was remembered of one charger; a file that was tampered with costs the others nothing."""
    try:
        return decode(Record, stored)
    except (LookupError, TypeError, ValueError) as err:
        _LOGGER.error(
            "What was remembered of charger %s cannot be read: %s", identity, err
        )
        return None
