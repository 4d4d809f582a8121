"""The description of energy sensors: counted in watt-hours, shown in kilowatt-hours.

Keys and units must stay as they are: unique ids and long-term statistics depend on them.
"""

from dataclasses import dataclass

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfEnergy


@dataclass(frozen=True, kw_only=True)
class EnergyDescription(SensorEntityDescription):
    """A sensor of energy that only grows."""

    device_class: SensorDeviceClass | None = SensorDeviceClass.ENERGY
    state_class: SensorStateClass | None = SensorStateClass.TOTAL_INCREASING
    native_unit_of_measurement: str | None = UnitOfEnergy.WATT_HOUR
    suggested_unit_of_measurement: str | None = UnitOfEnergy.KILO_WATT_HOUR
    suggested_display_precision: int | None = 2
