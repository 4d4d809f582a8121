"""The base of the entities of vehicles, on a device for each."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from ...hub import Hub, OcppConfigEntry
from ...vehicles.own_vehicle import OwnVehicle
from ..base import OcppEntity


@callback
def async_add_for_vehicles(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[OwnVehicle], Iterable[Entity]],
) -> None:
    """Add the entities of the vehicles there are, and of those to come."""

    @callback
    def add(own: OwnVehicle) -> None:
        async_add_entities(create(own), config_subentry_id=own.id)

    hub = entry.runtime_data
    hub.adding.append(hub.vehicles.async_subscribe_added(add))


class VehicleEntity(OcppEntity):
    """An entity of one vehicle."""

    def __init__(
        self, hub: Hub, own: OwnVehicle, description: EntityDescription
    ) -> None:
        """Initialize."""
        super().__init__(description)
        self.hub = hub
        self.own = own
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, own.id)}, name=own.name, via_device_id=hub.device_id
        )

    @property
    @override
    def identifier(self) -> str:
        """The id of the vehicle."""
        return self.own.id

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the vehicle, and where it is."""
        self.async_follow(self.own.async_subscribe)
        self.async_follow(self.hub.whereabouts.async_subscribe)
