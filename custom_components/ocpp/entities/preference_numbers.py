"""Numbers for the preferences of owners: goals for departures, and solar preferences."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfEnergy, UnitOfTime
from homeassistant.core import callback

from ..chargers.charger import Charger, Preferences
from ..chargers.departures import target_percent
from ..errors import translated_errors
from ..planning.carbon_intensity import UNIT
from ..planning.goals import tells_soc
from ..site.site import Site
from .base import PreferenceEntity


def _solar_share(preferences: Preferences) -> float | None:
    return preferences.solar.solar_share_in(preferences.mode)


@dataclass(frozen=True, kw_only=True)
class PreferenceDescription(NumberEntityDescription):
    """A number that shows and changes a preference at a connector."""

    value_fn: Callable[[Charger, int], float | None]
    set_fn: Callable[[Charger, int, float], None]


ENERGY_WANTED = PreferenceDescription(
    key="energy_wanted",
    translation_key="energy_wanted",
    device_class=NumberDeviceClass.ENERGY,
    native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
    native_min_value=0,
    native_max_value=300,
    native_step=0.5,
    mode=NumberMode.BOX,
    value_fn=lambda charger, evse_id: (
        (charger.goal_of(evse_id).energy_wh or 0.0) / 1000
    ),
    # No energy is no goal.
    set_fn=lambda charger, evse_id, kwh: charger.async_set_goal(
        evse_id, energy_wh=kwh * 1000 or None
    ),
)
CHARGE_TARGET = PreferenceDescription(
    key="charge_target",
    translation_key="charge_target",
    native_unit_of_measurement=PERCENTAGE,
    native_min_value=0,
    native_max_value=100,
    native_step=1,
    value_fn=lambda charger, evse_id: (
        target_percent(
            charger.goal_of(evse_id), charger.vehicle_of(evse_id), departure=None
        )
        or 0.0
    ),
    set_fn=lambda charger, evse_id, percent: charger.async_set_goal(
        evse_id, soc_percent=percent or None
    ),
)
PRICE_LIMIT = PreferenceDescription(
    key="price_limit",
    translation_key="price_limit",
    entity_category=EntityCategory.CONFIG,
    native_min_value=-1000,
    native_max_value=1000,
    native_step=0.001,
    mode=NumberMode.BOX,
    value_fn=lambda charger, evse_id: charger.goal_of(evse_id).price_limit_per_kwh,
    set_fn=lambda charger, evse_id, price: charger.async_set_own_goal(
        evse_id, price_limit_per_kwh=price
    ),
)
SOLAR_SHARE = PreferenceDescription(
    key="solar_share",
    translation_key="solar_share",
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
    native_unit_of_measurement=PERCENTAGE,
    native_min_value=0,
    native_max_value=100,
    native_step=1,
    mode=NumberMode.SLIDER,
    value_fn=lambda charger, evse_id: _solar_share(charger.preferences_of(evse_id)),
    set_fn=lambda charger, evse_id, percent: charger.async_set_solar_preferences(
        evse_id, solar_share_percent=percent
    ),
)
PRIORITY = PreferenceDescription(
    key="priority",
    translation_key="priority",
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
    native_min_value=0,
    native_max_value=10,
    native_step=1,
    mode=NumberMode.SLIDER,
    value_fn=lambda charger, evse_id: charger.preferences_of(evse_id).solar.priority,
    set_fn=lambda charger, evse_id, priority: charger.async_set_solar_preferences(
        evse_id, priority=round(priority)
    ),
)
MINIMUM_CHARGE = PreferenceDescription(
    key="minimum_charge",
    translation_key="minimum_charge",
    entity_category=EntityCategory.CONFIG,
    native_unit_of_measurement=PERCENTAGE,
    native_min_value=0,
    native_max_value=100,
    native_step=1,
    mode=NumberMode.SLIDER,
    value_fn=lambda charger, evse_id: charger.soc_floor_percent(evse_id),
    set_fn=lambda charger, evse_id, percent: charger.async_set_soc_floor(
        evse_id, percent
    ),
)
PRECONDITIONING = PreferenceDescription(
    key="preconditioning",
    translation_key="preconditioning",
    device_class=NumberDeviceClass.DURATION,
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
    native_unit_of_measurement=UnitOfTime.MINUTES,
    native_min_value=0,
    native_max_value=60,
    native_step=5,
    value_fn=lambda charger, evse_id: charger.goal_of(evse_id).preconditioning_minutes,
    set_fn=lambda charger, evse_id, minutes: charger.async_set_goal(
        evse_id, preconditioning_minutes=minutes
    ),
)


def preference_numbers(charger: Charger, evse_id: int) -> Iterator[PreferenceNumber]:
    """Yield the numbers of a connector that each owner may need."""
    yield PreferenceNumber(charger, evse_id, ENERGY_WANTED)
    yield SolarShare(charger, evse_id, SOLAR_SHARE)
    yield PreferenceNumber(charger, evse_id, PRIORITY)
    yield PreferenceNumber(charger, evse_id, PRECONDITIONING)


def special_preference_numbers(
    site: Site, charger: Charger, evse_id: int
) -> Iterator[PreferenceNumber]:
    """Yield the numbers of a connector that need a price or facts about the car."""
    yield ChargeTarget(charger, evse_id, CHARGE_TARGET)
    yield MinimumCharge(charger, evse_id, MINIMUM_CHARGE)
    yield PriceLimit(site, charger, evse_id, PRICE_LIMIT)


class PreferenceNumber(PreferenceEntity, NumberEntity):
    """A preference that is a number."""

    entity_description: PreferenceDescription

    @property
    @override
    def native_value(self) -> float | None:
        """The present value."""
        return self.entity_description.value_fn(self.charger, self.evse_id)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the preference."""
        self.entity_description.set_fn(self.charger, self.evse_id, value)


