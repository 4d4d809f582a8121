"""The vehicles that are set up; they follow the subentries of the config entry."""

from collections.abc import Callable, Iterator, Mapping
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, callback

from ..chargers.charger import Charger
from ..chargers.departures import Goal
from ..config.vehicle import vehicles_of
from ..const import CONF_TAKEN_OVER_FROM
from ..csms.observers import Listeners
from .own_vehicle import OwnVehicle, VehicleGoals


class Vehicles(Mapping[str, OwnVehicle]):
    """The vehicles by the ids of their subentries."""

    def __init__(self, entry: ConfigEntry) -> None:
        """Initialize without vehicles."""
        self._entry = entry
        self._vehicles: dict[str, OwnVehicle] = {}
        self._stop_following: dict[str, CALLBACK_TYPE] = {}
        self._new = set[str]()
        self._added = Listeners[OwnVehicle]()
        self._changed = Listeners[()]()

    @override
    def __getitem__(self, vehicle_id: str) -> OwnVehicle:
        return self._vehicles[vehicle_id]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._vehicles)

    @override
    def __len__(self) -> int:
        return len(self._vehicles)

    def named(self, name: str) -> OwnVehicle | None:
        """Return the vehicle of a name."""
        wanted = name.casefold()
        return next(
            (each for each in self.values() if each.name.casefold() == wanted), None
        )

    @callback
    def async_take_over(self, charger: Charger) -> None:
        """Take over the goal of a charger whose car was made a vehicle, unless that has goals of its own already."""
        for vehicle_id in self._new & self.keys():
            data = self._entry.subentries[vehicle_id].data
            if charger.identity in data.get(CONF_TAKEN_OVER_FROM, ()):
                goals = [charger.preferences_of(id_).goal for id_ in charger.evse_ids]
                goal = next((goal for goal in goals if goal != Goal()), Goal())
                self._vehicles[vehicle_id].async_set_goal(
                    departure=goal.departure,
                    energy_wh=goal.energy_wh,
                    soc_percent=goal.soc_percent,
                )
                self._new.discard(vehicle_id)

    @callback
    def async_load(self, goals: Mapping[str, VehicleGoals]) -> None:
        """Take over the vehicles that are set up, with the goals that were stored for them."""
        self._sync(goals)
        self._new = self.keys() - goals.keys()

    @callback
    def async_sync(self) -> None:
        """Take over vehicles that were added, changed or removed."""
        self._sync({})
        self._changed.tell()

    def _sync(self, goals: Mapping[str, VehicleGoals]) -> None:
        wanted = vehicles_of(self._entry)
        for vehicle_id in self.keys() - wanted.keys():
            del self._vehicles[vehicle_id]
            self._stop_following.pop(vehicle_id)()
        for vehicle_id, settings in wanted.items():
            if (vehicle := self.get(vehicle_id)) is not None:
                vehicle.async_reconfigure(settings)
                continue
            own = goals.get(vehicle_id, VehicleGoals())
            vehicle = self._vehicles[vehicle_id] = OwnVehicle(vehicle_id, settings, own)
            self._stop_following[vehicle_id] = vehicle.async_subscribe(
                self._changed.tell
            )
            self._added.tell(vehicle)

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever a vehicle or its goals have changed."""
        return self._changed.add(listener)

    @callback
    def async_subscribe_added(
        self, listener: Callable[[OwnVehicle], None]
    ) -> CALLBACK_TYPE:
        """Call `listener` with every vehicle there is, and every one to come."""
        for vehicle in tuple(self.values()):
            listener(vehicle)
        return self._added.add(listener)
