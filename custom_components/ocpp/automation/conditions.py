"""Conditions on states of chargers and of the site."""

from typing import ClassVar, override

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import UnitOfPower
from homeassistant.core import CALLBACK_TYPE
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    Condition,
    EntityConditionBase,
    EntityNumericalConditionWithUnitBase,
    EntityStateConditionBase,
)
from homeassistant.util.unit_conversion import PowerConverter

from ..entities.thresholds import async_watch_threshold
from .targets import own_entities

_SPECS = {BINARY_SENSOR_DOMAIN: DomainSpec(), SENSOR_DOMAIN: DomainSpec()}


class OwnStateCondition(EntityConditionBase):
    """A condition on entities of this integration."""

    _domain_specs = _SPECS
    _translation_key: ClassVar[str]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the entities that this condition is about."""
        found = super().entity_filter(entities)
        return own_entities(self._hass, found, self._translation_key)


class PowerCondition(OwnStateCondition, EntityNumericalConditionWithUnitBase):
    """A condition on a power, which is shown soon once it crosses the threshold."""

    _base_unit = UnitOfPower.WATT
    _unit_converter = PowerConverter
    _unwatch: CALLBACK_TYPE | None = None

    @override
    async def _async_setup(self) -> None:
        """Have the power shown in time from now on."""
        await super()._async_setup()
        self._unwatch = async_watch_threshold(self._hass, self.is_valid_state)

    @override
    def _async_unload(self) -> None:
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        super()._async_unload()


def make_state_condition(translation_key: str, *states: str) -> type[Condition]:
    """Return a condition that an entity is in one of some states."""

    class CustomCondition(OwnStateCondition, EntityStateConditionBase):
        """A condition on these states."""

        _translation_key = translation_key
        _states = set(states)

    return CustomCondition


def make_power_condition(translation_key: str) -> type[Condition]:
    """Return a condition on a power."""

    class CustomCondition(PowerCondition):
        """A condition on this power."""

        _translation_key = translation_key

    return CustomCondition
