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
from ...site.site import Site
from ..base import ChargerEntity
from ..preference_numbers import MaximumCurrent, async_set_maximum


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
        # The limit of sessions is the maximum current here.
        yield MaximumCurrent(site, charger, evse_id, SESSION)


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
            await async_set_maximum(self._site, self.charger, evse_id, value)
