"""Sensors of the surplus, and of the delay with which the grid meter shows it."""

from collections.abc import Mapping
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    EntityCategory,
    UnitOfPower,
    UnitOfTime,
)
from homeassistant.core import State, callback

from .base import HubEntity
from .described import DescribedSensor
from .pace import AWAITED, Pace, SensedEntity
from .thresholds import async_crosses_threshold

STEP_W = 50.0
"""The least change of the surplus that is shown."""

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


class SurplusSensor(HubEntity, SensedEntity, DescribedSensor):
    """The power that cars could draw without any import, in steps."""

    @override
    def is_known(self) -> bool:
        return self.hub.site.sources.tell_grid

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the surplus."""
        self._take_step()
        self.async_follow(self.hub.site.async_subscribe_surplus)
        # What other meters say has nothing to do with what was shown.
        self.async_on_remove(
            self.hub.site.async_subscribe_sources(self.async_start_anew)
        )

    @property
    @override
    def cannot_wait(self) -> bool:
        """True once it is not known any more."""
        return self.native_value is None

    @property
    @override
    def pace(self) -> Pace:
        """Quicker while an automation waits for what is to be shown, too."""
        return AWAITED if self._crosses_threshold() else super().pace

    def _crosses_threshold(self) -> bool:
        written = self.hass.states.get(self.entity_id)
        unit = {ATTR_UNIT_OF_MEASUREMENT: self.unit_of_measurement}
        return written is not None and async_crosses_threshold(
            self.hass, written, State(self.entity_id, str(self.state), unit)
        )

    @callback
    @override
    def async_write_changed(self) -> None:
        self._take_step()
        super().async_write_changed()

    def _take_step(self) -> None:
        """Take over the surplus, which is negative while the house imports without the cars."""
        surplus_w, shown_w = self.hub.site.surplus_w, self._attr_native_value
        if surplus_w is None:
            self._attr_native_value = None
        elif not isinstance(shown_w, float) or abs(surplus_w - shown_w) >= STEP_W:
            self._attr_native_value = round(surplus_w / STEP_W) * STEP_W


class MeterDelaySensor(HubEntity, SensedEntity, DescribedSensor):
    """The time by which the grid meter is late, learned from the steps of the cars or set by the owner."""

    @override
    def is_known(self) -> bool:
        return self.native_value is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the site."""
        self.async_follow(self.hub.site.async_subscribe_surplus)

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
