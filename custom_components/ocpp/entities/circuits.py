"""The entities of circuits: how much more they could carry, and what keeps cars on them from more."""

from abc import abstractmethod
from collections.abc import Mapping
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

from ..const import DOMAIN
from ..hub import Hub, OcppConfigEntry
from ..surplus.circuits.circuits import Limiting
from ..surplus.circuits.status import CircuitStatus

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
LIMITED = BinarySensorEntityDescription(key="limited", translation_key="limited")
SITE_LIMIT = BinarySensorEntityDescription(
    key="site_limit", translation_key="site_limit"
)


@callback
def async_add_circuit_sensors(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of the circuits there are, and of those to come."""

    @callback
    def add(circuit: str) -> None:
        hub = entry.runtime_data
        async_add_entities(
            [
                HeadroomSensor(hub, circuit, HEADROOM),
                LimitedBySensor(hub, circuit, LIMITED_BY),
            ],
            config_subentry_id=circuit,
        )

    wiring = entry.runtime_data.site.wiring
    entry.async_on_unload(wiring.async_subscribe_circuits(add))


@callback
def async_add_circuit_binary_sensors(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of the circuits there are, of those to come, and of the site."""
    hub = entry.runtime_data

    @callback
    def add(circuit: str) -> None:
        async_add_entities(
            [LimitedSensor(hub, circuit, LIMITED)], config_subentry_id=circuit
        )

    async_add_entities([SiteLimitSensor(hub, SITE_LIMIT)])
    entry.async_on_unload(hub.site.wiring.async_subscribe_circuits(add))


class WiringEntity(Entity):
    """An entity that follows the wiring, and writes its state only when that has changed."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, hub: Hub, description: EntityDescription) -> None:
        """Initialize."""
        self._wiring = hub.site.wiring
        self.entity_description = description
        self._attr_unique_id = f"{hub.entry.entry_id}-{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, hub.entry.entry_id)})
        self._last: object = None

    @property
    @abstractmethod
    def shown(self) -> object:
        """What its state is made of."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the wiring."""
        self._last = self.shown
        self.async_on_remove(self._wiring.async_subscribe(self._async_on_change))

    @callback
    def _async_on_change(self) -> None:
        if (shown := self.shown) != self._last:
            self._last = shown
            self.async_write_ha_state()


class CircuitEntity(WiringEntity):
    """An entity of one circuit."""

    def __init__(self, hub: Hub, circuit: str, description: EntityDescription) -> None:
        """Initialize."""
        super().__init__(hub, description)
        self._circuit = circuit
        self._attr_unique_id = f"{circuit}-{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, circuit)},
            name=self._wiring.name(circuit),
            via_device_id=hub.device_id,
        )

    @property
    def status(self) -> CircuitStatus | None:
        """How the circuit fares; None before that is known."""
        return self._wiring.status.get(self._circuit)


class HeadroomSensor(CircuitEntity, SensorEntity):
    """How much more the most loaded phase of a circuit could carry, in whole amperes."""

    @property
    @override
    def shown(self) -> float | None:
        return self.native_value

    @property
    @override
    def native_value(self) -> float | None:
        """The headroom; None while nobody knows what the circuit carries."""
        status = self.status
        if status is None or status.meter_dead or math.isinf(status.headroom_a):
            return None
        return math.floor(status.headroom_a)


class LimitedBySensor(CircuitEntity, SensorEntity):
    """What keeps cars on a circuit from having what they want."""

    @property
    @override
    def shown(self) -> str | None:
        return self.native_value

    @property
    @override
    def native_value(self) -> str | None:
        """What limits them."""
        if self.status is None:
            return None
        return self.status.limiting.value if self.status.limiting else NOTHING


class LimitedSensor(CircuitEntity, BinarySensorEntity):
    """Whether a circuit keeps a car from having what it wants."""

    @property
    @override
    def shown(self) -> bool | None:
        return self.is_on

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether it does."""
        return None if self.status is None else self.status.limiting is not None


class SiteLimitSensor(WiringEntity, BinarySensorEntity):
    """Whether a limit from outside is in force."""

    @property
    @override
    def shown(self) -> object:
        return self._wiring.limits_in_force

    @property
    @override
    def is_on(self) -> bool:
        """Whether there is one."""
        return bool(self._wiring.limits_in_force)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """The tightest limits, and when the last of them ends if that is known."""
        limits = self._wiring.limits_in_force
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
