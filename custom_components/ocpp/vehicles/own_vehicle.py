"""A vehicle of the household in Home Assistant: its settings, and the goals of its owner."""

from dataclasses import dataclass, field, replace
from typing import Unpack, override

from homeassistant.core import CALLBACK_TYPE, callback

from ..chargers.departures import Goal, GoalChanges
from ..chargers.occupant import Occupant
from ..config.vehicle import Vehicle
from ..csms.observers import Listeners


@dataclass(frozen=True, slots=True)
class VehicleGoals:
    """The goals for one vehicle; kept in storage. Without a `floor_percent`, that of the settings counts."""

    goal: Goal = field(default_factory=Goal)
    floor_percent: float | None = None


class OwnVehicle(Occupant):
    """A vehicle that is set up."""

    def __init__(self, vehicle_id: str, vehicle: Vehicle, goals: VehicleGoals) -> None:
        """Initialize with the id of its subentry."""
        self.id = vehicle_id
        self.goals = goals
        self._vehicle = vehicle
        self._changed = Listeners[()]()

    @property
    @override
    def vehicle(self) -> Vehicle:
        return self._vehicle

    @property
    def name(self) -> str:
        """Its name."""
        return self._vehicle.name or self.id

    @property
    @override
    def goal(self) -> Goal:
        return self.goals.goal

    @property
    @override
    def soc_floor_percent(self) -> float | None:
        floor = self.goals.floor_percent
        return self._vehicle.floor_percent if floor is None else floor

    @callback
    def async_reconfigure(self, vehicle: Vehicle) -> None:
        """Take over changed settings."""
        if vehicle != self._vehicle:
            self._vehicle = vehicle
            self._changed.tell()

    @callback
    @override
    def async_set_goal(self, **changes: Unpack[GoalChanges]) -> None:
        goals = replace(self.goals, goal=replace(self.goals.goal, **changes))
        self._async_take(goals)

    @callback
    @override
    def async_set_soc_floor(self, percent: float) -> None:
        self._async_take(replace(self.goals, floor_percent=percent))

    @callback
    @override
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        return self._changed.add(listener)

    @callback
    def _async_take(self, goals: VehicleGoals) -> None:
        if goals != self.goals:
            self.goals = goals
            self._changed.tell()