class ChargeTarget(PreferenceNumber):
    """The state of charge to reach; available if the capacity of the car's battery is set up."""

    @override
    def is_known(self) -> bool:
        return self.available

    @property
    @override
    def available(self) -> bool:
        """True if the needed energy can be computed."""
        return self.charger.vehicle_of(self.evse_id).capacity_wh is not None


class MinimumCharge(PreferenceNumber):
    """The state of charge below which the car also charges from the grid, where something tells it."""

    @override
    def is_known(self) -> bool:
        return tells_soc(self.charger, self.evse_id)


class PriceLimit(PreferenceNumber):
    """The price up to which the car charges regardless of the departure, where there are prices."""

    def __init__(
        self,
        site: Site,
        charger: Charger,
        evse_id: int,
        description: PreferenceDescription,
    ) -> None:
        """Initialize with the site, which knows whether there are prices."""
        super().__init__(charger, evse_id, description)
        self._site = site
        self._shown_unit: str | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the prices, too, which may give way to a carbon intensity."""
        await super().async_added_to_hass()
        self._shown_unit = self.native_unit_of_measurement
        self.async_on_remove(
            self._site.planner.forecast_inputs.async_subscribe(self._async_on_prices)
        )

    @callback
    def _async_on_prices(self) -> None:
        if self.native_unit_of_measurement != self._shown_unit:
            self._shown_unit = self.native_unit_of_measurement
            self.async_write_ha_state()

    @override
    def is_known(self) -> bool:
        return self._site.planner.forecast_inputs.has_prices

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        """The currency of Home Assistant for each kWh, or the unit of the carbon intensity."""
        if self._site.planner.forecast_inputs.counts_emissions:
            return UNIT
        return f"{self.hass.config.currency}/{UnitOfEnergy.KILO_WATT_HOUR}"


class SolarShare(PreferenceNumber):
    """The part of the energy that should come from the sun; unavailable in modes that do not follow the sun."""

    @property
    @override
    def available(self) -> bool:
        """True if the present mode uses it."""
        return self.native_value is not None


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
        await async_set_maximum(self._site, self.charger, self.evse_id, value)


async def async_set_maximum(
    site: Site, charger: Charger, evse_id: int, current_a: float
) -> None:
    """Set the greatest current of a connector, and send it to a connected charger at once."""
    charger.async_set_maximum(evse_id, current_a)
    if charger.station.connected:
        with translated_errors(charger):
            await site.async_enforce(charger, evse_id)
