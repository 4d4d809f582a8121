"""The descriptions of sensors of meter values.

Keys and units must stay as they are: unique ids and long-term statistics depend on them.
"""

from dataclasses import dataclass

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    REVOLUTIONS_PER_MINUTE,
    EntityCategory,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfFrequency,
    UnitOfPower,
    UnitOfReactiveEnergy,
    UnitOfReactivePower,
    UnitOfTemperature,
)

from ..csms.metering.meter import Measurand
from .energy import EnergyDescription


@dataclass(frozen=True, kw_only=True)
class MeterSensorDescription(SensorEntityDescription):
    """A sensor of one measurand."""

    measurand: Measurand
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT


@dataclass(frozen=True, kw_only=True)
class _Current(MeterSensorDescription):
    device_class: SensorDeviceClass | None = SensorDeviceClass.CURRENT
    native_unit_of_measurement: str | None = UnitOfElectricCurrent.AMPERE
    suggested_display_precision: int | None = 1


@dataclass(frozen=True, kw_only=True)
class _Power(MeterSensorDescription):
    device_class: SensorDeviceClass | None = SensorDeviceClass.POWER
    native_unit_of_measurement: str | None = UnitOfPower.WATT
    suggested_display_precision: int | None = 0


@dataclass(frozen=True, kw_only=True)
class _ReactivePower(MeterSensorDescription):
    device_class: SensorDeviceClass | None = SensorDeviceClass.REACTIVE_POWER
    native_unit_of_measurement: str | None = UnitOfReactivePower.VOLT_AMPERE_REACTIVE
    suggested_display_precision: int | None = 0


@dataclass(frozen=True, kw_only=True)
class _Voltage(MeterSensorDescription):
    device_class: SensorDeviceClass | None = SensorDeviceClass.VOLTAGE
    native_unit_of_measurement: str | None = UnitOfElectricPotential.VOLT
    suggested_display_precision: int | None = 0


@dataclass(frozen=True, kw_only=True)
class _Energy(EnergyDescription, MeterSensorDescription):
    pass


@dataclass(frozen=True, kw_only=True)
class _ReactiveEnergy(MeterSensorDescription):
    device_class: SensorDeviceClass | None = SensorDeviceClass.REACTIVE_ENERGY
    state_class: SensorStateClass | None = SensorStateClass.TOTAL_INCREASING
    native_unit_of_measurement: str | None = (
        UnitOfReactiveEnergy.VOLT_AMPERE_REACTIVE_HOUR
    )
    suggested_unit_of_measurement: str | None = (
        UnitOfReactiveEnergy.KILO_VOLT_AMPERE_REACTIVE_HOUR
    )
    suggested_display_precision: int | None = 2


POWER = _Power(key="power", measurand=Measurand.POWER_ACTIVE_IMPORT)
"""The only one that is shown before it is reported; energy is shown from the register."""

ONCE_REPORTED = (
    _Current(
        key="current",
        measurand=Measurand.CURRENT_IMPORT,
        entity_registry_enabled_default=False,
    ),
    _Voltage(
        key="voltage",
        measurand=Measurand.VOLTAGE,
        entity_registry_enabled_default=False,
    ),
    _Current(
        key="current_offered",
        translation_key="current_offered",
        measurand=Measurand.CURRENT_OFFERED,
        entity_registry_enabled_default=False,
    ),
    MeterSensorDescription(
        key="battery",
        translation_key="reported_soc",
        measurand=Measurand.SOC,
        device_class=SensorDeviceClass.BATTERY,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        # It is shown as the state of charge of the vehicle, too.
        entity_registry_enabled_default=False,
    ),
    _Power(
        key="power_offered",
        translation_key="power_offered",
        measurand=Measurand.POWER_OFFERED,
        entity_registry_enabled_default=False,
    ),
    _Power(
        key="power_export",
        translation_key="power_export",
        measurand=Measurand.POWER_ACTIVE_EXPORT,
        entity_registry_enabled_default=False,
    ),
    _Current(
        key="current_export",
        translation_key="current_export",
        measurand=Measurand.CURRENT_EXPORT,
        entity_registry_enabled_default=False,
    ),
    _Energy(
        key="energy_export",
        translation_key="energy_export",
        measurand=Measurand.ENERGY_ACTIVE_EXPORT_REGISTER,
        entity_registry_enabled_default=False,
    ),
    _ReactivePower(
        key="reactive_power",
        measurand=Measurand.POWER_REACTIVE_IMPORT,
        entity_registry_enabled_default=False,
    ),
    _ReactivePower(
        key="reactive_power_export",
        translation_key="reactive_power_export",
        measurand=Measurand.POWER_REACTIVE_EXPORT,
        entity_registry_enabled_default=False,
    ),
    _ReactiveEnergy(
        key="reactive_energy",
        measurand=Measurand.ENERGY_REACTIVE_IMPORT_REGISTER,
        entity_registry_enabled_default=False,
    ),
    _ReactiveEnergy(
        key="reactive_energy_export",
        translation_key="reactive_energy_export",
        measurand=Measurand.ENERGY_REACTIVE_EXPORT_REGISTER,
        entity_registry_enabled_default=False,
    ),
    MeterSensorDescription(
        key="power_factor",
        measurand=Measurand.POWER_FACTOR,
        device_class=SensorDeviceClass.POWER_FACTOR,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
    ),
    MeterSensorDescription(
        key="frequency",
        measurand=Measurand.FREQUENCY,
        device_class=SensorDeviceClass.FREQUENCY,
        native_unit_of_measurement=UnitOfFrequency.HERTZ,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    MeterSensorDescription(
        key="temperature",
        measurand=Measurand.TEMPERATURE,
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    MeterSensorDescription(
        key="fan_speed",
        translation_key="fan_speed",
        measurand=Measurand.RPM,
        native_unit_of_measurement=REVOLUTIONS_PER_MINUTE,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)
"""The measurands that are shown as soon as a charger reports them."""

INTERVALS = (
    _Energy(
        key="energy_interval",
        translation_key="energy_interval",
        measurand=Measurand.ENERGY_ACTIVE_IMPORT_INTERVAL,
        state_class=SensorStateClass.TOTAL,
        entity_registry_enabled_default=False,
    ),
    _Energy(
        key="energy_export_interval",
        translation_key="energy_export_interval",
        measurand=Measurand.ENERGY_ACTIVE_EXPORT_INTERVAL,
        state_class=SensorStateClass.TOTAL,
        entity_registry_enabled_default=False,
    ),
    _ReactiveEnergy(
        key="reactive_energy_interval",
        translation_key="reactive_energy_interval",
        measurand=Measurand.ENERGY_REACTIVE_IMPORT_INTERVAL,
        state_class=SensorStateClass.TOTAL,
        entity_registry_enabled_default=False,
    ),
    _ReactiveEnergy(
        key="reactive_energy_export_interval",
        translation_key="reactive_energy_export_interval",
        measurand=Measurand.ENERGY_REACTIVE_EXPORT_INTERVAL,
        state_class=SensorStateClass.TOTAL,
        entity_registry_enabled_default=False,
    ),
)
"""Energies since the measurement before."""

PHASES = (
    _Power(
        key="power",
        translation_key="power_phase",
        measurand=Measurand.POWER_ACTIVE_IMPORT,
    ),
    _Current(
        key="current",
        translation_key="current_phase",
        measurand=Measurand.CURRENT_IMPORT,
    ),
    _Voltage(
        key="voltage", translation_key="voltage_phase", measurand=Measurand.VOLTAGE
    ),
)
"""The measurands that are shown for each phase, too."""
