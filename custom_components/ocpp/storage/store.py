"""The store of everything that must survive a restart: sessions, accounts and preferences."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
import logging
from typing import cast

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.json import JsonValueType

from ..chargers.record import Record
from ..surplus.accounts.accounts import Account
from .codec import decode, encode
from .piece import Piece, StoredPiece

_LOGGER = logging.getLogger(__name__)

SAVE_INTERVAL = timedelta(minutes=1)
"""The time owner energy may be lost in a power cut; the register of the charger recovers most of it."""


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """The account of the site, and the number of the last entry of the journal when it was this."""

    account: Account = field(default_factory=Account)
    journaled: int = 0


type AnyPiece = Piece[Record] | Piece[SiteRecord]


@dataclass(frozen=True, slots=True)
class Contents:
    """The stored contents of one central system: the records of its chargers, and that of the site."""

    chargers: Mapping[str, Record] = field(default_factory=dict)
    site: SiteRecord = field(default_factory=SiteRecord)


class Storage:
    """The files of a central system: one for each charger, and one for the site.

    Only what has changed is written. In the first release, all were one file; what that has of a charger counts until
    the charger's own file is written.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        record_of: Callable[[str], Record],
        site: Callable[[], SiteRecord],
        on_saved: Callable[[str, int], None],
        on_site_saved: Callable[[int], None],
    ) -> None:
        """Initialize.

        Args:
            hass: Home Assistant.
            entry_id: the config entry of the central system.
            record_of: returns the present record of a charger.
            site: returns the present record of the site.
            on_saved: is told of a charger up to which entry of the journal it is saved.
            on_site_saved: is told the same of the site.
        """
        self._hass = hass
        self._entry_id = entry_id
        self._record_of = record_of
        self._on_saved = on_saved
        self._chargers: dict[str, Piece[Record]] = {}
        self._in_first_file: dict[str, JsonValueType] = {}
        self._site = Piece(
            hass,
            entry_id,
            "",
            site,
            self._encoded_site,
            lambda stored: on_site_saved(cast(int, stored["journaled"])),
        )

    async def async_load(self, identities: Iterable[str]) -> Contents:
        """Return the stored contents, with the records of these chargers."""
        stored = await self._site.async_load() or {}
        first = cast(dict[str, JsonValueType], stored.get("chargers", {}))
        loaded = await asyncio.gather(
            *(self._async_load_charger(identity, first) for identity in identities)
        )
        account = _read(Account, stored.get("site", {}), "the site")
        return Contents(
            {identity: record for identity, record in loaded if record},
            SiteRecord(account or Account(), cast(int, stored.get("journaled", 0))),
        )

    async def _async_load_charger(
        self, identity: str, first: Mapping[str, JsonValueType]
    ) -> tuple[str, Record | None]:
        piece, owner = self._charger(identity), f"charger {identity}"
        stored = await piece.async_load()
        if stored is not None:
            record = _read(Record, stored.get("record"), owner)
            if record is None:
                await piece.async_keep_copy()
            else:
                piece.async_note_loaded(record)
            return identity, record
        if identity not in first:
            return identity, None
        self._in_first_file[identity] = first[identity]
        record = _read(Record, first[identity], owner)
        if record is None:
            await self._site.async_keep_copy()
        return identity, record

    @callback
    def async_save(self, identity: str) -> None:
        """Save what is known of a charger soon; changes in close succession are saved once."""
        self._charger(identity).async_save()

    @callback
    def async_save_at_once(self, identity: str) -> None:
        """Save what is known of a charger without any delay, which further changes could extend."""
        self._charger(identity).async_save_at_once()
        if self._site.changed:
            self._site.async_save_at_once()

    @callback
    def async_save_changes(self, identities: Iterable[str]) -> None:
        """Save soon what has changed of these chargers, and of the site."""
        for piece in self._changed(identities):
            piece.async_save()

    async def async_save_now(self, identities: Iterable[str]) -> None:
        """Save at once what has changed of these chargers, and of the site."""
        for piece in self._changed(identities):
            await piece.async_save_now()

    async def async_forget(self, identity: str) -> None:
        """Remove what is stored of a charger."""
        if self._in_first_file.pop(identity, None) is not None:
            self._site.async_save()
        piece = self._charger(identity)
        del self._chargers[identity]
        await piece.async_remove()

    def _changed(self, identities: Iterable[str]) -> list[AnyPiece]:
        """Return what is to be written; the site comes last, as it may have what is still to be moved."""
        pieces: list[AnyPiece] = [
            piece
            for identity in identities
            if (piece := self._charger(identity)).changed
        ]
        return [*pieces, self._site] if self._site.changed else pieces

    def _charger(self, identity: str) -> Piece[Record]:
        if identity not in self._chargers:
            self._chargers[identity] = Piece(
                self._hass,
                self._entry_id,
                _file_of(identity),
                partial(self._record_of, identity),
                lambda record: {"identity": identity, "record": encode(record)},
                partial(self._async_on_written, identity),
            )
        return self._chargers[identity]

    @callback
    def _async_on_written(self, identity: str, stored: StoredPiece) -> None:
        record = cast(dict[str, int], stored["record"])
        self._on_saved(identity, record["journaled"])
        if self._in_first_file.pop(identity, None) is not None:
            self._site.async_save()

    def _encoded_site(self, site: SiteRecord) -> StoredPiece:
        return {
            "chargers": dict(self._in_first_file),
            "site": encode(site.account),
            "journaled": site.journaled,
        }


async def async_remove_stored(
    hass: HomeAssistant, entry_id: str, identities: Iterable[str]
) -> None:
    """Remove the files of a central system that had these chargers."""
    for name in ("", *map(_file_of, identities)):
        piece = Piece(hass, entry_id, name, Account, lambda _: {})
        await piece.async_remove()


def _file_of(identity: str) -> str:
    """Return the end of the name of a charger's file; an identity may have what no name of a file may have."""
    return f".charger.{sha256(identity.encode()).hexdigest()[:16]}"


def _read[T](kind: type[T], stored: JsonValueType, owner: str) -> T | None:
    """Return a stored part, or None if it is invalid; the other parts are not affected."""
    try:
        return decode(kind, stored)
    except (LookupError, TypeError, ValueError) as err:
        _LOGGER.error("The stored data of %s cannot be read: %s", owner, err)
        return None
