"""The state of charge of the car at a connector, from an entity of the user's or from the charger."""

from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE
from homeassistant.core import callback

from ...chargers.charger import Charger
from ...following import EntityFollower
from ...planning.goals import tells_soc, vehicle_soc_percent
from ..base import PreferenceEntity
from ..described import DescribedSensor

VEHICLE_SOC = SensorEntityDescription(
    key="vehicle_soc",
    translation_key="vehicle_soc",
    device_class=SensorDeviceClass.BATTERY,
    native_unit_of_measurement=PERCENTAGE,
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=0,
)


class VehicleSoc(PreferenceEntity, DescribedSensor):
    """The state of charge of the car."""

    entity_description = VEHICLE_SOC
    _follower: EntityFollower

    def __init__(self, charger: Charger, evse_id: int) -> None:
        """Initialize."""
        super().__init__(charger, evse_id, VEHICLE_SOC)

    @override
    def is_known(self) -> bool:
        """Return True if there is a source."""
        return tells_soc(self.charger, self.evse_id)

    @property
    @override
    def native_value(self) -> float | None:
        """The state of charge."""
        return vehicle_soc_percent(self.hass, self.charger, self.evse_id)

    @property
    @override
    def shown(self) -> float | None:
        return self.native_value

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the charger, the car's own entity, and the choice of that entity."""
        await super().async_added_to_hass()
        self._follower = EntityFollower(self.hass, self.async_write_changed)
        self.async_on_remove(self._follower.async_stop)
        self._async_follow_vehicle()
        self.async_follow(
            lambda changed: self.charger.station.subscribe_evse(
                self.evse_id, lambda _: changed()
            )
        )

    @callback
    @override
    def _async_on_preference(self, evse_id: int) -> None:
        self._async_follow_vehicle()
        self.async_write_changed()

    @callback
    def _async_follow_vehicle(self) -> None:
        self._follower.async_follow([self.charger.vehicle_of(self.evse_id).soc_entity])
