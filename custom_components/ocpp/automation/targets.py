"""The chargers' entities and devices that triggers and conditions are meant for."""

from collections.abc import Iterable

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.helpers.typing import ConfigType

from ..const import DOMAIN


def own_entities(
    hass: HomeAssistant, entity_ids: Iterable[str], translation_key: str
) -> set[str]:
    """Return the entities of this integration that show a certain thing."""
    registry = er.async_get(hass)
    return {
        entity_id
        for entity_id in entity_ids
        if (entry := registry.async_get(entity_id)) is not None
        and entry.platform == DOMAIN
        and entry.translation_key == translation_key
    }


def targeted_devices(hass: HomeAssistant, target: ConfigType) -> set[str]:
    """Return the devices that are targeted, by themselves or by one of their entities."""
    selected = async_extract_referenced_entity_ids(
        hass, TargetSelection(target), primary_entities_only=False
    )
    registry = er.async_get(hass)
    entries = map(
        registry.async_get, selected.referenced | selected.indirectly_referenced
    )
    return selected.referenced_devices | {
        entry.device_id for entry in entries if entry and entry.device_id
    }


def has_entity(hass: HomeAssistant, device_id: str, translation_key: str) -> bool:
    """Return whether a device, or a part of it, shows a certain thing."""
    registry = er.async_get(hass)
    return any(
        entry.platform == DOMAIN and entry.translation_key == translation_key
        for each in targeted_devices(hass, {ATTR_DEVICE_ID: device_id})
        for entry in er.async_entries_for_device(
            registry, each, include_disabled_entities=True
        )
    )
