"""Departures that are events in a calendar."""

from collections.abc import Iterable
from datetime import datetime, timedelta
import logging

from homeassistant.components.calendar import DOMAIN as CALENDAR, SERVICE_GET_EVENTS
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util

from ..csms.observers import Listeners

_LOGGER = logging.getLogger(__name__)

ASK_INTERVAL = timedelta(minutes=15)
AHEAD = timedelta(days=7)


class Calendars:
    """The beginnings of the events in some calendars, kept up to date."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without any."""
        self._hass = hass
        self._entry = entry
        self._begins: dict[str, tuple[datetime, ...]] = {}
        self._entity_ids: frozenset[str] = frozenset()
        self._tracking: list[CALLBACK_TYPE] = []
        self._changed = Listeners[()]()
        self._complained: set[str] = set()

    @callback
    def async_follow(self, entity_ids: Iterable[str]) -> None:
        """Follow calendars, and no others."""
        if (wanted := frozenset(entity_ids)) == self._entity_ids:
            return
        self.async_stop()
        self._entity_ids = wanted
        if wanted:
            self._tracking = [
                async_track_state_change_event(
                    self._hass, wanted, self._async_on_change
                ),
                async_track_time_interval(
                    self._hass, self._async_on_interval, ASK_INTERVAL
                ),
            ]
            self._async_ask()

    @callback
    def async_stop(self) -> None:
        """Follow nothing any more."""
        for untrack in self._tracking:
            untrack()
        self._tracking = []
        self._entity_ids = frozenset()

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever an event has come, gone, or moved."""
        return self._changed.add(listener)

    def next_begin(self, entity_id: str | None, now: datetime) -> datetime | None:
        """Return when the next event of a calendar begins."""
        begins = () if entity_id is None else self._begins.get(entity_id, ())
        return min((begin for begin in begins if begin > now), default=None)

    @callback
    def _async_on_change(self, _: Event[EventStateChangedData]) -> None:
        self._async_ask()

    @callback
    def _async_on_interval(self, _: datetime) -> None:
        self._async_ask()

    @callback
    def _async_ask(self) -> None:
        self._entry.async_create_background_task(
            self._hass, self._ask(), "ocpp calendars"
        )

    async def _ask(self) -> None:
        begins: dict[str, tuple[datetime, ...]] = {}
        now = dt_util.now()
        for entity_id in sorted(self._entity_ids):
            try:
                answer = await self._hass.services.async_call(
                    CALENDAR,
                    SERVICE_GET_EVENTS,
                    {
                        "entity_id": entity_id,
                        "start_date_time": now.isoformat(),
                        "end_date_time": (now + AHEAD).isoformat(),
                    },
                    blocking=True,
                    return_response=True,
                )
            except HomeAssistantError as err:
                self._complain(entity_id, str(err))
                continue
            begins[entity_id] = tuple(_begins((answer or {}).get(entity_id)))
        if begins != self._begins:
            self._begins = begins
            self._changed.tell()

    def _complain(self, entity_id: str, reason: str) -> None:
        """Log once that a calendar cannot be read."""
        if entity_id not in self._complained:
            self._complained.add(entity_id)
            _LOGGER.warning("There are no departures from %s: %s", entity_id, reason)


def _begins(answer: object) -> Iterable[datetime]:
    """Return when events begin; one that takes all day has no time of departure."""
    events = answer.get("events") if isinstance(answer, dict) else None
    for event in events if isinstance(events, list) else ():
        told = str(event.get("start"))
        begin = dt_util.parse_datetime(told) if "T" in told or ":" in told else None
        if begin is not None:
            zone = begin.tzinfo or dt_util.get_default_time_zone()
            yield begin.replace(tzinfo=zone)
