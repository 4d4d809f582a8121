"""Public holidays: dates that the user has entered, and those of calendars and of sensors of working days."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant, callback, split_entity_id
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .calendars import GET_EVENTS
from .followed import Followed
from .reading.words import has_stem
from .time_of_use import AHEAD_DAYS

WORKDAY = "workday"
"""The integration whose sensors tell working days, and whose action those to come."""
CHECK_DATE = "check_date"
SATURDAY = 5
LEAP_YEAR = 2024
_HOLIDAYS = (
    "holiday",
    "vacation",
    "feiertag",
    "feries",
    "festiv",
    "helligdag",
    "feestdag",
    "feriado",
)
"""Beginnings of words in the names of sensors that are on at holidays; all others are on at working days."""


class Holidays(Followed[frozenset[date]]):
    """The holidays until a week ahead, as far as they are known."""

    complaint = "There are no holidays from %s: %s"

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without holidays."""
        super().__init__(hass, entry, frozenset())
        self._entered: tuple[str, ...] = ()
        self._told: dict[str, frozenset[date]] = {}

    @callback
    def async_start(self, entity_ids: Iterable[str], entered: Iterable[str]) -> None:
        """Follow the entities; call it again when the user has chosen others."""
        self._entered, entity_ids = tuple(entered), tuple(entity_ids)
        self._told = {
            entity_id: self._told.get(entity_id, frozenset())
            for entity_id in entity_ids
        }
        self.async_follow(entity_ids)

    @callback
    @override
    def _async_read(self) -> None:
        self._publish()
        if self._entity_ids:
            self._entry.async_create_background_task(
                self._hass, self._ask(), "ocpp holidays"
            )

    @callback
    def _publish(self) -> None:
        """Take over what is known by now."""
        days = _days(dt_util.now().date())
        entered = {
            day
            for day in days
            for text in self._entered
            if _date(text, day.year) == day
        }
        self._async_take(frozenset(entered.union(*self._told.values())))

    async def _ask(self) -> None:
        """Ask the entities for the days ahead; what they told before stays known while they do not answer."""
        for entity_id in self._entity_ids:
            days = _days(dt_util.now().date())
            try:
                if split_entity_id(entity_id)[0] == Platform.CALENDAR:
                    told = await self._in_calendar(entity_id, days)
                else:
                    told = await self._by_sensor(entity_id, days)
            except HomeAssistantError as err:
                self._complain(entity_id, str(err))
                continue
            if told is not None and entity_id in self._told:
                self._told[entity_id] = frozenset(told)
        self._publish()

    async def _in_calendar(
        self, entity_id: str, days: Iterable[date]
    ) -> set[date] | None:
        """Return the days of events that last all day; None while the calendar does not tell."""
        first, *_, last = days
        answer = await self._hass.services.async_call(
            Platform.CALENDAR,
            GET_EVENTS,
            {
                "entity_id": entity_id,
                "start_date_time": dt_util.start_of_local_day(first).isoformat(),
                "end_date_time": dt_util.start_of_local_day(last).isoformat(),
            },
            blocking=True,
            return_response=True,
        )
        told = (answer or {}).get(entity_id)
        events = told.get("events") if isinstance(told, dict) else None
        if not isinstance(events, list):
            return None
        return {
            day
            for event in events
            if isinstance(event, dict)
            for day in days
            if _lasts_all(event, day)
        }

    async def _by_sensor(
        self, entity_id: str, days: Iterable[date]
    ) -> set[date] | None:
        """Return the days that should be working days and are not; None while the sensor does not tell."""
        entity = er.async_get(self._hass).async_get(entity_id)
        if entity is not None and entity.platform == WORKDAY:
            return {
                day
                for day in days
                if day.weekday() < SATURDAY
                and not await self._is_workday(entity_id, day)
            }
        state = self._hass.states.get(entity_id)
        if state is None or state.state not in (STATE_ON, STATE_OFF):
            return None
        today = dt_util.now().date()
        shows_holidays = has_stem(entity_id, _HOLIDAYS)
        is_holiday = (state.state == STATE_ON) is shows_holidays
        expected = today.weekday() < SATURDAY or shows_holidays
        return {today} if is_holiday and expected else set()

    async def _is_workday(self, entity_id: str, day: date) -> bool:
        answer = await self._hass.services.async_call(
            WORKDAY,
            CHECK_DATE,
            {"entity_id": entity_id, "check_date": day.isoformat()},
            blocking=True,
            return_response=True,
        )
        told = (answer or {}).get(entity_id)
        if not isinstance(told, dict):
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="workday_silent"
            )
        return told.get("workday") is not False


def _days(today: date) -> list[date]:
    """Return the days that tariffs are known for, and one more."""
    return [today + timedelta(days=ahead) for ahead in range(-1, AHEAD_DAYS + 1)]


def is_date(entered: str) -> bool:
    """Return True if a text is a date such as 2026-12-25, or such as 12-25 for each year."""
    return _date(entered, LEAP_YEAR) is not None


def _date(entered: str, year: int) -> date | None:
    """Return the date that was entered, in a year if it is for each."""
    text = entered.strip()
    try:
        return date.fromisoformat(
            f"{year}-{text}" if len(text) == len("12-25") else text
        )
    except ValueError:
        return None


def _lasts_all(event: Mapping[str, object], day: date) -> bool:
    try:
        first = date.fromisoformat(str(event.get("start")))
        end = date.fromisoformat(str(event.get("end")))
    except ValueError:
        # It begins or ends at some time of the day.
        return False
    return first <= day < max(end, first + timedelta(days=1))
