"""Departures that are events in a calendar."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .followed import Followed

GET_EVENTS = "get_events"
"""The action of calendars that answers with what is in them."""

AHEAD = timedelta(days=7)


class Calendars(Followed[Mapping[str, Sequence[datetime]]]):
    """The beginnings of the events in some calendars, kept up to date."""

    complaint = "There are no departures from %s: %s"

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without calendars."""
        super().__init__(hass, entry, {})

    @callback
    @override
    def async_follow(self, entity_ids: Iterable[str]) -> None:
        wanted = tuple(sorted(set(entity_ids)))
        if wanted != self._entity_ids:
            super().async_follow(wanted)

    def next_begin(self, entity_id: str | None, now: datetime) -> datetime | None:
        """Return the beginning of the next event of a calendar."""
        begins = () if entity_id is None else self.latest.get(entity_id, ())
        return min((begin for begin in begins if begin > now), default=None)

    @callback
    @override
    def _async_read(self) -> None:
        if self._entity_ids:
            self._entry.async_create_background_task(
                self._hass, self._ask(), "ocpp calendars"
            )

    async def _ask(self) -> None:
        begins: dict[str, Sequence[datetime]] = {}
        for entity_id in self._entity_ids:
            events = await self._events_of(entity_id)
            begins[entity_id] = (
                # A calendar that cannot be read now has the events that it had.
                self.latest.get(entity_id, ())
                if events is None
                else tuple(_begins(events))
            )
        self._async_take(begins)

    async def _events_of(self, entity_id: str) -> Sequence[Mapping[str, object]] | None:
        """Return the events in a calendar; None while it does not tell them."""
        state = self._hass.states.get(entity_id)
        if state is None or state.state == STATE_UNAVAILABLE:
            return None
        now = dt_util.now()
        try:
            answer = await self._hass.services.async_call(
                Platform.CALENDAR,
                GET_EVENTS,
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
            return None
        told = (answer or {}).get(entity_id)
        events = told.get("events") if isinstance(told, dict) else None
        return (
            [event for event in events if isinstance(event, dict)]
            if isinstance(events, list)
            else None
        )


def _begins(events: Iterable[Mapping[str, object]]) -> Iterable[datetime]:
    """Yield the beginnings of events, except those that last all day."""
    for event in events:
        start = str(event.get("start"))
        begin = dt_util.parse_datetime(start) if "T" in start or ":" in start else None
        if begin is not None:
            zone = begin.tzinfo or dt_util.get_default_time_zone()
            yield begin.replace(tzinfo=zone)
