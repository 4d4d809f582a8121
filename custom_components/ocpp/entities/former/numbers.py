"""Numbers of chargers that moved in: the slider for all connectors, and that for sessions."""

from collections.abc import Iterator
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
)
from homeassistant.const import EntityCategory, UnitOfElectricCurrent

from ...chargers.charger import Charger
from ...errors import translated_errors
from ...site.site import Site
from ..base import ChargerEntity, PreferenceEntity


def _slider(key: str) -> NumberEntityDescription:
    return NumberEntityDescription(
        key=key,
        translation_key=key,
        device_class=NumberDeviceClass.CURRENT,
        entity_category=EntityCategory.CONFIG,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        native_min_value=0,
        native_step=1,
    )


SESSION = _slider("former_session_current_limit")
ALL = _slider("former_maximum_current")


def former_numbers(site: Site, charger: Charger) -> Iterator[ChargerEntity]:
    """Yield all numbers that a charger may have moved in with."""
    yield FormerMaximumOfAll(site, charger)
    for evse_id in charger.evse_ids:
        yield FormerSessionLimit(site, charger, evse_id)


async def _async_limit(
    site: Site, charger: Charger, evse_id: int, current_a: float
) -> None:
    charger.async_set_maximum(evse_id, current_a)
    if charger.station.connected:
        with translated_errors(charger):
            await site.async_enforce(charger, evse_id)


class FormerSessionLimit(PreferenceEntity, NumberEntity):
    """The limit of sessions, which is the maximum current here."""

    def __init__(self, site: Site, charger: Charger, evse_id: int) -> None:
        """Initialize."""
        super().__init__(charger, evse_id, SESSION)
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
        await _async_limit(self._site, self.charger, self.evse_id, value)


class FormerMaximumOfAll(ChargerEntity, NumberEntity):
    """The greatest current that any connector may offer."""

    known_offline = True

    def __init__(self, site: Site, charger: Charger) -> None:
        """Initialize."""
        super().__init__(charger, ALL)
        self._site = site

    @property
    @override
    def native_max_value(self) -> float:
        """The greatest current of the charger."""
        return self.charger.config.max_current_a

    @property
    @override
    def native_value(self) -> float:
        """The greatest current that may be offered anywhere."""
        return max(map(self.charger.maximum_current_a, self.charger.evse_ids))

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the preferences."""
        self.async_on_remove(
            self.charger.async_subscribe_preferences(
                lambda _: self.async_write_ha_state()
            )
        )

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the current of all connectors."""
        for evse_id in self.charger.evse_ids:
            await _async_limit(self._site, self.charger, evse_id, value)
