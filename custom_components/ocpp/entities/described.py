"""The base of sensors whose descriptions say all about them."""

from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)

from .base import OcppEntity


class DescribedSensor(OcppEntity, SensorEntity):
    """A sensor that leaves to its description what Home Assistant would keep for each sensor."""

    entity_description: SensorEntityDescription

    @property
    @override
    def device_class(self) -> SensorDeviceClass | None:
        """The kind of value."""
        return self.entity_description.device_class

    @property
    @override
    def state_class(self) -> SensorStateClass | None:
        """The kind of statistics."""
        return self.entity_description.state_class

    @property
    @override
    def options(self) -> list[str] | None:
        """The possible values, if they are known."""
        return self.entity_description.options

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """The unit of the value."""
        return self.entity_description.native_unit_of_measurement

    @property
    @override
    def suggested_unit_of_measurement(self) -> str | None:
        """The unit in which it is shown first."""
        return self.entity_description.suggested_unit_of_measurement

    @property
    @override
    def suggested_display_precision(self) -> int | None:
        """The number of decimals with which it is shown first."""
        return self.entity_description.suggested_display_precision
