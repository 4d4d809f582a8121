"""The file of the ended sessions: an SQLite database, and what becomes of it when it is damaged."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
import logging
from pathlib import Path
import sqlite3
from urllib.parse import quote

from homeassistant.helpers.json import json_bytes
from homeassistant.util.json import json_loads

from ..csms.files.private import make_file, make_folder
from ..csms.metering.charger_clock import FIRST_CREDIBLE
from ..storage.codec import decode, encode
from .records import SessionFilter, SessionRecord
from .retention import WITNESSES, day_of, expired_before_s

_LOGGER = logging.getLogger(__name__)

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
_INSERT = "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)"
_SALVAGE = "INSERT OR IGNORE INTO session VALUES (?, ?, ?, ?)"
_FROM_BOTH_ENDS = (
    "SELECT * FROM session ORDER BY charger_id, transaction_id, started_at",
    "SELECT * FROM session"
    " ORDER BY charger_id DESC, transaction_id DESC, started_at DESC",
)
_LATEST = "SELECT started_at FROM session ORDER BY started_at DESC LIMIT ?"
_EARLIEST = "SELECT MIN(started_at) FROM session WHERE started_at >= ?"
_EXPIRE = "DELETE FROM session WHERE started_at >= ? AND started_at < ?"

_MOST_SET_ASIDE = 9
"""The number of damaged files that are kept; after that, the last one is replaced."""

type Key = tuple[str, str, float]
type _Row = tuple[str, str, float, str]


def key_of(record: SessionRecord) -> Key:
    """Return the key of a session; a charger that was set up anew may use a transaction id again."""
    return (record.charger_id, record.transaction_id, record.started_at.timestamp())


class SessionFile:
    """The file of one central system; all methods block, and one runs at a time."""

    def __init__(self, path: Path, on_damage: Callable[[Path], None]) -> None:
        """Initialize; `on_damage` is told of the name under which a damaged file was set aside."""
        self._path = path
        self._on_damage = on_damage

    def write(self, records: Sequence[SessionRecord]) -> None:
        """Write sessions, all or none.

        Raises:
            OSError, sqlite3.Error: when they cannot be written.
        """
        rows = [
            (*key_of(record), json_bytes(encode(record)).decode()) for record in records
        ]
        self._mended(lambda: self._change(_INSERT, rows))

    def find(self, session_filter: SessionFilter) -> list[SessionRecord]:
        """Return the sessions that match a filter.

        Raises:
            OSError, sqlite3.Error: when they cannot be read.
        """
        if not self._path.exists():
            return []
        found = self._mended(lambda: self._found(session_filter))
        records = (_read(stored) for stored in found)
        return [each for each in records if each and session_filter.matches(each)]

    def expire(self, now: datetime) -> None:
        """Delete sessions that were kept for long enough; once a day at most.

        Raises:
            OSError, sqlite3.Error: when the file cannot be read or written.
        """
        if self._path.exists():
            self._mended(lambda: self._expire(now))

    def remove(self) -> None:
        """Remove the file, and those that were set aside."""
        for path in self._path.parent.glob(f"{self._path.name}*"):
            path.unlink(missing_ok=True)

    def _change(self, statement: str, rows: Sequence[_Row]) -> None:
        make_folder(self._path.parent)
        # The journals of the database have the mode of the database.
        make_file(self._path)
        with closing(sqlite3.connect(self._path, timeout=30)) as database:
            database.executescript(_SCHEMA)
            with database:
                database.executemany(statement, rows)

    def _found(self, session_filter: SessionFilter) -> list[str]:
        since, until = session_filter.since, session_filter.until
        places = session_filter.places
        chargers = None if places is None else json_bytes([id_ for id_, _ in places])
        with closing(_opened(self._path)) as database:
            if not _has_table(database):
                return []
            wanted = (
                0.0 if since is None else since.timestamp(),
                float("inf") if until is None else until.timestamp(),
                chargers,
                chargers,
            )
            return [stored for (stored,) in database.execute(_FIND, wanted)]

    def _expire(self, now: datetime) -> None:
        with closing(_opened(self._path)) as database, database:
            (last_day,) = database.execute("PRAGMA user_version").fetchone()
            if last_day == day_of(now) or not _has_table(database):
                return
            first_s = FIRST_CREDIBLE.timestamp()
            latest = database.execute(_LATEST, (WITNESSES,)).fetchall()
            (earliest_s,) = database.execute(_EARLIEST, (first_s,)).fetchone()
            if earliest_s is not None:
                latest_s = [at_s for (at_s,) in latest]
                before_s = expired_before_s(now, latest_s, earliest_s)
                if before_s is not None:
                    database.execute(_EXPIRE, (first_s, before_s))
            database.execute(f"PRAGMA user_version = {day_of(now)}")

    # A damaged file.

    def _mended[T](self, work: Callable[[], T]) -> T:
        """Return the result of work on the file; a damaged one is set aside, and what can be read of it is kept."""
        try:
            return work()
        except sqlite3.DatabaseError as err:
            if not _is_damage(err):
                raise
            aside = self._set_aside()
            _LOGGER.error(
                "%s cannot be read and is moved to %s: %s", self._path, aside, err
            )
            self._on_damage(aside)
        if rows := list(_salvaged(aside)):
            self._change(_SALVAGE, rows)
        return work()

    def _set_aside(self) -> Path:
        first = self._path.with_name(f"{self._path.name}.corrupt")
        names = [
            first if number == 1 else first.with_name(f"{first.name}-{number}")
            for number in range(1, _MOST_SET_ASIDE + 1)
        ]
        aside = next((name for name in names if not name.exists()), names[-1])
        # An unfinished transaction would be rolled back into the new file.
        with suppress(FileNotFoundError):
            _rollback_of(self._path).replace(_rollback_of(aside))
        self._path.replace(aside)
        return aside


def _rollback_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file that is there; on a full disk, it can be read nevertheless."""
    database = sqlite3.connect(f"file:{quote(str(path))}?mode=rw", timeout=30, uri=True)
    # A damaged text would otherwise cost all that are read with it.
    database.text_factory = lambda text: text.decode(errors="replace")
    return database


def _has_table(database: sqlite3.Connection) -> bool:
    found = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'session'")
    return found.fetchone() is not None


def _is_damage(err: sqlite3.Error) -> bool:
    primary = getattr(err, "sqlite_errorcode", 0) & 0xFF
    return primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _salvaged(path: Path) -> Iterator[_Row]:
    """Yield what can be read of a damaged file, from both ends."""
    for statement in _FROM_BOTH_ENDS:
        with suppress(sqlite3.Error), closing(_opened(path)) as database:
            yield from database.execute(statement)


def _read(stored: str) -> SessionRecord | None:
    """Return a stored session; None if it cannot be read, which costs the others nothing."""
    try:
        return decode(SessionRecord, json_loads(stored))
    except (LookupError, TypeError, ValueError) as err:
        _LOGGER.error("A stored session cannot be read: %s", err)
        return None
