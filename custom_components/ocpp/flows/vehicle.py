"""The form section for the car that uses a charger, and its departures."""

import probatio

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    TextSelector,
    TimeSelector,
)

from ..config.vehicle import WEEKDAYS
from ..const import (
    CONF_BATTERY_CAPACITY,
    CONF_CALENDAR,
    CONF_SOC_ENTITY,
    CONF_VEHICLE_NAME,
)
from .selectors import box

VEHICLE = probatio.Schema(
    {
        probatio.Optional(CONF_VEHICLE_NAME): TextSelector(),
        probatio.Optional(CONF_SOC_ENTITY): EntitySelector(
            EntitySelectorConfig(
                domain=["sensor", "number", "input_number"],
                device_class=SensorDeviceClass.BATTERY,
            )
        ),
        probatio.Optional(CONF_BATTERY_CAPACITY): box(1, 1000, "kWh", 0.1),
        probatio.Optional(CONF_CALENDAR): EntitySelector(
            EntitySelectorConfig(domain="calendar")
        ),
        **{probatio.Optional(weekday): TimeSelector() for weekday in WEEKDAYS},
    }
)
