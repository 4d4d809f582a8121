"""Sensors of chargers, connectors and the site."""

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
from homeassistant.const import EntityCategory, UnitOfElectricCurrent, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .chargers.charger import Charger
from .csms.events import Booted
from .csms.evses.external_limit import lowest_a
from .csms.evses.status import StatusDetails
from .csms.metering.meter import Measurement
from .csms.model import Evse
from .entities.adding import (
    async_add_for_chargers,
    async_add_for_connectors,
    async_add_for_connectors_when_known,
    async_add_for_site_when_known,
    async_add_former,
)
from .entities.base import ChargerEntity, EvseEntity, HubEntity, MeasuringEntity
from .entities.circuits import async_add_circuit_sensors
from .entities.described import DescribedSensor
from .entities.energy import EnergyDescription
from .entities.energy_accounts import async_add_account_sensors
from .entities.former.sensors import former_sensors
from .entities.link import LAST_HEARD, LATENCY, RECONNECTIONS, LatencySensor, LinkSensor
from .entities.meter_check import METER_CHECK, MeterCheckSensor
from .entities.meter_descriptions import (
    INTERVALS,
    ONCE_REPORTED,
    PHASES,
    POWER,
    MeterSensorDescription,
)
from .entities.plan import PlanEntity, ShownPlan, follow_plans
from .entities.reason import REASON, ReasonSensor
from .entities.statuses import STATUSES
from .entities.surplus import METER_DELAY, SURPLUS, MeterDelaySensor, SurplusSensor
from .entities.values import ValueSensor
from .entities.vehicles.sensors import async_add_vehicle_sensors
from .entities.vehicles.soc import VehicleSoc
from .hub import OcppConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class EvseSensorDescription(SensorEntityDescription):
    """A sensor of one value of a connector's state."""

    value_fn: Callable[[Evse], StateType]


@dataclass(frozen=True, kw_only=True)
class _Energy(EnergyDescription, EvseSensorDescription):
    pass


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
    _Energy(
        key="energy",
        suggested_display_precision=1,
        value_fn=lambda evse: evse.ledger.total_wh,
    ),
    _Energy(
        key="session_energy",
        translation_key="session_energy",
        value_fn=lambda evse: evse.transaction.energy_wh if evse.transaction else None,
    ),
    EvseSensorDescription(
        key="session_duration",
        translation_key="session_duration",
        entity_registry_enabled_default=False,
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_display_precision=0,
        value_fn=_session_minutes,
    ),
    EvseSensorDescription(
        key="transaction_id",
        translation_key="transaction_id",
        entity_registry_enabled_default=False,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda evse: (
            evse.running_transaction.id if evse.running_transaction else None
        ),
    ),
)

ERROR = EvseSensorDescription(
    key="error_code",
    translation_key="error_code",
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    value_fn=lambda evse: evse.error_code,
)

PHASES_IN_USE = EvseSensorDescription(
    key="phases_in_use",
    translation_key="phases_in_use",
    entity_registry_enabled_default=False,
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=0,
    value_fn=lambda evse: evse.meter.phases_in_use,
)

EXTERNAL_LIMIT = EvseSensorDescription(
    key="external_limit",
    translation_key="external_limit",
    entity_category=EntityCategory.DIAGNOSTIC,
    device_class=SensorDeviceClass.CURRENT,
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    suggested_display_precision=1,
    value_fn=lambda evse: lowest_a(evse.external_limits, dt_util.utcnow()),
)

PLANNED_START = SensorEntityDescription(
    key="planned_start",
    translation_key="planned_start",
    device_class=SensorDeviceClass.TIMESTAMP,
)

MAKE = SensorEntityDescription(
    key="make",
    translation_key="make",
    entity_registry_enabled_default=False,
    entity_category=EntityCategory.DIAGNOSTIC,
)


