"""What several forms ask for: entities that exist, and amperes."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)

CURRENT_SENSOR = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.CURRENT)
)


def box(minimum: float, maximum: float, unit: str) -> NumberSelector:
    """Return a field for a number with a unit."""
    return NumberSelector(
        NumberSelectorConfig(
            min=minimum,
            max=maximum,
            step=1,
            unit_of_measurement=unit,
            mode=NumberSelectorMode.BOX,
        )
    )


def unknown_entities(
    hass: HomeAssistant, user_input: Mapping[str, Any], fields: Iterable[str]
) -> dict[str, str]:
    """Return which of some fields name entities that do not exist."""
    return {
        field: "unknown_entity"
        for field in fields
        if field in user_input and not exists(hass, user_input[field])
    }


def exists(hass: HomeAssistant, entity_id: str) -> bool:
    """Whether there is an entity, even one that has no state yet."""
    return (
        hass.states.get(entity_id) is not None
        or er.async_get(hass).async_get(entity_id) is not None
    )
