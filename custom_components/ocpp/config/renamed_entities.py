"""Entities that the user has chosen, and renames or replaces later."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.entity_registry import (
    EVENT_ENTITY_REGISTRY_UPDATED,
    EventEntityRegistryUpdatedData,
)


@callback
def async_follow_renames(hass: HomeAssistant, entry: ConfigEntry) -> CALLBACK_TYPE:
    """Replace the ID of an entity wherever it was chosen, as soon as it is another one."""

    @callback
    def on_update(event: Event[EventEntityRegistryUpdatedData]) -> None:
        match event.data:
            case {"old_entity_id": str(old), "entity_id": str(new)}:
                async_replace_entity(hass, entry, old, new)

    return hass.bus.async_listen(EVENT_ENTITY_REGISTRY_UPDATED, on_update)


@callback
def async_replace_entity(
    hass: HomeAssistant, entry: ConfigEntry, old: str, new: str
) -> None:
    """Replace the ID of an entity wherever it was chosen."""
    for subentry in tuple(entry.subentries.values()):
        data = _replaced_in(subentry.data, old, new)
        if data != dict(subentry.data):
            hass.config_entries.async_update_subentry(entry, subentry, data=data)
    options = _replaced_in(entry.options, old, new)
    if options != dict(entry.options):
        hass.config_entries.async_update_entry(entry, options=options)


def _replaced_in(values: Mapping[str, object], old: str, new: str) -> dict[str, object]:
    return {key: _replaced(value, old, new) for key, value in values.items()}


def _replaced(value: object, old: str, new: str) -> object:
    match value:
        case str():
            return new if value == old else value
        case [*items] if old in items and new in items:
            return [item for item in items if item != old]
        case [*items]:
            return [_replaced(item, old, new) for item in items]
        case {**inner}:
            return {key: _replaced(each, old, new) for key, each in inner.items()}
    return value
