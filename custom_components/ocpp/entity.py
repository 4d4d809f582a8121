"""What all entities have in common: they write a state only when it has changed."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .charger import Charger
from .const import DOMAIN
from .csms.model import Evse
from .hub import OcppConfigEntry


@callback
def async_add_for_chargers(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[Charger], Iterable[Entity]],
) -> None:
    """Add the entities of the chargers there are, and of those to come."""

    @callback
    def add(charger: Charger) -> None:
        async_add_entities(create(charger), config_subentry_id=charger.subentry_id)

    entry.async_on_unload(entry.runtime_data.async_subscribe_chargers(add))


class ChargerEntity(Entity):
    """An entity of a charger as a whole."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, charger: Charger, description: EntityDescription) -> None:
        """Initialize."""
        self.charger = charger
        self.entity_description = description
        self._attr_unique_id = f"{charger.identity}-{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, charger.identity)})

    @property
    @override
    def available(self) -> bool:
        """Whether the charger can say anything."""
        return self.charger.station.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the charger."""
        self.async_on_remove(
            self.charger.station.subscribe(lambda _: self.async_write_ha_state())
        )


class EvseEntity(ChargerEntity):
    """An entity of one connector; on a device of its own where there are several."""

    def __init__(
        self, charger: Charger, evse_id: int, description: EntityDescription
    ) -> None:
        """Initialize."""
        super().__init__(charger, description)
        self.evse_id = evse_id
        identifier = charger.evse_identifier(evse_id)
        self._attr_unique_id = f"{identifier}-{description.key}"
        if len(charger.evse_ids) > 1:
            self._attr_device_info = ChildDeviceInfo(
                identifiers={(DOMAIN, identifier)},
                parent_device_id=charger.device_id,
                translation_key="connector",
                translation_placeholders={"number": str(evse_id)},
            )

    @property
    def evse(self) -> Evse:
        """What is known of the connector."""
        return self.charger.evse(self.evse_id)


class MeasuringEntity[ValueT](EvseEntity):
    """An entity whose state is a function of what is known of the connector."""

    _last: ValueT | None = None

    @abstractmethod
    def measure(self, evse: Evse) -> ValueT | None:
        """Return the state."""

    @abstractmethod
    def show(self, value: ValueT | None) -> None:
        """Set the attribute that holds the state."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connector."""
        self._last = self.measure(self.evse)
        self.show(self._last)
        await super().async_added_to_hass()
        self.async_on_remove(
            self.charger.station.subscribe_evse(self.evse_id, self._async_on_change)
        )

    @callback
    def _async_on_change(self, evse: Evse) -> None:
        value = self.measure(evse)
        if value != self._last:
            self._last = value
            self.show(value)
            self.async_write_ha_state()


class PreferenceEntity(EvseEntity):
    """An entity for what the owner prefers; it can be set while the charger is away, too."""

    @property
    @override
    def available(self) -> bool:
        """Preferences are ours, not the charger's."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the preferences."""
        self.async_on_remove(
            self.charger.async_subscribe_preferences(self._async_on_preference)
        )

    @callback
    def _async_on_preference(self, evse_id: int) -> None:
        if evse_id == self.evse_id:
            self.async_write_ha_state()
