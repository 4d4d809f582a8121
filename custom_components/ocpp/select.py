"""Selects: the charging mode and other preferences of connectors, and settings of the site."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entities.adding import (
    async_add_for_connectors,
    async_add_for_connectors_when_known,
)
from .entities.base import PreferenceEntity
from .entities.site import async_add_site_selects
from .entities.vehicles.select import async_add_vehicle_selects
from .hub import OcppConfigEntry
from .surplus.modes import Mode

PARALLEL_UPDATES = 0

CHARGING_MODE = SelectEntityDescription(
    key="charging_mode",
    translation_key="charging_mode",
    options=[mode.value for mode in Mode],
)

AUTOMATIC, STAY = "automatic", "stay"
_PHASES = {AUTOMATIC: None, "one": 1, "three": 3}

PHASES = SelectEntityDescription(
    key="phases",
    translation_key="phases",
    entity_category=EntityCategory.CONFIG,
    options=[*_PHASES],
)
MODE_AFTER_UNPLUGGING = SelectEntityDescription(
    key="mode_after_unplugging",
    translation_key="mode_after_unplugging",
    entity_category=EntityCategory.CONFIG,
    options=[STAY, *(mode.value for mode in Mode)],
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
        lambda charger, evse_id: [
            ChargingMode(charger, evse_id, CHARGING_MODE),
            ModeAfterUnplugging(charger, evse_id, MODE_AFTER_UNPLUGGING),
        ],
    )
    await async_add_for_connectors_when_known(
        entry,
        async_add_entities,
        lambda charger, evse_id: [Phases(charger, evse_id, PHASES)],
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


class Phases(PreferenceEntity, SelectEntity):
    """The number of phases to charge on: chosen by the sun, or by the owner."""

    @override
    def is_known(self) -> bool:
        return self.charger.switches_phases

    @property
    @override
    def available(self) -> bool:
        """True if the charger can switch."""
        return self.charger.switches_phases

    @property
    @override
    def current_option(self) -> str:
        """The present choice."""
        phases = self.charger.preferences_of(self.evse_id).phases
        return next(option for option, chosen in _PHASES.items() if chosen == phases)

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose, from now on."""
        self.charger.async_set_phases(self.evse_id, _PHASES[option])


class ModeAfterUnplugging(PreferenceEntity, SelectEntity):
    """The mode that a connector is in once a car has left."""

    @property
    @override
    def current_option(self) -> str:
        """The present choice."""
        mode = self.charger.preferences_of(self.evse_id).mode_after_unplugging
        return STAY if mode is None else mode.value

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose, from the next car that leaves on."""
        mode = None if option == STAY else Mode(option)
        self.charger.async_set_mode_after_unplugging(self.evse_id, mode)
