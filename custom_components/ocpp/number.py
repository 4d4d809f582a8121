"""Numbers: the maximum current, the goals and the solar preferences of connectors, and settings of the site."""

from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
)
from homeassistant.const import EntityCategory, UnitOfElectricCurrent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .chargers.charger import Charger
from .entities.adding import (
    async_add_for_connectors,
    async_add_for_connectors_when_known,
    async_add_former,
)
from .entities.base import PreferenceEntity
from .entities.former.numbers import former_numbers
from .entities.preference_numbers import preference_numbers, special_preference_numbers
from .entities.site import async_add_site_numbers
from .entities.vehicles.goals import async_add_vehicle_numbers
from .errors import translated_errors
from .hub import OcppConfigEntry
from .site.site import Site

PARALLEL_UPDATES = 0

MAXIMUM_CURRENT = NumberEntityDescription(
    key="maximum_current",
    translation_key="maximum_current",
    device_class=NumberDeviceClass.CURRENT,
    entity_category=EntityCategory.CONFIG,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    native_min_value=0,
    native_step=1,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of the site and of all chargers."""
    site = entry.runtime_data.site
    await async_add_for_connectors(
        entry,
        async_add_entities,
        lambda charger, evse_id: [
            MaximumCurrent(site, charger, evse_id, MAXIMUM_CURRENT)
        ],
    )
    await async_add_for_connectors(entry, async_add_entities, preference_numbers)
    await async_add_for_connectors_when_known(
        entry,
        async_add_entities,
        lambda charger, evse_id: special_preference_numbers(site, charger, evse_id),
    )
    await async_add_former(
        entry, async_add_entities, lambda charger: former_numbers(site, charger)
    )
    async_add_vehicle_numbers(entry, async_add_entities)
    async_add_site_numbers(entry, async_add_entities)


class MaximumCurrent(PreferenceEntity, NumberEntity):
    """The greatest current that a connector may offer; less than 6 A pauses it."""

    def __init__(
        self,
        site: Site,
        charger: Charger,
        evse_id: int,
        description: NumberEntityDescription,
    ) -> None:
        """Initialize."""
        super().__init__(charger, evse_id, description)
        self._site = site

    @property
    @override
    def native_max_value(self) -> float:
        """The greatest current of the charger."""
        return self.charger.config.max_current_a

    @property
    @override
    def native_value(self) -> float:
        """The greatest current that may be offered now."""
        return self.charger.maximum_current_a(self.evse_id)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the current, and send it to a connected charger at once."""
        self.charger.async_set_maximum(self.evse_id, value)
        if self.charger.station.connected:
            with translated_errors(self.charger):
                await self._site.async_enforce(self.charger, self.evse_id)
