"""The entities of circuits: their headroom, and the limits that they set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
import math
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfElectricCurrent
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from ..const import CONF_CONTRACT, CONF_SITE_LIMIT, DOMAIN
from ..hub import Hub, OcppConfigEntry
from ..surplus.circuits.circuits import Limiting, SiteLimit
from ..surplus.circuits.status import CircuitStatus
from .base import HubEntity, OcppEntity
from .pace import FLICKERING, Pace, PacedEntity, SensedEntity

NOTHING = "nothing"

HEADROOM = SensorEntityDescription(
    key="headroom",
    translation_key="headroom",
    device_class=SensorDeviceClass.CURRENT,
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    suggested_display_precision=0,
)
LIMITED_BY = SensorEntityDescription(
    key="limited_by",
    translation_key="limited_by",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=[NOTHING, *(limiting.value for limiting in Limiting)],
)
LIMITED = BinarySensorEntityDescription(
    key="limited",
    translation_key="limited",
    entity_category=EntityCategory.DIAGNOSTIC,
)
SITE_LIMIT = BinarySensorEntityDescription(
    key="site_limit", translation_key="site_limit"
)


@callback
def async_add_circuit_sensors(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of all circuits."""
    hub = entry.runtime_data
    _async_add_for_circuits(
        entry,
        async_add_entities,
        lambda circuit: [
            HeadroomSensor(hub, circuit, HEADROOM),
            LimitedBySensor(hub, circuit, LIMITED_BY),
        ],
    )


@callback
def async_add_circuit_binary_sensors(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of all circuits and of the site."""
    hub = entry.runtime_data
    is_used = bool(
        entry.options.get(CONF_SITE_LIMIT) or entry.options.get(CONF_CONTRACT)
    )
    site_limit = replace(SITE_LIMIT, entity_registry_enabled_default=is_used)
    async_add_entities([SiteLimitSensor(hub, site_limit)])
    _async_add_for_circuits(
        entry,
        async_add_entities,
        lambda circuit: [LimitedSensor(hub, circuit, LIMITED)],
    )


@callback
def _async_add_for_circuits(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[str], Iterable[Entity]],
) -> None:
    """Add the entities of the circuits there are, and of those to come."""

    @callback
    def add(circuit: str) -> None:
        async_add_entities(create(circuit), config_subentry_id=circuit)

    hub = entry.runtime_data
    hub.adding.append(hub.site.circuits.async_subscribe_circuits(add))


class CircuitEntity(OcppEntity):
    """An entity of one circuit."""

    def __init__(self, hub: Hub, circuit: str, description: EntityDescription) -> None:
        """Initialize."""
        super().__init__(description)
        self.hub = hub
        self._circuits = hub.site.circuits
        self._circuit = circuit
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, circuit)},
            name=self._circuits.name(circuit),
            via_device_id=hub.device_id,
        )

    @property
    @override
    def identifier(self) -> str:
        """The id of the circuit."""
        return self._circuit

    @property
    def status(self) -> CircuitStatus | None:
        """The status of the circuit; None before it is known."""
        return self._circuits.status.get(self._circuit)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the circuits."""
        self.async_follow(self._circuits.async_subscribe)


class HeadroomSensor(CircuitEntity, SensedEntity, SensorEntity):
    """The current that the most loaded phase of a circuit has left, in whole amperes."""

    @property
    @override
    def native_value(self) -> float | None:
        """The headroom; None while the load of the circuit is unknown."""
        status = self.status
        if status is None or status.meter_dead or math.isinf(status.headroom_a):
            return None
        return math.floor(status.headroom_a)

    @property
    @override
    def cannot_wait(self) -> bool:
        """True once it is not known any more."""
        return self.native_value is None


class LimitEntity(CircuitEntity, PacedEntity):
    """An entity that shows whether a circuit limits cars, which may change with every cloud."""

    @property
    @override
    def pace(self) -> Pace:
        """Slow once it flickers."""
        return FLICKERING


class LimitedBySensor(LimitEntity, SensorEntity):
    """The reason why a circuit limits cars."""

    @property
    @override
    def native_value(self) -> str | None:
        """The reason."""
        if self.status is None:
            return None
        return self.status.limiting.value if self.status.limiting else NOTHING


class LimitedSensor(LimitEntity, BinarySensorEntity):
    """On while a circuit limits a car."""

    @property
    @override
    def is_on(self) -> bool | None:
        """True while it does."""
        return None if self.status is None else self.status.limiting is not None


class SiteLimitSensor(HubEntity, BinarySensorEntity):
    """On while a limit from outside is in force."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the limits."""
        self.async_follow(self.hub.site.circuits.async_subscribe)

    @property
    def _limits(self) -> Sequence[SiteLimit]:
        return self.hub.site.circuits.limits_in_force

    @property
    @override
    def is_on(self) -> bool:
        """True while there is one."""
        return bool(self._limits)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """The tightest limits, and the end of the last one if that is known."""
        limits = self._limits
        amps = [limit.current_a for limit in limits if limit.current_a is not None]
        watts = [limit.power_w for limit in limits if limit.power_w is not None]
        ends_s = [limit.until_s for limit in limits]
        last_s = max((end_s for end_s in ends_s if end_s is not None), default=None)
        until = None
        if None not in ends_s and last_s is not None:
            until = dt_util.utc_from_timestamp(last_s)
        return {
            "current": min(amps, default=None),
            "power": min(watts, default=None),
            "until": until,
        }
