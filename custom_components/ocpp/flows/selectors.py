"""The fields that several forms have in common."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Literal, override

import probatio

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..config.energy_sources import entity_ids
from .numbers import NumberField


class SensorsSelector(EntitySelector):
    """A field for any number of sensors, which takes a single one as well."""

    @override
    def __call__(self, data: Any) -> str | list[str]:
        """Return the sensors as a list."""
        return super().__call__([data] if isinstance(data, str) else data)


def sensors(
    device_class: SensorDeviceClass, units: Sequence[str] = ()
) -> SensorsSelector:
    """Return a field for sensors of a class, or of a unit if they have no class."""
    filters = [
        EntityWithDeviceFilterSelectorConfig(domain="sensor", device_class=device_class)
    ]
    if units:
        filters.append(
            EntityWithDeviceFilterSelectorConfig(
                domain="sensor", unit_of_measurement=list(units)
            )
        )
    return SensorsSelector(
        EntitySelectorConfig(filter=filters, multiple=True, reorder=True)
    )


CURRENT_SENSOR = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.CURRENT)
)
TEXTS = SelectSelector(
    SelectSelectorConfig(options=[], multiple=True, custom_value=True)
)
"""A field for any number of texts."""


def box(
    minimum: float,
    maximum: float,
    unit: str | None = None,
    step: float | Literal["any"] = 1,
) -> NumberField:
    """Return a field for a number."""
    config = NumberSelectorConfig(
        min=minimum, max=maximum, step=step, mode=NumberSelectorMode.BOX
    )
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberField(config)


def choice(options: Iterable[str], translation_key: str) -> SelectSelector:
    """Return a field for one of several options, whose names are translated."""
    return SelectSelector(
        SelectSelectorConfig(options=list(options), translation_key=translation_key)
    )


def clearable_choice(options: Iterable[str], translation_key: str) -> SelectSelector:
    """Return a field for at most one of several options; a short list could not be emptied again."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(options),
            translation_key=translation_key,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def values(members: Iterable[Enum]) -> Iterable[str]:
    """Return the values of an enum as options."""
    return (str(member.value) for member in members)


def one_of(names: Mapping[str, str]) -> SelectSelector:
    """Return a field for one of several things that the user has named."""
    return SelectSelector(
        SelectSelectorConfig(options=_options(names), mode=SelectSelectorMode.DROPDOWN)
    )


def some_of(names: Mapping[str, str]) -> SelectSelector:
    """Return a field for any number of things that the user has named."""
    return SelectSelector(SelectSelectorConfig(options=_options(names), multiple=True))


def _options(names: Mapping[str, str]) -> list[SelectOptionDict]:
    return [SelectOptionDict(value=key, label=name) for key, name in names.items()]


def collapsed(schema: probatio.Schema) -> section:
    """Return a section of a form that is closed at first."""
    return section(schema, {"collapsed": True})


def unknown_entities(
    hass: HomeAssistant, user_input: Mapping[str, Any], fields: Iterable[str]
) -> dict[str, str]:
    """Return errors for the fields with entities that do not exist."""
    return {
        field: "unknown_entity"
        for field in fields
        if not all(exists(hass, each) for each in entity_ids(user_input, field))
    }


def exists(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity exists, even if it has no state yet."""
    return (
        hass.states.get(entity_id) is not None
        or er.async_get(hass).async_get(entity_id) is not None
    )
