"""The sensors: powers as the house tells them in an event, and counters of energy."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

METERED = "sunny_house_metered"
"""The event with which the house tells its powers."""


@dataclass(frozen=True, slots=True)
class _Meter:
    """A device with its power and its counters."""

    key: str
    name: str
    energies: tuple[str, ...]


_METERS = (
    _Meter("grid_power", "Smart meter", ("Energy import", "Energy export")),
    _Meter("solar_power", "Inverter", ("Energy",)),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of all devices."""
    async_add_entities(_Power(meter) for meter in _METERS)
    async_add_entities(
        _Energy(meter, name) for meter in _METERS for name in meter.energies
    )


class _OfMeter(SensorEntity):
    """A sensor of one of the devices."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, meter: _Meter, name: str) -> None:
        """Initialize with a device."""
        self._meter = meter
        self._attr_name = name
        self._attr_unique_id = f"{meter.key} {name}"
        self._attr_device_info = DeviceInfo(
            identifiers={("sunny_meters", meter.key)}, name=meter.name
        )


class _Power(_OfMeter):
    """Present power."""

    _attr_device_class = SensorDeviceClass.POWER
    _attr_native_unit_of_measurement = UnitOfPower.WATT
    _attr_state_class = SensorStateClass.MEASUREMENT

    def __init__(self, meter: _Meter) -> None:
        """Initialize without a value."""
        super().__init__(meter, "Power")

    @override
    async def async_added_to_hass(self) -> None:
        self.async_on_remove(self.hass.bus.async_listen(METERED, self._tell))

    @callback
    def _tell(self, event: Event) -> None:
        self._attr_native_value = event.data[self._meter.key]
        self.async_write_ha_state()


class _Energy(_OfMeter):
    """Counter of energy."""

    _attr_device_class = SensorDeviceClass.ENERGY
    _attr_native_unit_of_measurement = UnitOfEnergy.KILO_WATT_HOUR
    _attr_state_class = SensorStateClass.TOTAL_INCREASING
    _attr_native_value = 100.0
