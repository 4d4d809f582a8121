"""The connectors that cards show: their entities, and who may read them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..hub import Hub, OcppConfigEntry

_SHOWN: Mapping[str, Platform] = {
    "charging_mode": Platform.SELECT,
    "charge_control": Platform.SWITCH,
    "maximum_current": Platform.NUMBER,
    "departure": Platform.DATETIME,
    "energy_wanted": Platform.NUMBER,
    "charge_target": Platform.NUMBER,
    "vehicle": Platform.SELECT,
    "status": Platform.SENSOR,
    "reason": Platform.SENSOR,
    "power": Platform.SENSOR,
    "session_energy": Platform.SENSOR,
}
"""The entities of a connector that cards show or change, by their key."""
SURPLUS_KEY = "solar_surplus"
"""The entity of the site; who may read it may see the flows of power."""


@dataclass(frozen=True, slots=True)
class Place:
    """A connector of a charger."""

    hub: Hub
    charger: Charger
    evse_id: int

    @property
    def key(self) -> str:
        """Its identifier."""
        return self.charger.evse_identifier(self.evse_id)

    @property
    def connector(self) -> int | None:
        """Its number, where the charger has several."""
        return self.evse_id if len(self.charger.evse_ids) > 1 else None

    def entities(self, hass: HomeAssistant) -> Mapping[str, str]:
        """Return the ids of its entities that exist and are enabled."""
        registry = er.async_get(hass)
        found = {
            key: registry.async_get_entity_id(platform, DOMAIN, f"{self.key}-{key}")
            for key, platform in _SHOWN.items()
        }
        return {key: id_ for key, id_ in found.items() if id_ and hass.states.get(id_)}


def running_hubs(hass: HomeAssistant, entry_id: str | None) -> list[Hub]:
    """Return the central systems that run: the one that is named, or all."""
    entries: list[OcppConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return [
        entry.runtime_data for entry in entries if entry_id in (None, entry.entry_id)
    ]


def places(hub: Hub) -> Iterator[Place]:
    """Yield all connectors of a central system."""
    for charger in hub.chargers.values():
        for evse_id in charger.evse_ids:
            yield Place(hub, charger, evse_id)


def place_of(hass: HomeAssistant, entity_id: str) -> Place | None:
    """Return the connector that an entity belongs to; None while it is not set up, or belongs to none."""
    entity = er.async_get(hass).async_get(entity_id)
    if entity is None or entity.platform != DOMAIN:
        return None
    return next(
        (
            place
            for hub in running_hubs(hass, entity.config_entry_id)
            for place in places(hub)
            if entity.unique_id.startswith(f"{place.key}-")
        ),
        None,
    )


def may_read_place(hass: HomeAssistant, user: User, place: Place) -> bool:
    """Return whether a user may read what cards show of a connector."""
    if user.permissions.access_all_entities(POLICY_READ):
        return True
    entities = place.entities(hass).values()
    return bool(entities) and all(
        user.permissions.check_entity(entity_id, POLICY_READ) for entity_id in entities
    )


def may_read_site(hass: HomeAssistant, user: User, hub: Hub) -> bool:
    """Return whether a user may read the flows of power."""
    if user.permissions.access_all_entities(POLICY_READ):
        return True
    unique_id = f"{hub.entry.entry_id}-{SURPLUS_KEY}"
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
    return entity_id is not None and user.permissions.check_entity(
        entity_id, POLICY_READ
    )
