"""The departures of cars, as date and time."""

from datetime import datetime
from typing import override

from homeassistant.components.datetime import DateTimeEntity, DateTimeEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .entities.adding import async_add_for_connectors
from .entities.base import PreferenceEntity
from .entities.vehicles.goals import async_add_vehicle_departures
from .hub import OcppConfigEntry

PARALLEL_UPDATES = 0

DEPARTURE = DateTimeEntityDescription(key="departure", translation_key="departure")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the departures of all chargers and vehicles."""
    async_add_vehicle_departures(entry, async_add_entities)
    await async_add_for_connectors(
        entry,
        async_add_entities,
        lambda charger, evse_id: [Departure(charger, evse_id, DEPARTURE)],
    )


class Departure(PreferenceEntity, DateTimeEntity):
    """The next single departure of a car; None once it has passed."""

    @property
    @override
    def native_value(self) -> datetime | None:
        """The departure."""
        departure = self.charger.goal_of(self.evse_id).departure
        return None if departure is None or departure <= dt_util.utcnow() else departure

    @override
    async def async_set_value(self, value: datetime) -> None:
        """Set the departure; a time in the past clears it."""
        self.charger.async_set_goal(self.evse_id, departure=value)
