"""Numbers for the goal of a departure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfEnergy

from ..chargers.charger import Charger
from ..chargers.departures import Goal, GoalChanges
from .base import PreferenceEntity


@dataclass(frozen=True, kw_only=True)
class GoalDescription(NumberEntityDescription):
    """A number that shows and changes one part of a goal."""

    value_fn: Callable[[Goal], float | None]
    change_fn: Callable[[float], GoalChanges]


ENERGY_WANTED = GoalDescription(
    key="energy_wanted",
    translation_key="energy_wanted",
    device_class=NumberDeviceClass.ENERGY,
    native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
    native_min_value=0,
    native_max_value=300,
    native_step=0.5,
    mode=NumberMode.BOX,
    value_fn=lambda goal: (goal.energy_wh or 0.0) / 1000,
    # No energy is no goal.
    change_fn=lambda kwh: {"energy_wh": kwh * 1000 or None},
)
CHARGE_TARGET = GoalDescription(
    key="charge_target",
    translation_key="charge_target",
    native_unit_of_measurement=PERCENTAGE,
    native_min_value=0,
    native_max_value=100,
    native_step=1,
    value_fn=lambda goal: goal.soc_percent or 0.0,
    change_fn=lambda percent: {"soc_percent": percent or None},
)
PRICE_LIMIT = GoalDescription(
    key="price_limit",
    translation_key="price_limit",
    entity_category=EntityCategory.CONFIG,
    native_min_value=-1000,
    native_max_value=1000,
    native_step=0.001,
    mode=NumberMode.BOX,
    value_fn=lambda goal: goal.price_limit_per_kwh,
    change_fn=lambda price: {"price_limit_per_kwh": price},
)


def goal_numbers(charger: Charger, evse_id: int) -> Iterator[NumberEntity]:
    """Yield the goals of a connector."""
    yield GoalNumber(charger, evse_id, ENERGY_WANTED)
    yield ChargeTarget(charger, evse_id, CHARGE_TARGET)
    yield PriceLimit(charger, evse_id, PRICE_LIMIT)


class GoalNumber(PreferenceEntity, NumberEntity):
    """One part of the goal for the next departure."""

    entity_description: GoalDescription

    @property
    @override
    def native_value(self) -> float | None:
        """The present value."""
        goal = self.charger.preferences_of(self.evse_id).goal
        return self.entity_description.value_fn(goal)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the goal."""
        self.charger.async_set_goal(
            self.evse_id, **self.entity_description.change_fn(value)
        )


class ChargeTarget(GoalNumber):
    """The state of charge to reach; available if the capacity of the car's battery is set up."""

    @property
    @override
    def available(self) -> bool:
        """True if the needed energy can be computed."""
        return self.charger.config.vehicle.capacity_wh is not None


class PriceLimit(GoalNumber):
    """The price up to which the car charges regardless of the departure."""

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        """The currency of Home Assistant for each kWh."""
        return f"{self.hass.config.currency}/{UnitOfEnergy.KILO_WATT_HOUR}"
