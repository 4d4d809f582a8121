"""The car that uses a charger, and its departures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from ..const import (
    CONF_BATTERY_CAPACITY,
    CONF_CALENDAR,
    CONF_SOC_ENTITY,
    CONF_VEHICLE_NAME,
)

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """The car that uses a charger, and its regular departures.

    `weekly` has the times of departure by the day of the week, Monday being 0. `calendar` is an entity: each of its
    events begins with a departure.
    """

    name: str | None = None
    soc_entity: str | None = None
    capacity_wh: float | None = None
    calendar: str | None = None
    weekly: Mapping[int, time] = field(default_factory=dict)


def vehicle_of(given: Mapping[str, object]) -> Vehicle:
    """Return the vehicle that a section of a charger's subentry describes."""
    name = given.get(CONF_VEHICLE_NAME)
    soc_entity, calendar = given.get(CONF_SOC_ENTITY), given.get(CONF_CALENDAR)
    capacity_kwh = given.get(CONF_BATTERY_CAPACITY)
    return Vehicle(
        name=(name.strip() or None) if isinstance(name, str) else None,
        soc_entity=soc_entity if isinstance(soc_entity, str) else None,
        capacity_wh=capacity_kwh * 1000
        if isinstance(capacity_kwh, int | float)
        else None,
        calendar=calendar if isinstance(calendar, str) else None,
        weekly={
            number: time.fromisoformat(at)
            for number, weekday in enumerate(WEEKDAYS)
            if isinstance(at := given.get(weekday), str)
        },
    )
