"""The form section for the car that uses a charger, and when it departs."""

from collections.abc import Mapping
from datetime import time

import probatio

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TimeSelector,
)

from ..chargers.departures import Vehicle
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

VEHICLE = probatio.Schema(
    {
        probatio.Optional(CONF_VEHICLE_NAME): TextSelector(),
        probatio.Optional(CONF_SOC_ENTITY): EntitySelector(
            EntitySelectorConfig(
                domain=["sensor", "number", "input_number"],
                device_class=SensorDeviceClass.BATTERY,
            )
        ),
        probatio.Optional(CONF_BATTERY_CAPACITY): NumberSelector(
            NumberSelectorConfig(
                min=1,
                max=1000,
                step=0.1,
                unit_of_measurement="kWh",
                mode=NumberSelectorMode.BOX,
            )
        ),
        probatio.Optional(CONF_CALENDAR): EntitySelector(
            EntitySelectorConfig(domain="calendar")
        ),
        **{probatio.Optional(weekday): TimeSelector() for weekday in WEEKDAYS},
    }
)


def vehicle_of(told: Mapping[str, object]) -> Vehicle:
    """Return what was filled in."""
    name = told.get(CONF_VEHICLE_NAME)
    soc_entity, calendar = told.get(CONF_SOC_ENTITY), told.get(CONF_CALENDAR)
    capacity_kwh = told.get(CONF_BATTERY_CAPACITY)
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
            if isinstance(at := told.get(weekday), str)
        },
    )
