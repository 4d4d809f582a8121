"""The vehicle at a connector, as a choice: what was identified is shown, and choosing corrects it."""

from typing import Any, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import CALLBACK_TYPE
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...chargers.charger import Charger
from ...hub import Hub, OcppConfigEntry
from ...vehicles.identification import AUTOMATIC, GUEST
from ..adding import async_add_for_connectors_when_known
from ..base import PreferenceEntity

VEHICLE = SelectEntityDescription(key="vehicle", translation_key="vehicle")


async def async_add_vehicle_selects(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects of all connectors, once there is a vehicle."""
    hub = entry.runtime_data

    def follow(
        charger: Charger, evse_id: int, check: CALLBACK_TYPE
    ) -> tuple[CALLBACK_TYPE, ...]:
        return (hub.vehicles.async_subscribe(check),)

    await async_add_for_connectors_when_known(
        entry,
        async_add_entities,
        lambda charger, evse_id: [VehicleSelect(hub, charger, evse_id)],
        follow,
    )


class VehicleSelect(PreferenceEntity, SelectEntity):
    """The vehicle at a connector; what the owner chooses holds until the car is unplugged."""

    _unrecorded_attributes = frozenset({"clues", "confidence"})

    def __init__(self, hub: Hub, charger: Charger, evse_id: int) -> None:
        """Initialize."""
        super().__init__(charger, evse_id, VEHICLE)
        self._hub = hub
        self._key = charger.evse_identifier(evse_id)

    @override
    def is_known(self) -> bool:
        return bool(self._hub.vehicles)

    @property
    @override
    def available(self) -> bool:
        """True if there are vehicles."""
        return bool(self._hub.vehicles)

    @property
    @override
    def options(self) -> list[str]:
        """The names of all vehicles, any guest, and the one that is identified."""
        names = sorted(own.name for own in self._hub.vehicles.values())
        return [AUTOMATIC, *names, GUEST]

    @property
    @override
    def current_option(self) -> str | None:
        """The vehicle that is identified, or was chosen for the next car; None while that is unknown."""
        found = self._hub.whereabouts.identification_at(self._key)
        vehicle_id = self._hub.whereabouts.choice_at(self._key)
        if found is not None:
            vehicle_id = found.vehicle
        own = self._hub.vehicles.get(vehicle_id or "")
        return GUEST if vehicle_id == GUEST else None if own is None else own.name

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The means by which the vehicle was identified."""
        found = self._hub.whereabouts.identification_at(self._key)
        return {
            "identified_by": None if found is None else found.means.value,
            "clues": [] if found is None else [each.value for each in found.clues],
            "confidence": None if found is None else round(found.confidence * 100),
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the vehicles."""
        self.async_follow(self._hub.whereabouts.async_subscribe)
        self.async_follow(self._hub.vehicles.async_subscribe)

    @override
    async def async_select_option(self, option: str) -> None:
        """Have another vehicle here, until the car is unplugged."""
        own = self._hub.vehicles.named(option)
        vehicle = GUEST if option == GUEST else None if own is None else own.id
        self._hub.whereabouts.async_choose(self._key, vehicle)
