"""Sensors of the surplus, and of the delay with which the grid meter shows it."""

from collections.abc import Mapping
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfPower, UnitOfTime

from .base import HubEntity
from .described import DescribedSensor

SURPLUS = SensorEntityDescription(
    key="solar_surplus",
    translation_key="solar_surplus",
    device_class=SensorDeviceClass.POWER,
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=UnitOfPower.WATT,
    suggested_display_precision=0,
)

METER_DELAY = SensorEntityDescription(
    key="meter_delay",
    translation_key="meter_delay",
    device_class=SensorDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    suggested_display_precision=0,
    entity_category=EntityCategory.DIAGNOSTIC,
)


class _SensedSensor(HubEntity, DescribedSensor):
    """A sensor of what is known by the meters of the site."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the site."""
        self.async_follow(self.hub.site.async_subscribe_surplus)


class SurplusSensor(_SensedSensor):
    """The power that cars could draw without any import."""

    @property
    @override
    def native_value(self) -> float | None:
        """The surplus in watts; negative while the house imports without the cars."""
        return self.hub.site.surplus_w


class MeterDelaySensor(_SensedSensor):
    """The time by which the grid meter is late, learned from the steps of the cars or set by the owner."""

    @property
    @override
    def native_value(self) -> float | None:
        """The delay in seconds that counts; None until it is set, or a car has made a step."""
        return self.hub.site.meter_delay.seconds

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, float | bool | None]:
        """The delay that the cars have shown, and the origin of the one that counts."""
        delay = self.hub.site.meter_delay
        return {
            "set_by_owner": delay.stated_s is not None,
            "learned": delay.learned_s,
        }
