"""The signals of all vehicles, read from the user's entities as they change."""

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..config.vehicle import Vehicle
from ..following import EntityFollower
from .registry import Vehicles
from .signals import Signal, VehicleSignals, is_at_home, is_charging, is_plugged_in

type _Meaning = Callable[[str], bool | None]


class FollowedSignals:
    """The signals by vehicle."""

    def __init__(
        self, hass: HomeAssistant, vehicles: Vehicles, on_change: CALLBACK_TYPE
    ) -> None:
        """Initialize; nothing is followed before `async_follow`."""
        self._hass = hass
        self._vehicles = vehicles
        self._on_change = on_change
        self._follower = EntityFollower(hass, self._async_on_state)
        # One entity may tell several things, and be that of several vehicles.
        self._signals: dict[tuple[str, _Meaning], Signal] = {}

    def of(self, vehicle: Vehicle) -> VehicleSignals:
        """Return the signals of a vehicle."""
        return VehicleSignals(
            *(self._signals.get(source, Signal()) for source in _sources(vehicle))
        )

    @callback
    def async_follow(self) -> None:
        """Follow the entities of the vehicles that are set up now."""
        vehicles = [own.vehicle for own in self._vehicles.values()]
        self._follower.async_follow(
            entity_id or None
            for vehicle in vehicles
            for entity_id, _ in _sources(vehicle)
        )
        self.async_read()

    @callback
    def async_stop(self) -> None:
        """Follow no entity any more."""
        self._follower.async_stop()

    @callback
    def async_read(self) -> None:
        """Read what the entities say now, even if they have told the same again."""
        for own in self._vehicles.values():
            for source in _sources(own.vehicle):
                entity_id, meaning = source
                state = self._hass.states.get(entity_id) if entity_id else None
                if state is not None:
                    before = self._signals.get(source, Signal())
                    told_s = state.last_reported.timestamp()
                    self._signals[source] = before.noted(meaning(state.state), told_s)

    @callback
    def _async_on_state(self) -> None:
        self.async_read()
        self._on_change()


def _sources(vehicle: Vehicle) -> tuple[tuple[str, _Meaning], ...]:
    """Return the entities of a vehicle with the meanings of their states; an empty name for none."""
    return (
        (vehicle.plugged_in_entity or "", is_plugged_in),
        (vehicle.charging_entity or "", is_charging),
        (vehicle.location_entity or "", is_at_home),
    )
