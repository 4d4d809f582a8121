"""Binary sensors of chargers, connectors and circuits."""

from collections.abc import Iterator
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .chargers.charger import Charger
from .csms.model import Evse
from .entities.adding import async_add_for_chargers, async_add_for_connectors_when_known
from .entities.base import ChargerEntity, MeasuringEntity
from .entities.circuits import async_add_circuit_binary_sensors
from .entities.plan import PlanEntity, ShownPlan, follow_plans
from .hub import OcppConfigEntry

PARALLEL_UPDATES = 0

CONNECTED = BinarySensorEntityDescription(
    key="connected",
    translation_key="connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
PLUGGED_IN = BinarySensorEntityDescription(
    key="plugged_in",
    translation_key="plugged_in",
    device_class=BinarySensorDeviceClass.PLUG,
)


AT_RISK = BinarySensorEntityDescription(
    key="departure_at_risk",
    translation_key="departure_at_risk",
    device_class=BinarySensorDeviceClass.PROBLEM,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of all chargers."""
    await async_add_for_chargers(entry, async_add_entities, _binary_sensors)
    site = entry.runtime_data.site
    await async_add_for_connectors_when_known(
        entry,
        async_add_entities,
        lambda charger, evse_id: [DepartureAtRisk(site, charger, evse_id, AT_RISK)],
        follow_plans(site),
    )
    async_add_circuit_binary_sensors(entry, async_add_entities)


def _binary_sensors(charger: Charger) -> Iterator[BinarySensorEntity]:
    yield ConnectedSensor(charger, CONNECTED)
    for evse_id in charger.evse_ids:
        yield PluggedInSensor(charger, evse_id, PLUGGED_IN)


class ConnectedSensor(ChargerEntity, BinarySensorEntity):
    """The connection of a charger to the central system."""

    known_offline = True

    @property
    @override
    def is_on(self) -> bool:
        """True while the charger is connected."""
        return self.charger.station.connected


class PluggedInSensor(MeasuringEntity[bool], BinarySensorEntity):
    """On while a car is plugged in."""

    @override
    def measure(self, evse: Evse) -> bool | None:
        return evse.plugged_in

    @override
    def show(self, value: bool | None) -> None:
        self._attr_is_on = value


class DepartureAtRisk(PlanEntity, BinarySensorEntity):
    """On as soon as it is certain that a car cannot reach its goal by the departure."""

    @override
    def show(self, plan: ShownPlan) -> None:
        self._attr_is_on = plan.at_risk
        self._attr_extra_state_attributes = plan.risk
