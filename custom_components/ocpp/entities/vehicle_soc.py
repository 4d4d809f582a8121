"""How full the car at a connector is: as an entity of the user's tells it, else as the charger does."""

from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE
from homeassistant.core import callback

from ..chargers.charger import Charger
from ..csms.metering.meter import Measurand
from ..csms.model import Evse
from ..following import EntityFollower
from ..planning.goals import vehicle_soc_percent
from .base import PreferenceEntity

VEHICLE_SOC = SensorEntityDescription(
    key="vehicle_soc",
    translation_key="vehicle_soc",
    device_class=SensorDeviceClass.BATTERY,
    native_unit_of_measurement=PERCENTAGE,
    state_class=SensorStateClass.MEASUREMENT,
)


class VehicleSoc(PreferenceEntity, SensorEntity):
    """How full the car is, wherever that is known from."""

    entity_description = VEHICLE_SOC
    _follower: EntityFollower

    def __init__(self, charger: Charger, evse_id: int) -> None:
        """Initialize."""
        super().__init__(charger, evse_id, VEHICLE_SOC)

    @property
    @override
    def known(self) -> bool:
        """Whether there is anybody who tells."""
        tells = self.charger.config.vehicle.soc_entity is not None
        return tells or self.evse.meter.value(Measurand.SOC) is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the charger, the car's own entity, and the choice of that."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.charger.station.subscribe_evse(self.evse_id, self._async_on_evse)
        )
        self._follower = EntityFollower(self.hass, self._async_write_changed)
        self.async_on_remove(self._follower.async_stop)
        self._async_follow()
        self._async_show()

    @callback
    @override
    def _async_on_preference(self, evse_id: int) -> None:
        self._async_follow()
        self._async_write_changed()

    @callback
    def _async_on_evse(self, _: Evse) -> None:
        self._async_write_changed()

    @callback
    def _async_follow(self) -> None:
        """Follow the entity that is set up now."""
        self._follower.async_follow([self.charger.config.vehicle.soc_entity])

    def _async_show(self) -> bool:
        """Take over what is told, and return whether it has changed."""
        before = self._attr_native_value
        soc_percent = vehicle_soc_percent(self.hass, self.charger, self.evse_id)
        self._attr_native_value = soc_percent
        return soc_percent != before

    @callback
    def _async_write_changed(self) -> None:
        if self._async_show():
            self.async_write_ha_state()
