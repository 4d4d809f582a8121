"""The ids of entities that are added later: as if they had been there from the start.

Home Assistant makes an id of the names of the area, the device and the entity, as they are by then. What was there before keeps
its id while those names change, unless the owner has the ids made anew.
"""

from homeassistant.core import HomeAssistant, callback, split_entity_id
from homeassistant.helpers import entity_registry as er
from homeassistant.util import slugify

from ..const import DOMAIN


@callback
def async_object_id_like_siblings(
    hass: HomeAssistant, device_id: str, name: str
) -> str | None:
    """Return the object id of an entity that is new at a device; None for the one that Home Assistant makes."""
    registry = er.async_get(hass)
    for sibling in er.async_entries_for_device(
        registry, device_id, include_disabled_entities=True
    ):
        if (prefix := _prefix(sibling)) is None:
            continue
        if registry.async_regenerate_entity_id(sibling) == sibling.entity_id:
            return None
        return f"{prefix}{slugify(name)}"
    return None


def _prefix(sibling: er.RegistryEntry) -> str | None:
    """Return what comes before the name of an entity in its id; None if that was not made of its name."""
    if (
        sibling.platform != DOMAIN
        or sibling.name is not None
        or sibling.suggested_object_id is not None
        or not sibling.object_id_base
    ):
        return None
    _, object_id = split_entity_id(sibling.entity_id)
    ending = slugify(sibling.object_id_base)
    if not object_id.endswith(f"_{ending}"):
        return None
    return object_id.removesuffix(ending)
