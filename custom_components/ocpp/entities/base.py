"""The base of all entities: they write a state only when it has changed."""

from abc import abstractmethod
from collections.abc import Callable
from typing import override

from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..csms.model import Evse, Snapshot
from ..hub import Hub
from .object_ids import async_object_id_like_siblings


class OcppEntity(Entity):
    """An entity of a charger, a circuit or the central system."""

    has_entity_name = True
    """Instead of `_attr_has_entity_name`, and so are the others: Home Assistant would keep those for each entity.

    With more than 30 attributes, an entity takes three times the memory.
    """
    should_poll = False
    assumed_state = False
    attribution = None
    entity_registry_visible_default = True
    force_update = False
    icon = None
    entity_picture: str | None = None
    supported_features: int | None = None
    _last_shown: object = None

    def __init__(self, description: EntityDescription) -> None:
        """Initialize."""
        self.entity_description = description

    @property
    @abstractmethod
    def identifier(self) -> str:
        """The identifier of the device."""

    @property
    @override
    def unique_id(self) -> str:
        """The identifier of the device and of what is shown."""
        return f"{self.identifier}-{self.entity_description.key}"

    @property
    @override
    def translation_key(self) -> str | None:
        """The key of the name and of the icon."""
        return self.entity_description.translation_key

    @property
    @override
    def entity_category(self) -> EntityCategory | None:
        """The category."""
        return self.entity_description.entity_category

    @property
    @override
    def internal_integration_suggested_object_id(self) -> str | None:  # type: ignore[override]
        """The end of the id, if it is new and its siblings have others than they would have now."""
        device, name = self.device_entry, self.suggested_object_id
        if device is None or name is None:
            return None
        domain, key = self.platform.domain, str(self.unique_id)
        if er.async_get(self.hass).async_get_entity_id(domain, DOMAIN, key):
            return None
        return async_object_id_like_siblings(self.hass, device.id, name)

    def is_known(self) -> bool:
        """Return True if there is something to show."""
        return True

    @property
    def shown(self) -> object:
        """Everything that the state is made of."""
        return (
            self.available,
            self.state,
            self.state_attributes,
            self.extra_state_attributes,
        )

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Let others have their turn between the entities of many chargers."""
        if (entry := self.platform.config_entry) is not None:
            hub: Hub = entry.runtime_data
            await hub.pauses.take()

    @callback
    def async_follow(self, subscribe: Callable[[CALLBACK_TYPE], CALLBACK_TYPE]) -> None:
        """Subscribe, and write the state whenever it has changed."""
        self._last_shown = self.shown
        self.async_on_remove(subscribe(self.async_write_changed))

    @callback
    def async_write_changed(self) -> None:
        """Write the state if it has changed."""
        if (shown := self.shown) != self._last_shown:
            self._last_shown = shown
            self.async_write_ha_state()


class HubEntity(OcppEntity):
    """An entity of the central system."""

    def __init__(self, hub: Hub, description: EntityDescription) -> None:
        """Initialize."""
        super().__init__(description)
        self.hub = hub

    @property
    @override
    def identifier(self) -> str:
        """The id of the config entry."""
        return self.hub.entry.entry_id

    @property
    @override
    def device_info(self) -> DeviceInfo:
        """The device of the central system."""
        return DeviceInfo(identifiers={(DOMAIN, self.identifier)})


class ChargerEntity(OcppEntity):
    """An entity of a charger as a whole."""

    known_offline = False
    """True if the state is known while the charger is disconnected."""

    def __init__(self, charger: Charger, description: EntityDescription) -> None:
        """Initialize."""
        super().__init__(description)
        self.charger = charger

    @property
    @override
    def identifier(self) -> str:
        """The identity of the charger."""
        return self.charger.identity

    @property
    @override
    def device_info(self) -> DeviceInfo | ChildDeviceInfo:
        """The device of the charger."""
        return DeviceInfo(identifiers={(DOMAIN, self.charger.identity)})

    @property
    @override
    def available(self) -> bool:
        """True while the state is known."""
        return self.known_offline or self.charger.station.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the charger."""
        self.async_on_remove(self.charger.station.subscribe(self._async_on_charger))

    @callback
    def _async_on_charger(self, _: Snapshot) -> None:
        self.async_write_ha_state()


class EvseEntity(ChargerEntity):
    """An entity of one connector, on a device of its own if the charger has several."""

    def __init__(
        self, charger: Charger, evse_id: int, description: EntityDescription
    ) -> None:
        """Initialize."""
        super().__init__(charger, description)
        self.evse_id = evse_id

    @property
    @override
    def identifier(self) -> str:
        """The identifier of the connector."""
        return self.charger.evse_identifier(self.evse_id)

    @property
    @override
    def device_info(self) -> DeviceInfo | ChildDeviceInfo:
        """The device of the charger, or of the connector if there are several."""
        if len(self.charger.evse_ids) == 1:
            return super().device_info
        return ChildDeviceInfo(
            identifiers={(DOMAIN, self.identifier)},
            parent_device_id=self.charger.device_id,
            translation_key="connector",
            translation_placeholders={"number": str(self.evse_id)},
        )

    @property
    def evse(self) -> Evse:
        """The state of the connector."""
        return self.charger.evse(self.evse_id)


class MeasuringEntity[ValueT](EvseEntity):
    """An entity whose state is a function of the connector's."""

    _last: ValueT | None = None

    @abstractmethod
    def measure(self, evse: Evse) -> ValueT | None:
        """Return the state."""

    @abstractmethod
    def show(self, value: ValueT | None) -> None:
        """Set the attribute that holds the state."""

    @override
    def is_known(self) -> bool:
        return self.measure(self.evse) is not None

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
            self.async_show(value)

    @callback
    def async_show(self, value: ValueT | None) -> None:
        """Write another state."""
        self._last = value
        self.show(value)
        self.async_write_ha_state()


class PreferenceEntity(EvseEntity):
    """An entity for a preference of the owner's; it can be set while the charger is disconnected, too."""

    known_offline = True

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
