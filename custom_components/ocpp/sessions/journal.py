"""The journal of sessions: what chargers were told is kept is on disk at once, whatever becomes of the other files.

An entry is a connector right after a session began or ended there, or the record of a session. It stays until the main
store has the one and the database has the other.
"""

import asyncio
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
import logging
from pathlib import Path

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util.json import json_loads

from ..chargers.charger import Charger
from ..chargers.record import Record
from ..const import DOMAIN
from ..csms.evses.transaction import Transaction
from ..csms.memory import Memory, RememberedEvse
from ..csms.model import Evse
from ..storage.codec import decode, encode
from ..storage.health import storage_health
from ..storage.journal_file import JournalFile
from ..storage.store import Contents
from ..surplus.accounts.ledger import Ledger
from .recorder import SessionRecorder
from .records import SessionRecord

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """A connector right after a session began or ended there."""

    evse_id: int
    evse: RememberedEvse
    ledger: Ledger = field(default_factory=Ledger)
    last_transaction_id: int = 0


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An entry, with its number among those of all chargers: the state of a connector, or a session."""

    number: int
    charger_id: str
    connector: ConnectorState | None = None
    session: SessionRecord | None = None


class SessionJournal:
    """The journal of one central system."""

    def __init__(
        self, hass: HomeAssistant, entry_id: str, recorder: SessionRecorder
    ) -> None:
        """Initialize; nothing is kept before it was loaded."""
        self._hass = hass
        self._recorder = recorder
        self._file = journal_file(hass, entry_id)
        self._health = storage_health(hass, entry_id)
        self._kept: dict[int, JournalEntry] = {}
        self._lines: dict[int, bytes] = {}
        self._waiting: list[int] = []
        self._last: dict[str, int] = {}
        self._stored: dict[str, int] = {}
        self._site_stored = self._first = 0
        self._writing: asyncio.Task[None] | None = None

    def last_of(self, charger_id: str) -> int:
        """Return the number of the last entry about a charger."""
        return self._last.get(charger_id, 0)

    @property
    def last(self) -> int:
        """The number of the last entry about any charger."""
        return max([self._first, *self._last.values()])

    async def async_load(
        self, stored: Contents, charger_ids: Container[str]
    ) -> Contents:
        """Return what was stored, with what the journal knows better of these chargers; sessions go to the database."""
        lines: list[bytes] = []
        try:
            lines = await self._hass.async_add_executor_job(self._file.read)
            await self._hass.async_add_executor_job(self._file.reserve)
        except OSError as err:
            self._async_note_failure(err)
        found = [entry for entry in map(_read, lines) if entry is not None]
        # A charger that was removed may be set up anew, and then begins with nothing.
        entries = [
            entry
            for entry in found
            if entry.connector is None or entry.charger_id in charger_ids
        ]
        self._kept = {entry.number: entry for entry in entries}
        self._lines = {entry.number: _line(entry) for entry in entries}
        self._last = {id_: record.journaled for id_, record in stored.chargers.items()}
        self._first = stored.site.journaled
        for entry in found:
            last = self._last.get(entry.charger_id, 0)
            self._last[entry.charger_id] = max(last, entry.number)
        database = self._recorder.database
        for entry in entries:
            if entry.session is not None:
                database.async_put(entry.session)
        database.async_subscribe(self._async_on_put, self._async_on_written)
        return with_entries(stored, entries)

    @callback
    def async_follow(self, charger: Charger) -> CALLBACK_TYPE:
        """Enter each begin and end of a session, until the returned function is called."""
        known = {id_: _outline(charger.evse(id_)) for id_ in charger.evse_ids}

        @callback
        def enter(evse: Evse) -> None:
            outline = _outline(evse)
            if outline != known[evse.id]:
                known[evse.id] = outline
                self._async_enter(charger, evse)

        stops = [
            charger.station.subscribe_evse(evse_id, enter)
            for evse_id in charger.evse_ids
        ]

        def stop() -> None:
            for each in stops:
                each()

        return stop

    @callback
    def async_note_stored(self, charger_id: str, number: int) -> None:
        """Take note that a charger is stored as it was known at the entry of this number."""
        self._stored[charger_id] = number
        self._async_drop_stored()

    @callback
    def async_note_site_stored(self, number: int) -> None:
        """Take note that the account of the site is stored as it was at the entry of this number."""
        self._site_stored = number
        self._async_drop_stored()

    @callback
    def async_forget(self, charger_id: str) -> None:
        """Drop the connectors of a charger that was removed; its sessions stay."""
        self._async_drop(
            entry.number
            for entry in self._kept.values()
            if entry.connector is not None and entry.charger_id == charger_id
        )

    @callback
    def _async_drop_stored(self) -> None:
        self._async_drop(
            entry.number
            for entry in self._kept.values()
            if entry.connector is not None
            and entry.number <= self._stored.get(entry.charger_id, 0)
            and entry.number <= self._site_stored
        )

    async def async_flush(self) -> None:
        """Wait until everything that can be written is."""
        while self._writing is not None and not self._writing.done():
            await self._writing

    @callback
    def _async_enter(self, charger: Charger, evse: Evse) -> None:
        memory = charger.station.memory
        state = ConnectorState(
            evse.id,
            memory.evses[evse.id],
            self._recorder.async_ledgers_of(charger)[evse.id],
            memory.last_transaction_id,
        )
        self._async_add(charger.identity, connector=state)

    @callback
    def _async_on_put(self, record: SessionRecord) -> None:
        self._async_add(record.charger_id, session=record)

    @callback
    def _async_on_written(self, records: Sequence[SessionRecord]) -> None:
        written = {id(record) for record in records}
        self._async_drop(
            entry.number
            for entry in self._kept.values()
            if entry.session is not None and id(entry.session) in written
        )

    @callback
    def _async_add(
        self,
        charger_id: str,
        connector: ConnectorState | None = None,
        session: SessionRecord | None = None,
    ) -> None:
        number = self.last + 1
        entry = JournalEntry(number, charger_id, connector, session)
        self._last[charger_id] = number
        subject = _subject(entry)
        superseded = [
            other.number for other in self._kept.values() if _subject(other) == subject
        ]
        self._kept[number], self._lines[number] = entry, _line(entry)
        self._waiting.append(number)
        self._async_drop(superseded)
        self._async_write()

    @callback
    def _async_drop(self, numbers: Iterable[int]) -> None:
        before = len(self._kept)
        for number in tuple(numbers):
            del self._kept[number], self._lines[number]
        if before and not self._kept:
            self._async_write()

    @callback
    def _async_write(self) -> None:
        """Write what waits, and empty the file when nothing has to be kept any more."""
        if self._writing is None or self._writing.done():
            self._writing = self._hass.async_create_task(
                self._async_write_all(), "ocpp journal"
            )

    async def _async_write_all(self) -> None:
        while self._waiting or not self._kept:
            waiting, self._waiting = self._waiting, []
            kept = [*self._lines.values()]
            lines = [self._lines[each] for each in waiting if each in self._lines]
            try:
                await self._hass.async_add_executor_job(self._write, lines, kept)
            except OSError as err:
                self._waiting = waiting + self._waiting
                self._async_note_failure(err)
                return
            self._health.async_note_written(_NAME)
            if not kept and not self._waiting:
                return

    def _write(self, lines: Sequence[bytes], kept: Sequence[bytes]) -> None:
        """Add entries; if there is no room, or nothing else is kept, begin anew with what is kept."""
        if not kept:
            self._file.replace([])
            return
        try:
            self._file.add(lines)
        except OSError:
            self._file.replace(kept)

    @callback
    def _async_note_failure(self, err: OSError) -> None:
        self._health.async_note_failure(_NAME, err, self._async_write)


_NAME = "journal"


def journal_file(hass: HomeAssistant, entry_id: str) -> JournalFile:
    """Return the file of a central system."""
    name = f"{DOMAIN}.{entry_id}.journal"
    return JournalFile(Path(hass.config.path(STORAGE_DIR, name)))


def with_entries(stored: Contents, entries: Iterable[JournalEntry]) -> Contents:
    """Return what was stored with the connectors as entries show them that are newer."""
    chargers, account = dict(stored.chargers), stored.site.account
    for entry in entries:
        record = chargers.get(entry.charger_id, Record())
        connector = entry.connector
        if connector is None or entry.number <= record.journaled:
            continue
        before = record.ledgers.get(connector.evse_id, Ledger())
        if entry.number > stored.site.journaled:
            account += connector.ledger.total - before.total
        chargers[entry.charger_id] = replace(
            record,
            memory=_with_connector(record.memory, connector),
            ledgers={**record.ledgers, connector.evse_id: connector.ledger},
        )
    return Contents(chargers, replace(stored.site, account=account))


def _with_connector(memory: Memory, connector: ConnectorState) -> Memory:
    return replace(
        memory,
        evses={**memory.evses, connector.evse_id: connector.evse},
        last_transaction_id=max(
            memory.last_transaction_id, connector.last_transaction_id
        ),
    )


def _subject(entry: JournalEntry) -> tuple[object, ...]:
    """Return the connector or the session that an entry is about; a later one supersedes it."""
    if entry.connector is not None:
        return (entry.charger_id, entry.connector.evse_id)
    session = entry.session
    assert session is not None
    return (entry.charger_id, session.transaction_id, session.started_at)


def _outline(evse: Evse) -> tuple[object, ...]:
    """Return what tells one state of the sessions at a connector from another, whatever is charged meanwhile."""
    return (
        _outline_of(evse.transaction),
        None if evse.superseded is None else _outline_of(evse.superseded.transaction),
        evse.ended_ids,
    )


def _outline_of(transaction: Transaction | None) -> tuple[object, ...] | None:
    if transaction is None:
        return None
    return (
        transaction.id,
        transaction.charger_transaction_id,
        transaction.started_at,
        transaction.ended_at,
        transaction.stop_reason,
    )


def _line(entry: JournalEntry) -> bytes:
    return json_bytes(encode(entry))


def _read(line: bytes) -> JournalEntry | None:
    try:
        return decode(JournalEntry, json_loads(line))
    except (LookupError, TypeError, ValueError) as err:
        _LOGGER.error("An entry of the journal of sessions cannot be read: %s", err)
        return None
