"""The store of everything that must survive a restart: sessions, accounts and preferences."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
import logging
from typing import cast

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.json import JsonValueType

from ..chargers.record import Record
from ..const import DOMAIN
from ..surplus.accounts.accounts import Account
from .codec import decode, encode
from .watched_store import WatchedStore

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION = 1
SAVE_DELAY_S = 1.0
SAVE_INTERVAL = timedelta(minutes=1)
"""The time owner energy may be lost in a power cut; the register of the charger recovers most of it."""

type _Stored = dict[str, dict[str, JsonValueType]]


@dataclass(frozen=True, slots=True)
class Contents:
    """The stored contents of one central system: the records of its chargers, and the account of the site."""

    chargers: Mapping[str, Record] = field(default_factory=dict)
    site: Account = field(default_factory=Account)


class Storage:
    """The file of a central system."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        collect: Callable[[], Contents],
        on_saved: Callable[[Mapping[str, int]], None] = lambda _: None,
    ) -> None:
        """Initialize.

        Args:
            hass: Home Assistant.
            entry_id: the config entry of the central system.
            collect: returns what is to be saved.
            on_saved: is told, for each charger, up to which entry of the journal it is saved.
        """
        self._store = WatchedStore[_Stored](
            hass,
            entry_id,
            STORAGE_VERSION,
            f"{DOMAIN}.{entry_id}",
            on_written=lambda stored: on_saved(_journaled(stored)),
        )
        self._collect = collect
        self._hass = hass
        self._saved = Contents()
        self._saving: asyncio.Task[None] | None = None
        self._urgent = False

    async def async_load(self) -> Contents:
        """Return the stored contents."""
        stored = await self._store.async_load() or {}
        records = {
            identity: _read(Record, record, f"charger {identity}")
            for identity, record in stored.get("chargers", {}).items()
        }
        site = _read(Account, stored.get("site", {}), "the site")
        return Contents(
            {identity: record for identity, record in records.items() if record},
            site or Account(),
        )

    @callback
    def async_save(self) -> None:
        """Save soon; changes in close succession are saved once."""
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

    @callback
    def async_save_changes(self) -> None:
        """Save soon if something has changed."""
        if self._collect() != self._saved:
            self.async_save()

    async def async_save_now(self) -> None:
        """Save at once."""
        await self._store.async_save(self._stored())

    async def async_remove(self) -> None:
        """Remove the file."""
        await self._store.async_remove()

    def _stored(self) -> _Stored:
        self._saved = self._collect()
        chargers = self._saved.chargers.items()
        return {
            "chargers": {identity: encode(record) for identity, record in chargers},
            "site": cast(dict[str, JsonValueType], encode(self._saved.site)),
        }


def _journaled(stored: _Stored) -> Mapping[str, int]:
    return {
        identity: cast(int, cast(dict[str, JsonValueType], record)["journaled"])
        for identity, record in stored["chargers"].items()
    }


def _read[T](kind: type[T], stored: JsonValueType, owner: str) -> T | None:
    """Return a stored part, or None if it is invalid; the other parts are not affected."""
    try:
        return decode(kind, stored)
    except (LookupError, TypeError, ValueError) as err:
        _LOGGER.error("The stored data of %s cannot be read: %s", owner, err)
        return None