CHARGER_ADDRESS = SensorEntityDescription(
    key="charger_address",
    translation_key="charger_address",
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the site and of all chargers."""
    hub = entry.runtime_data
    async_add_for_site_when_known(
        entry,
        async_add_entities,
        [
            SurplusSensor(hub, SURPLUS),
            MeterDelaySensor(hub, METER_DELAY),
            MeterCheckSensor(hub, METER_CHECK),
            ChargerAddressSensor(hub, CHARGER_ADDRESS),
        ],
        lambda check: (
            hub.site.async_subscribe_sources(check),
            hub.site.async_subscribe_surplus(check),
            hub.site.checks.async_subscribe(check),
        ),
    )
    await async_add_account_sensors(hass, entry, async_add_entities)
    await async_add_for_chargers(entry, async_add_entities, _sensors)
    await async_add_former(entry, async_add_entities, former_sensors)
    site = entry.runtime_data.site
    await async_add_for_connectors(
        entry,
        async_add_entities,
        lambda charger, evse_id: [ReasonSensor(site, charger, evse_id, REASON)],
    )
    await async_add_for_connectors_when_known(
        entry,
        async_add_entities,
        lambda charger, evse_id: [
            PlannedStartSensor(site, charger, evse_id, PLANNED_START)
        ],
        follow_plans(site),
    )
    async_add_circuit_sensors(entry, async_add_entities)
    async_add_vehicle_sensors(entry, async_add_entities)
    await async_add_for_connectors_when_known(
        entry, async_add_entities, _sensors_once_known
    )


def _sensors(charger: Charger) -> Iterator[SensorEntity]:
    yield MakeSensor(charger, MAKE)
    yield LatencySensor(charger, LATENCY)
    for figure in (RECONNECTIONS, LAST_HEARD):
        yield LinkSensor(charger, figure)
    for evse_id in charger.evse_ids:
        for description in SENSORS:
            yield EvseSensor(charger, evse_id, description)
        yield ErrorSensor(charger, evse_id, ERROR)
        yield MeterSensor(charger, evse_id, POWER)


def _sensors_once_known(charger: Charger, evse_id: int) -> Iterator[EvseEntity]:
    """Yield the sensors of values that are shown as soon as they are known."""
    yield VehicleSoc(charger, evse_id)
    for measured in ONCE_REPORTED:
        yield MeterSensor(charger, evse_id, measured)
    for interval in INTERVALS:
        yield IntervalSensor(charger, evse_id, interval)
    for on_phase in PHASES:
        for phase in range(1, charger.config.phases + 1):
            yield PhaseSensor(charger, evse_id, on_phase, f"l{phase}")
    yield EvseSensor(charger, evse_id, PHASES_IN_USE)
    yield EvseSensor(charger, evse_id, EXTERNAL_LIMIT)


class MakeSensor(ChargerEntity, DescribedSensor):
    """The make of a charger, with the known facts about it."""

    _unrecorded_attributes = frozenset({"facts", "sources"})
    known_offline = True

    @property
    @override
    def native_value(self) -> str | None:
        """The vendor and the model."""
        return self.charger.make

    @property
    @override
    def extra_state_attributes(self) -> dict[str, list[str]]:
        """The facts, and their sources."""
        known = self.charger.station.known_model
        facts = () if known is None else known.facts
        return {
            "facts": [fact.text for fact in facts],
            "sources": [source for fact in facts for source in fact.sources],
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the boot notifications."""
        self.async_follow(
            lambda changed: self.charger.station.subscribe_events(
                lambda event: changed() if isinstance(event, Booted) else None
            )
        )


class EvseSensor(ValueSensor):
    """A sensor of one connector."""

    entity_description: EvseSensorDescription

    @override
    def measure(self, evse: Evse) -> StateType:
        return self.entity_description.value_fn(evse)


class ErrorSensor(MeasuringEntity[StatusDetails], DescribedSensor):
    """The error of one connector, with what its charger says of it in words of its own."""

    @override
    def measure(self, evse: Evse) -> StatusDetails:
        return evse.status_details

    @override
    def show(self, value: StatusDetails | None) -> None:
        details = value or StatusDetails()
        self._attr_native_value = details.error_code
        self._attr_extra_state_attributes = {
            "vendor_error_code": details.vendor_error_code,
            "info": details.info,
        }


class MeterSensor(ValueSensor):
    """A sensor of one measurand."""

    entity_description: MeterSensorDescription

    @override
    def measure(self, evse: Evse) -> StateType:
        return evse.meter.value(self.entity_description.measurand)


class IntervalSensor(MeasuringEntity[Measurement], DescribedSensor):
    """A sensor of the energy since the measurement before."""

    entity_description: MeterSensorDescription
    _read_at: datetime | None = None

    @override
    def measure(self, evse: Evse) -> Measurement | None:
        return evse.meter.measurements.get(self.entity_description.measurand)

    @override
    def show(self, value: Measurement | None) -> None:
        if value is not None:
            self._attr_native_value = value.value
            self._attr_last_reset = self._read_at or value.at
            self._read_at = value.at


class PhaseSensor(MeterSensor):
    """A sensor of one measurand on one phase."""

    _attr_entity_registry_enabled_default = False

    def __init__(
        self,
        charger: Charger,
        evse_id: int,
        description: MeterSensorDescription,
        phase: str,
    ) -> None:
        """Initialize."""
        super().__init__(charger, evse_id, description)
        self._phase = phase
        self._attr_translation_placeholders = {"phase": phase.upper()}

    @property
    @override
    def unique_id(self) -> str:
        """The identifier of the connector, of the measurand and of the phase."""
        return f"{super().unique_id}-{self._phase}"

    @override
    def is_known(self) -> bool:
        # A single phase is what the charger draws as a whole.
        phases = self.evse.meter.phases(self.entity_description.measurand)
        return super().is_known() and len(phases.known) > 1

    @override
    def measure(self, evse: Evse) -> StateType:
        phases = evse.meter.phases(self.entity_description.measurand)
        value: float | None = getattr(phases, self._phase)
        return value


class PlannedStartSensor(PlanEntity, DescribedSensor):
    """The start of the next planned charge."""

    _unrecorded_attributes = frozenset({"slots"})

    @override
    def show(self, plan: ShownPlan) -> None:
        self._attr_native_value = plan.next_start
        self._attr_extra_state_attributes = plan.attributes


class ChargerAddressSensor(HubEntity, SensorEntity):
    """The URL that is set in chargers, without their identity."""

    @property
    @override
    def native_value(self) -> str:
        """The URL."""
        return self.hub.charger_url
