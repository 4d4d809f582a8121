"""The pace at which states are written whose values change all the time: each state is a row in the recorder's database.

After a calm time, changes are written at once. The more of them there are, the more evenly they are spread; the last one is
always written. Decisions and cards have the values themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
import time
from typing import override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..hub import Hub
from .base import OcppEntity


@dataclass(frozen=True, slots=True)
class Pace:
    """One state in each interval; a few may come earlier, if as many did not come before."""

    every_s: float
    early: int = 3
    """The number of states that may come before their time."""
    apart_s: float = 0.0
    """The time between two states in any case."""


MEASURED = Pace(every_s=30)
"""Readings of a charger's meter."""
COUNTED = Pace(every_s=60)
"""Sums that grow while a car charges."""
SENSED = Pace(every_s=30, early=6, apart_s=10)
"""Readings of the site's meters while a session runs."""
SENSED_AT_REST = Pace(every_s=200, early=6, apart_s=10)
"""Readings of the site's meters while none does."""
AWAITED = Pace(every_s=10, early=6)
"""Changes that automations wait for."""
FLICKERING = Pace(every_s=180, early=6)
"""States that may change with every cloud, but tell nothing new by that."""


class PacedWriter:
    """Writes the states of one entity at a pace, which may change meanwhile."""

    __slots__ = (
        "_cancel",
        "_due_s",
        "_hass",
        "_pace",
        "_write",
        "_written",
        "_wrote_s",
    )

    def __init__(
        self, hass: HomeAssistant, pace: Callable[[], Pace], write: CALLBACK_TYPE
    ) -> None:
        """Initialize; `write` shows the value as it is by then."""
        self._hass = hass
        self._pace = pace
        self._write = write
        self._wrote_s = time.monotonic()
        self._written = 0.0
        """The states that were written, less those whose time has come since."""
        self._cancel: CALLBACK_TYPE | None = None
        self._due_s = 0.0

    @callback
    def async_write_in_time(self) -> None:
        """Write a changed state as soon as its pace allows it."""
        wait_s = self._wait_s()
        if wait_s <= 0:
            self.async_write_now()
        else:
            self._async_wait(wait_s)

    @callback
    def async_write_now(self) -> None:
        """Write a state that cannot wait."""
        self.async_stop()
        now_s = time.monotonic()
        self._written = self._written_at(now_s) + 1
        self._wrote_s = now_s
        self._write()

    @callback
    def async_start_anew(self) -> None:
        """Count nothing that was written before."""
        self._written = 0.0

    @callback
    def async_stop(self) -> None:
        """Write nothing of what waits."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _async_wait(self, wait_s: float) -> None:
        due_s = time.monotonic() + wait_s
        if self._cancel is not None and due_s >= self._due_s:
            return
        self.async_stop()
        self._due_s = due_s
        self._cancel = async_call_later(self._hass, wait_s, self._async_write_due)

    @callback
    def _async_write_due(self, _: datetime) -> None:
        self._cancel = None
        self.async_write_now()

    def _written_at(self, now_s: float) -> float:
        return max(0.0, self._written - (now_s - self._wrote_s) / self._pace().every_s)

    def _wait_s(self) -> float:
        pace, now_s = self._pace(), time.monotonic()
        if not self._written:
            return 0.0
        in_turn_s = (self._written_at(now_s) - pace.early) * pace.every_s
        return max(in_turn_s, self._wrote_s + pace.apart_s - now_s)


class PacedEntity(OcppEntity):
    """An entity that writes what has changed at a pace, but what cannot wait at once."""

    _writer: PacedWriter | None = None

    @property
    def pace(self) -> Pace:
        """The present pace."""
        return COUNTED

    @property
    def cannot_wait(self) -> bool:
        """True if a change must be seen at once, as it is the last one for a while."""
        return False

    @callback
    def async_start_anew(self) -> None:
        """Have the next change seen at once."""
        if self._writer is not None:
            self._writer.async_start_anew()

    @callback
    @override
    def async_write_changed(self) -> None:
        """Write the state in time if it has changed."""
        if self.shown == self._last_shown:
            return
        if self._writer is None:
            write = super().async_write_changed
            self._writer = PacedWriter(self.hass, lambda: self.pace, write)
            self.async_on_remove(self._writer.async_stop)
        if self.cannot_wait:
            self._writer.async_write_now()
        else:
            self._writer.async_write_in_time()


class SensedEntity(PacedEntity):
    """An entity that shows what the site's meters say."""

    hub: Hub

    @property
    @override
    def pace(self) -> Pace:
        """Quicker while a session runs."""
        return SENSED if self.hub.chargers.in_session else SENSED_AT_REST
