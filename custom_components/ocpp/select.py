"""Selects: the charging mode of connectors, and settings of the site."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entities.adding import async_add_for_connectors
from .entities.base import PreferenceEntity
from .entities.site import async_add_site_selects
from .entities.vehicle_select import async_add_vehicle_selects
from .hub import OcppConfigEntry
from .surplus.modes import Mode

PARALLEL_UPDATES = 0

CHARGING_MODE = SelectEntityDescription(
    key="charging_mode",
    translation_key="charging_mode",
    options=[mode.value for mode in Mode],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects of the site and of all chargers."""
    await async_add_for_connectors(
        entry,
        async_add_entities,
        lambda charger, evse_id: [ChargingMode(charger, evse_id, CHARGING_MODE)],
    )
    await async_add_vehicle_selects(entry, async_add_entities)
    async_add_site_selects(entry, async_add_entities)


class ChargingMode(PreferenceEntity, SelectEntity):
    """The charging mode of a connector."""

    @property
    @override
    def current_option(self) -> str:
        """The present mode."""
        return self.charger.preferences_of(self.evse_id).mode.value

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose a mode, which replaces an external charging profile."""
        self.charger.station.limits.release_external_profile(self.evse_id)
        self.charger.async_set_mode(self.evse_id, Mode(option))
