"""Sensors: what chargers report, and the surplus of the site."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfFrequency,
    UnitOfPower,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .charger import Charger
from .const import DOMAIN
from .csms.model import ConnectorStatus, Evse, Phases
from .entity import MeasuringEntity, async_add_for_chargers
from .hub import Hub, OcppConfigEntry

PARALLEL_UPDATES = 0

STATUSES = {
    ConnectorStatus.AVAILABLE: "available",
    ConnectorStatus.PREPARING: "preparing",
    ConnectorStatus.CHARGING: "charging",
    ConnectorStatus.SUSPENDED_EVSE: "suspended_evse",
    ConnectorStatus.SUSPENDED_EV: "suspended_ev",
    ConnectorStatus.FINISHING: "finishing",
    ConnectorStatus.RESERVED: "reserved",
    # Home Assistant has a meaning of its own for "unavailable".
    ConnectorStatus.UNAVAILABLE: "inoperative",
    ConnectorStatus.FAULTED: "faulted",
}


@dataclass(frozen=True, kw_only=True)
class EvseSensorDescription(SensorEntityDescription):
    """How a sensor reads its value from what is known of a connector."""

    value_fn: Callable[[Evse], StateType]


def _session_minutes(evse: Evse) -> int | None:
    if (session := evse.transaction) is None:
        return None
    end = session.ended_at or evse.meter.sampled_at or datetime.now(UTC)
    return max(0, int((end - session.started_at).total_seconds() // 60))


SENSORS = (
    EvseSensorDescription(
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=list(STATUSES.values()),
        value_fn=lambda evse: STATUSES[evse.status] if evse.status else None,
    ),
    EvseSensorDescription(
        key="power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value_fn=lambda evse: evse.meter.power_w,
    ),
    EvseSensorDescription(
        key="current",
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        value_fn=lambda evse: evse.meter.current_a,
    ),
    EvseSensorDescription(
        key="voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        suggested_display_precision=0,
        value_fn=lambda evse: evse.meter.voltage_v,
    ),
    EvseSensorDescription(
        key="energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=lambda evse: evse.ledger.total_wh,
    ),
    EvseSensorDescription(
        key="session_energy",
        translation_key="session_energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        value_fn=lambda evse: evse.transaction.energy_wh if evse.transaction else None,
    ),
    EvseSensorDescription(
        key="session_duration",
        translation_key="session_duration",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value_fn=_session_minutes,
    ),
    EvseSensorDescription(
        key="current_offered",
        translation_key="current_offered",
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        value_fn=lambda evse: evse.meter.offered_current_a,
    ),
    EvseSensorDescription(
        key="transaction_id",
        translation_key="transaction_id",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda evse: (
            evse.running_transaction.id if evse.running_transaction else None
        ),
    ),
    EvseSensorDescription(
        key="error_code",
        translation_key="error_code",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda evse: evse.error_code,
    ),
    EvseSensorDescription(
        key="power_offered",
        translation_key="power_offered",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        entity_registry_enabled_default=False,
        value_fn=lambda evse: evse.meter.offered_power_w,
    ),
    EvseSensorDescription(
        key="battery",
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        entity_registry_enabled_default=False,
        value_fn=lambda evse: evse.meter.soc_percent,
    ),
    EvseSensorDescription(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda evse: evse.meter.temperature_c,
    ),
    EvseSensorDescription(
        key="frequency",
        device_class=SensorDeviceClass.FREQUENCY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfFrequency.HERTZ,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda evse: evse.meter.frequency_hz,
    ),
)


@dataclass(frozen=True, kw_only=True)
class PhaseSensorDescription(SensorEntityDescription):
    """How the sensors of one quantity read their values, one for each phase."""

    phases_fn: Callable[[Evse], Phases]


PHASE_SENSORS = (
    PhaseSensorDescription(
        key="power",
        translation_key="power_phase",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        phases_fn=lambda evse: evse.meter.power_phase_w,
    ),
    PhaseSensorDescription(
        key="current",
        translation_key="current_phase",
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        phases_fn=lambda evse: evse.meter.current_phase_a,
    ),
    PhaseSensorDescription(
        key="voltage",
        translation_key="voltage_phase",
        device_class=SensorDeviceClass.VOLTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        suggested_display_precision=0,
        phases_fn=lambda evse: evse.meter.voltage_phase_v,
    ),
)

SURPLUS = SensorEntityDescription(
    key="solar_surplus",
    translation_key="solar_surplus",
    device_class=SensorDeviceClass.POWER,
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=UnitOfPower.WATT,
    suggested_display_precision=0,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the site and of all chargers."""
    async_add_entities([SurplusSensor(entry.runtime_data)])
    async_add_for_chargers(entry, async_add_entities, _sensors)


def _sensors(charger: Charger) -> Iterator[MeasuringEntity[StateType]]:
    for evse_id in charger.evse_ids:
        for description in SENSORS:
            yield EvseSensor(charger, evse_id, description)
        for phase_description in PHASE_SENSORS:
            for phase in range(1, charger.config.phases + 1):
                yield PhaseSensor(charger, evse_id, phase_description, phase)


class EvseSensor(MeasuringEntity[StateType], SensorEntity):
    """A sensor of one connector."""

    entity_description: EvseSensorDescription

    @override
    def measure(self, evse: Evse) -> StateType:
        return self.entity_description.value_fn(evse)

    @override
    def show(self, value: StateType) -> None:
        self._attr_native_value = value


class PhaseSensor(MeasuringEntity[StateType], SensorEntity):
    """A sensor of one phase of a connector."""

    _attr_entity_registry_enabled_default = False
    entity_description: PhaseSensorDescription

    def __init__(
        self,
        charger: Charger,
        evse_id: int,
        description: PhaseSensorDescription,
        phase: int,
    ) -> None:
        """Initialize."""
        super().__init__(charger, evse_id, description)
        self._phase = f"l{phase}"
        self._attr_unique_id = f"{self._attr_unique_id}-{self._phase}"
        self._attr_translation_placeholders = {"phase": self._phase.upper()}

    @override
    def measure(self, evse: Evse) -> StateType:
        value: float | None = getattr(
            self.entity_description.phases_fn(evse), self._phase
        )
        return value

    @override
    def show(self, value: StateType) -> None:
        self._attr_native_value = value


class SurplusSensor(SensorEntity):
    """The power that cars could draw without any import."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    entity_description = SURPLUS

    def __init__(self, hub: Hub) -> None:
        """Initialize."""
        self._site = hub.site
        self._attr_unique_id = f"{hub.entry.entry_id}-{SURPLUS.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, hub.entry.entry_id)})

    @property
    @override
    def native_value(self) -> float | None:
        """The surplus in watts; negative while the house imports without the cars."""
        return self._site.surplus_w

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the site."""
        self.async_on_remove(
            self._site.async_subscribe_surplus(self.async_write_ha_state)
        )
