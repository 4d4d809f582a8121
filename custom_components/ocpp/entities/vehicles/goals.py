"""The goals of vehicles, which can be set wherever they are: numbers, and the next departure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.datetime import DateTimeEntity, DateTimeEntityDescription
from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfEnergy, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from ...chargers.departures import target_percent
from ...chargers.solar_preferences import SolarPreferences
from ...hub import OcppConfigEntry
from ...vehicles.own_vehicle import OwnVehicle
from .vehicle import VehicleEntity, async_add_for_vehicles


@dataclass(frozen=True, kw_only=True)
class VehicleNumberDescription(NumberEntityDescription):
    """A number that shows and changes a goal of a vehicle."""

    value_fn: Callable[[OwnVehicle], float]
    set_fn: Callable[[OwnVehicle, float], None]


def _target(own: OwnVehicle) -> float:
    return target_percent(own.goal, own.vehicle, departure=None) or 0.0


def _floor(own: OwnVehicle) -> float:
    floor = own.soc_floor_percent
    return SolarPreferences().soc_floor_percent if floor is None else floor


CHARGE_TARGET = VehicleNumberDescription(
    key="charge_target",
    translation_key="charge_target",
    native_unit_of_measurement=PERCENTAGE,
    native_min_value=0,
    native_max_value=100,
    native_step=1,
    value_fn=_target,
    # No target is no goal.
    set_fn=lambda own, percent: own.async_set_goal(soc_percent=percent or None),
)
ENERGY_WANTED = VehicleNumberDescription(
    key="energy_wanted",
    translation_key="energy_wanted",
    device_class=NumberDeviceClass.ENERGY,
    native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
    native_min_value=0,
    native_max_value=300,
    native_step=0.5,
    mode=NumberMode.BOX,
    value_fn=lambda own: (own.goal.energy_wh or 0.0) / 1000,
    set_fn=lambda own, kwh: own.async_set_goal(energy_wh=kwh * 1000 or None),
)
MINIMUM_CHARGE = VehicleNumberDescription(
    key="minimum_charge",
    translation_key="minimum_charge",
    entity_category=EntityCategory.CONFIG,
    native_unit_of_measurement=PERCENTAGE,
    native_min_value=0,
    native_max_value=100,
    native_step=1,
    mode=NumberMode.SLIDER,
    value_fn=_floor,
    set_fn=lambda own, percent: own.async_set_soc_floor(percent),
)
PRECONDITIONING = VehicleNumberDescription(
    key="preconditioning",
    translation_key="preconditioning",
    device_class=NumberDeviceClass.DURATION,
    entity_category=EntityCategory.CONFIG,
    native_unit_of_measurement=UnitOfTime.MINUTES,
    native_min_value=0,
    native_max_value=60,
    native_step=5,
    value_fn=lambda own: own.goal.preconditioning_minutes,
    set_fn=lambda own, minutes: own.async_set_goal(preconditioning_minutes=minutes),
)
NUMBERS = (CHARGE_TARGET, ENERGY_WANTED, MINIMUM_CHARGE, PRECONDITIONING)
DEPARTURE = DateTimeEntityDescription(key="departure", translation_key="departure")


@callback
def async_add_vehicle_numbers(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers of all vehicles."""
    hub = entry.runtime_data
    async_add_for_vehicles(
        entry,
        async_add_entities,
        lambda own: [VehicleNumber(hub, own, number) for number in NUMBERS],
    )


@callback
def async_add_vehicle_departures(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the departures of all vehicles."""
    hub = entry.runtime_data
    async_add_for_vehicles(
        entry, async_add_entities, lambda own: [VehicleDeparture(hub, own, DEPARTURE)]
    )


class VehicleNumber(VehicleEntity, NumberEntity):
    """A goal of a vehicle that is a number."""

    entity_description: VehicleNumberDescription

    @property
    @override
    def native_value(self) -> float:
        """The present value."""
        return self.entity_description.value_fn(self.own)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the goal."""
        self.entity_description.set_fn(self.own, value)


class VehicleDeparture(VehicleEntity, DateTimeEntity):
    """The next single departure of a vehicle; None once it has passed."""

    @property
    @override
    def native_value(self) -> datetime | None:
        """The departure."""
        departure = self.own.goal.departure
        return None if departure is None or departure <= dt_util.utcnow() else departure

    @override
    async def async_set_value(self, value: datetime) -> None:
        """Set the departure; a time in the past clears it."""
        self.own.async_set_goal(departure=value)
