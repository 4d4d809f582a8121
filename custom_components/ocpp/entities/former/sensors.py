"""Sensors of chargers that moved in, for what no other sensor shows as the community integration did.

Keys and units must stay as they are: unique ids and long-term statistics depend on them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    EntityCategory,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfPower,
)
from homeassistant.core import callback
from homeassistant.helpers.typing import StateType

from ...chargers.charger import Charger
from ...csms.model import Evse, Snapshot
from ..base import ChargerEntity, MeasuringEntity
from ..described import DescribedSensor
from . import readings
from .readings import Reading


@dataclass(frozen=True, kw_only=True)
class FormerDescription(SensorEntityDescription):
    """A sensor of a connector."""

    reading: Callable[[Evse], Reading]


@dataclass(frozen=True, kw_only=True)
class _Energy(FormerDescription):
    device_class: SensorDeviceClass | None = SensorDeviceClass.ENERGY
    state_class: SensorStateClass | None = SensorStateClass.TOTAL_INCREASING
    native_unit_of_measurement: str | None = UnitOfEnergy.KILO_WATT_HOUR
    suggested_display_precision: int | None = 2


@dataclass(frozen=True, kw_only=True)
class FormerStationDescription(SensorEntityDescription):
    """A sensor of a charger as a whole."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    value: Callable[[Snapshot], StateType]


CONNECTORS = (
    FormerDescription(
        key="former_status_connector",
        translation_key="former_status_connector",
        reading=readings.status_connector,
    ),
    FormerDescription(
        key="former_stop_reason",
        translation_key="former_stop_reason",
        reading=readings.stop_reason,
    ),
    FormerDescription(
        key="former_power_active_import",
        translation_key="former_power_active_import",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        reading=readings.power_active_import,
    ),
    FormerDescription(
        key="former_current_import",
        translation_key="former_current_import",
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        reading=readings.current_import,
    ),
    FormerDescription(
        key="former_voltage",
        translation_key="former_voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        suggested_display_precision=0,
        reading=readings.voltage,
    ),
    _Energy(
        key="former_energy_active_import_register",
        translation_key="former_energy_active_import_register",
        reading=readings.energy_register,
    ),
    _Energy(
        key="former_energy_session",
        translation_key="former_energy_session",
        reading=readings.energy_session,
    ),
    _Energy(
        key="former_energy_meter_start",
        translation_key="former_energy_meter_start",
        reading=readings.energy_meter_start,
    ),
)


def _station(
    key: str, value: Callable[[Snapshot], StateType]
) -> FormerStationDescription:
    return FormerStationDescription(key=key, translation_key=key, value=value)


STATIONS = (
    _station("former_status", readings.status),
    _station("former_error_code", readings.error_code),
    _station("former_id_tag", readings.id_tag),
    _station("former_status_firmware", readings.status_firmware),
    _station("former_connectors", readings.connectors),
    _station("former_id", readings.identity),
    _station("former_vendor", readings.vendor),
    _station("former_model", readings.model),
    _station("former_serial", readings.serial),
    _station("former_version_firmware", readings.version_firmware),
)


def former_sensors(charger: Charger) -> Iterator[ChargerEntity]:
    """Yield all sensors that a charger may have moved in with."""
    for station in STATIONS:
        yield FormerStationSensor(charger, station)
    for evse_id in charger.evse_ids:
        for description in CONNECTORS:
            yield FormerSensor(charger, evse_id, description)


class FormerSensor(MeasuringEntity[Reading], DescribedSensor):
    """A sensor of one connector."""

    entity_description: FormerDescription

    @override
    def measure(self, evse: Evse) -> Reading:
        return self.entity_description.reading(evse)

    @override
    def show(self, value: Reading | None) -> None:
        if value is not None:
            self._attr_native_value = value.value
            self._attr_extra_state_attributes = dict(value.attributes)


class FormerStationSensor(ChargerEntity, DescribedSensor, SensorEntity):
    """A sensor of a charger as a whole."""

    entity_description: FormerStationDescription

    @property
    @override
    def native_value(self) -> StateType:
        """The present value."""
        return self.entity_description.value(self.charger.station.snapshot)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the charger, and the tags that are shown there."""

        @callback
        def look(_: object) -> None:
            self.async_write_changed()

        self._last_shown = self.shown
        self.async_on_remove(self.charger.station.subscribe(look))
        self.async_on_remove(self.charger.station.subscribe_events(look))
