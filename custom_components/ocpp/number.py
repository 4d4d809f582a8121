"""Numbers: the maximum current, the goals and the solar preferences of connectors, and settings of the site."""

from homeassistant.components.number import NumberDeviceClass, NumberEntityDescription
from homeassistant.const import EntityCategory, UnitOfElectricCurrent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entities.adding import (
    async_add_for_connectors,
    async_add_for_connectors_when_known,
    async_add_former,
)
from .entities.former.numbers import former_numbers
from .entities.preference_numbers import (
    MaximumCurrent,
    preference_numbers,
    special_preference_numbers,
)
from .entities.site import async_add_site_numbers
from .entities.vehicles.goals import async_add_vehicle_numbers
from .hub import OcppConfigEntry

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
