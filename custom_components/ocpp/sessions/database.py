"""The ended sessions of many years, in a small database.

A session is written in one transaction, so after a power cut all of it is there or nothing. Running sessions are
stored elsewhere, together with the energy register of their charger.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
import logging
from pathlib import Path
import sqlite3

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util
from homeassistant.util.json import json_loads

from ..const import DOMAIN
from ..errors import failure
from ..storage.codec import decode, encode
from .records import SessionFilter, SessionRecord

_LOGGER = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=10 * 365.25)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS session (
    charger_id TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    started_at REAL NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (charger_id, transaction_id, started_at)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_started_at ON session (started_at);
"""

_FIND = """
SELECT record FROM session WHERE started_at >= ? AND started_at < ?
AND (? IS NULL OR charger_id IN (SELECT value FROM json_each(CAST(? AS TEXT))))
"""


class SessionDatabase:
    """The database of the ended sessions of a central system."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize; the file is made when there is something to keep."""
        self._hass = hass
        self._path = Path(
            hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry_id}.sessions")
        )
        self._waiting: dict[tuple[str, str, float], SessionRecord] = {}
        self._busy = asyncio.Lock()
        self._held = False
        self._writing: asyncio.Task[None] | None = None

    @callback
    def async_put(self, record: SessionRecord) -> None:
        """Write a session, which replaces an earlier record of it."""
        self._waiting[_key(record)] = record
        if self._writing is None or self._writing.done():
            self._writing = self._hass.async_create_task(
                self.async_flush(), "ocpp sessions"
            )

    async def async_flush(self) -> None:
        """Write the waiting sessions; they keep waiting if that fails."""
        async with self._busy:
            while self._waiting and not self._held:
                records = dict(self._waiting)
                try:
                    await self._hass.async_add_executor_job(
                        self._write, [*records.values()]
                    )
                except (OSError, sqlite3.Error) as err:
                    _LOGGER.error(
                        "Sessions cannot be written to %s: %s", self._path, err
                    )
                    return
                for key, record in records.items():
                    if self._waiting[key] is record:
                        del self._waiting[key]

    async def async_hold(self) -> None:
        """Pause writing until it is released; sessions wait meanwhile."""
        self._held = True
        async with self._busy:
            # No write is in progress any more.
            return

    async def async_release(self) -> None:
        """Resume writing."""
        self._held = False
        await self.async_flush()

    async def async_find(self, session_filter: SessionFilter) -> list[SessionRecord]:
        """Return the sessions that match a filter, the earliest first.

        Raises:
            HomeAssistantError: when they cannot be read.
        """
        await self.async_flush()
        unwritten = [
            record
            for record in self._waiting.values()
            if session_filter.matches(record)
        ]
        try:
            found = await self._hass.async_add_executor_job(self._read, session_filter)
        except (OSError, sqlite3.Error) as err:
            raise failure("sessions_unreadable", reason=str(err)) from err
        return sorted([*found, *unwritten], key=lambda record: record.started_at)

    async def async_remove(self) -> None:
        """Remove the database."""
        await self._hass.async_add_executor_job(self._unlink)

    # All methods below block, and must not be called in the event loop.

    def _write(self, records: Sequence[SessionRecord]) -> None:
        rows = [
            (*_key(record), json_bytes(encode(record)).decode()) for record in records
        ]
        with self._database() as database:
            database.executemany(
                "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)", rows
            )
            oldest = (dt_util.utcnow() - KEPT_FOR).timestamp()
            database.execute("DELETE FROM session WHERE started_at < ?", (oldest,))

    def _read(self, session_filter: SessionFilter) -> list[SessionRecord]:
        if not self._path.exists():
            return []
        since = (
            0.0 if session_filter.since is None else session_filter.since.timestamp()
        )
        until = (
            float("inf")
            if session_filter.until is None
            else session_filter.until.timestamp()
        )
        places = session_filter.places
        chargers = None if places is None else json_bytes([id_ for id_, _ in places])
        with self._database() as database:
            rows = database.execute(_FIND, (since, until, chargers, chargers))
            records = [decode(SessionRecord, json_loads(stored)) for (stored,) in rows]
        return [record for record in records if session_filter.matches(record)]

    def _unlink(self) -> None:
        self._path.unlink(missing_ok=True)

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """Open the database for one transaction; a corrupt file is moved aside."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            database = self._opened()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as err:
            aside = self._path.with_name(f"{self._path.name}.corrupt")
            _LOGGER.error(
                "%s cannot be read and is moved to %s: %s", self._path, aside, err
            )
            self._path.replace(aside)
            database = self._opened()
        with closing(database), database:
            yield database

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=30)
        try:
            database.executescript(_SCHEMA)
        except sqlite3.Error:
            database.close()
            raise
        return database


def _key(record: SessionRecord) -> tuple[str, str, float]:
    """Return the key of a session; a charger that was set up anew may use a transaction id again."""
    return (record.charger_id, record.transaction_id, record.started_at.timestamp())
