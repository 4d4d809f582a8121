"""The ended sessions of many years, in a small database.

A session is written in one transaction, so after a power cut all of it is there or nothing. Running sessions are
stored elsewhere, together with the energy register of their charger. What cannot be written waits.
"""

import asyncio
from collections.abc import Callable, Sequence
import logging
from pathlib import Path
import sqlite3
import time

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..csms.observers import Listeners
from ..errors import failure
from ..storage.health import storage_health
from .records import SessionFilter, SessionRecord
from .retention import SteadyClock
from .session_file import Key, SessionFile, key_of

_LOGGER = logging.getLogger(__name__)


class SessionDatabase:
    """The database of the ended sessions of a central system."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize; the file is made when there is something to keep."""
        self._hass = hass
        self._name = f"{DOMAIN}.{entry_id}.sessions"
        self._file = SessionFile(
            Path(hass.config.path(STORAGE_DIR, self._name)), self._on_damage
        )
        self._health = storage_health(hass, entry_id)
        self._clock = SteadyClock(dt_util.utcnow(), time.monotonic())
        self._waiting: dict[Key, SessionRecord] = {}
        self._put = Listeners[SessionRecord]()
        self._written = Listeners[Sequence[SessionRecord]]()
        self._busy = asyncio.Lock()
        self._held = False
        self._writing: asyncio.Task[None] | None = None

    @callback
    def async_subscribe(
        self,
        put: Callable[[SessionRecord], None],
        written: Callable[[Sequence[SessionRecord]], None],
    ) -> CALLBACK_TYPE:
        """Call `put` with each session that is to be written, and `written` with those that were."""
        stops = (self._put.add(put), self._written.add(written))

        def stop() -> None:
            for each in stops:
                each()

        return stop

    @callback
    def async_put(self, record: SessionRecord) -> None:
        """Write a session, which replaces an earlier record of it."""
        self._waiting[key_of(record)] = record
        self._put.tell(record)
        self._async_write()

    @callback
    def _async_write(self) -> None:
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
                        self._file.write, [*records.values()]
                    )
                except (OSError, sqlite3.Error) as err:
                    self._async_note_failure(err)
                    return
                for key, record in records.items():
                    if self._waiting[key] is record:
                        del self._waiting[key]
                self._health.async_note_written(self._name)
                self._written.tell([*records.values()])

    @callback
    def _async_note_failure(self, err: OSError | sqlite3.Error) -> None:
        if not self._health.is_failing(self._name):
            _LOGGER.error("Sessions cannot be written to %s: %s", self._name, err)
        self._health.async_note_failure(self._name, err, self._async_write)

    async def async_expire(self) -> None:
        """Delete what was kept for long enough, if the clock can be believed; to be called now and then."""
        now, counter_s = dt_util.utcnow(), time.monotonic()
        self._clock.note(now, counter_s)
        if not self._clock.is_steady(counter_s) or self._held:
            return
        async with self._busy:
            try:
                await self._hass.async_add_executor_job(self._file.expire, now)
            except (OSError, sqlite3.Error) as err:
                _LOGGER.warning("Old sessions cannot be deleted: %s", err)

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
        async with self._busy:
            # Those that wait may be known better than those that were written.
            waiting = dict(self._waiting)
            try:
                found = await self._hass.async_add_executor_job(
                    self._file.find, session_filter
                )
            except (OSError, sqlite3.Error) as err:
                raise failure("sessions_unreadable", reason=str(err)) from err
        sessions = {key_of(record): record for record in found} | {
            key: record
            for key, record in waiting.items()
            if session_filter.matches(record)
        }
        return sorted(sessions.values(), key=lambda record: record.started_at)

    async def async_remove(self) -> None:
        """Remove the database."""
        await self._hass.async_add_executor_job(self._file.remove)

    def _on_damage(self, aside: Path) -> None:
        """Note, from a thread, that a damaged file was set aside."""
        self._hass.loop.call_soon_threadsafe(
            self._health.async_note_damage, self._name, aside.name
        )
