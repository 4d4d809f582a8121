"""Values that are read from entities of the user's and kept up to date."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ..csms.observers import Listeners
from ..following import EntityFollower

_LOGGER = logging.getLogger(__name__)

READ_INTERVAL = timedelta(minutes=15)
"""The interval at which entities are read besides, as some answer only when they are asked."""


class Followed[ValueT](ABC):
    """A value that is read from entities at each change, and at an interval."""

    complaint: str
    """The log message about an unusable entity, with its name and the reason."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, latest: ValueT) -> None:
        """Initialize without entities."""
        self._hass = hass
        self._entry = entry
        self._follower = EntityFollower(hass, self._async_read)
        self._stop_interval: CALLBACK_TYPE | None = None
        self._changed = Listeners[()]()
        self._complained: set[str] = set()
        self._entity_ids: tuple[str, ...] = ()
        self.latest = latest
        """The value that was read last."""

    @callback
    def async_follow(self, entity_ids: Iterable[str]) -> None:
        """Read the value from these entities from now on."""
        self.async_stop()
        self._entity_ids = tuple(entity_ids)
        self._complained = set()
        self._follower.async_follow(self._entity_ids)
        self._stop_interval = async_track_time_interval(
            self._hass, self._async_on_interval, READ_INTERVAL
        )
        self._async_refresh()

    @callback
    def async_stop(self) -> None:
        """Follow no entity any more."""
        self._entity_ids = ()
        self._follower.async_stop()
        if self._stop_interval is not None:
            self._stop_interval()
            self._stop_interval = None

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever the value has changed."""
        return self._changed.add(listener)

    @callback
    def _async_on_interval(self, _: datetime) -> None:
        self._async_refresh()

    @callback
    def _async_refresh(self) -> None:
        """Read the value at the interval, including sources besides the states."""
        self._async_read()

    @abstractmethod
    @callback
    def _async_read(self) -> None:
        """Read the value from the states of the entities."""

    @callback
    def _async_take(self, value: ValueT) -> None:
        """Take over a value, and notify the listeners if it is new."""
        if value != self.latest:
            self.latest = value
            self._changed.tell()

    def _complain(self, source: str, reason: str) -> None:
        """Log once that an entity is unusable."""
        if source not in self._complained:
            self._complained.add(source)
            _LOGGER.warning(self.complaint, source, reason)
