"""Numbers for the solar preferences."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import PERCENTAGE, EntityCategory

from ..chargers.charger import Charger, Preferences
from ..chargers.solar_preferences import SolarPreferenceChanges
from .base import PreferenceEntity


@dataclass(frozen=True, kw_only=True)
class SolarPreferenceDescription(NumberEntityDescription):
    """A number that shows and changes a solar preference; it shows None in modes that do not use it."""

    value_fn: Callable[[Preferences], float | None]
    change_fn: Callable[[float], SolarPreferenceChanges]


SOLAR_PREFERENCES = (
    SolarPreferenceDescription(
        key="solar_share",
        translation_key="solar_share",
        native_unit_of_measurement=PERCENTAGE,
        native_min_value=0,
        native_max_value=100,
        native_step=1,
        mode=NumberMode.SLIDER,
        value_fn=lambda preferences: preferences.solar.solar_share_in(preferences.mode),
        change_fn=lambda percent: {"solar_share_percent": percent},
    ),
    SolarPreferenceDescription(
        key="priority",
        translation_key="priority",
        native_min_value=0,
        native_max_value=10,
        native_step=1,
        mode=NumberMode.SLIDER,
        value_fn=lambda preferences: preferences.solar.priority,
        change_fn=lambda priority: {"priority": round(priority)},
    ),
    SolarPreferenceDescription(
        key="minimum_charge",
        translation_key="minimum_charge",
        entity_category=EntityCategory.CONFIG,
        native_unit_of_measurement=PERCENTAGE,
        native_min_value=0,
        native_max_value=100,
        native_step=1,
        mode=NumberMode.SLIDER,
        value_fn=lambda preferences: preferences.solar.soc_floor_percent,
        change_fn=lambda percent: {"soc_floor_percent": percent},
    ),
)


def solar_preference_numbers(charger: Charger, evse_id: int) -> Iterator[NumberEntity]:
    """Yield the solar preferences of a connector."""
    for description in SOLAR_PREFERENCES:
        yield SolarPreferenceNumber(charger, evse_id, description)


class SolarPreferenceNumber(PreferenceEntity, NumberEntity):
    """One of the solar preferences; unavailable in modes that do not use it."""

    entity_description: SolarPreferenceDescription

    @property
    @override
    def available(self) -> bool:
        """True if the present mode uses it."""
        return self.native_value is not None

    @property
    @override
    def native_value(self) -> float | None:
        """The present value."""
        preferences = self.charger.preferences_of(self.evse_id)
        return self.entity_description.value_fn(preferences)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the preference."""
        changes = self.entity_description.change_fn(value)
        self.charger.async_set_solar_preferences(self.evse_id, **changes)
