"""An adopted charger in Home Assistant: its station, its device and the preferences of its owner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Unpack

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, callback

from ..config.charger import ChargerConfig
from ..config.vehicle import NO_VEHICLE, Vehicle
from ..csms.devices.capabilities import PhaseSwitching
from ..csms.model import Evse
from ..csms.observers import Listeners
from ..csms.station import ChargingStation
from ..surplus.modes import DEFAULT_MODE, Mode
from .departures import Goal, GoalChanges
from .external_schedule import ScheduledLimit
from .firmware_offer import FirmwareOffer
from .occupant import Occupant
from .solar_preferences import SolarPreferenceChanges, SolarPreferences


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences of the owner at one connector; kept in storage.

    `maximum_current_a` is None while nothing but the charger's own maximum applies. The `schedule` overrules the mode
    while it holds. `phases` are None to choose by the sun. `mode_after_unplugging` is None for the mode to stay; only
    else `has_car` tells that a car was plugged in last.
    """

    mode: Mode = DEFAULT_MODE
    maximum_current_a: float | None = None
    schedule: tuple[ScheduledLimit, ...] = ()
    solar: SolarPreferences = field(
        default_factory=SolarPreferences, metadata={"stored_as": "terms"}
    )
    goal: Goal = field(default_factory=Goal)
    phases: int | None = None
    mode_after_unplugging: Mode | None = None
    has_car: bool = False


class Charger:
    """An adopted charger, connected or not."""

    def __init__(
        self,
        subentry: ConfigSubentry,
        config: ChargerConfig,
        station: ChargingStation,
        device_id: str,
        preferences: Mapping[int, Preferences],
        offer: FirmwareOffer | None = None,
    ) -> None:
        """Initialize."""
        self.subentry_id = subentry.subentry_id
        self.name = subentry.title
        self.config = config
        self.station = station
        self.device_id = device_id
        self.offer = offer
        """The firmware that waits to be installed, if there is one."""
        self._preferences = dict(preferences)
        self._occupants: dict[int, tuple[Occupant, CALLBACK_TYPE]] = {}
        self._listeners = Listeners[int]()
        self._offer_listeners = Listeners[()]()

    @property
    def identity(self) -> str:
        """The charger's identity: the last segment of its URL."""
        return self.station.identity

    @property
    def evse_ids(self) -> range:
        """The numbers of its connectors."""
        return range(1, self.config.connectors + 1)

    def evse_identifier(self, evse_id: int) -> str:
        """Return an identifier of a connector that no charger can have as its identity."""
        return f"{self.identity}/{evse_id}"

    @callback
    def async_reconfigure(
        self, subentry: ConfigSubentry, options: Mapping[str, Any]
    ) -> None:
        """Take over a changed configuration."""
        self.name = subentry.title
        self.config = ChargerConfig.of(subentry, options)
        for evse_id in self.evse_ids:
            self._listeners.tell(evse_id)

    @property
    def make(self) -> str | None:
        """The make: the name in the vendor's file, or else vendor and model; None before the charger has reported them."""
        if (known := self.station.known_model) is not None:
            return known.name
        info = self.station.snapshot.info
        return None if info is None else f"{info.vendor} {info.model}"

    def evse(self, evse_id: int) -> Evse:
        """Return the state of a connector."""
        return self.station.snapshot.evse(evse_id)

    @property
    def preferences(self) -> Mapping[int, Preferences]:
        """The preferences by connector, where they differ from the defaults."""
        return self._preferences

    def preferences_of(self, evse_id: int) -> Preferences:
        """Return the preferences at a connector."""
        return self._preferences.get(evse_id, Preferences())

    def occupant_of(self, evse_id: int) -> Occupant | None:
        """Return the vehicle that is at a connector, or expected there; None for a guest, or while it is unknown."""
        occupant, _ = self._occupants.get(evse_id, (None, None))
        return occupant

    def vehicle_of(self, evse_id: int) -> Vehicle:
        """Return the settings of the vehicle at a connector."""
        occupant = self.occupant_of(evse_id)
        return NO_VEHICLE if occupant is None else occupant.vehicle

    def goal_of(self, evse_id: int) -> Goal:
        """Return the goal that is in effect at a connector: the vehicle's, or else its own."""
        own, occupant = self.preferences_of(evse_id).goal, self.occupant_of(evse_id)
        if occupant is None:
            return own
        return replace(occupant.goal, price_limit_per_kwh=own.price_limit_per_kwh)

    def soc_floor_percent(self, evse_id: int) -> float:
        """Return the state of charge below which the car at a connector also charges from the grid in some modes."""
        occupant = self.occupant_of(evse_id)
        own = self.preferences_of(evse_id).solar.soc_floor_percent
        floor = None if occupant is None else occupant.soc_floor_percent
        return own if floor is None else floor

    @property
    def minimum_current_a(self) -> float:
        """The least current that a connector can offer a car."""
        return self.station.capabilities.minimum_current_a

    def maximum_current_a(self, evse_id: int) -> float:
        """Return the greatest current that a connector may offer; 0 while the owner has paused it."""
        maximum_a = self.preferences_of(evse_id).maximum_current_a
        if maximum_a is None:
            return self.config.max_current_a
        return min(maximum_a, self.config.max_current_a)

    @property
    def switches_phases(self) -> bool:
        """True if it can charge on one phase instead of three, by itself or by an entity of the owner's."""
        capabilities = self.station.capabilities
        by_itself = capabilities.phase_switching is not PhaseSwitching.NONE
        by_entity = self.config.phase_switch is not None
        return self.config.phases == 3 and (by_itself or by_entity)

    def chosen_phases(self, evse_id: int) -> int | None:
        """Return the number of phases that the owner has chosen; None to choose by the sun, or if it cannot switch."""
        return self.preferences_of(evse_id).phases if self.switches_phases else None

    @property
    def phase_pause_s(self) -> float:
        """The time that a car has to wait while the phases are switched."""
        switch = self.config.phase_switch
        own_s = self.station.capabilities.phase_pause_s
        return own_s if switch is None else switch.lasts_s

    @callback
    def async_offer(self, offer: FirmwareOffer | None) -> None:
        """Offer firmware to be installed; None withdraws the offer."""
        if offer != self.offer:
            self.offer = offer
            self._offer_listeners.tell()

    @callback
    def async_subscribe_offer(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` when other firmware waits than before."""
        return self._offer_listeners.add(listener)

    @callback
    def async_set_mode(self, evse_id: int, mode: Mode) -> None:
        """Choose a charging mode, with its own solar share, and drop an external schedule."""
        preferences = replace(self.preferences_of(evse_id), mode=mode, schedule=())
        if mode is not self.preferences_of(evse_id).mode:
            solar = replace(preferences.solar, solar_share_percent=None)
            preferences = replace(preferences, solar=solar)
        self._async_prefer(evse_id, preferences)

    @callback
    def async_set_phases(self, evse_id: int, phases: int | None) -> None:
        """Choose the number of phases; None lets the sun decide."""
        preferences = replace(self.preferences_of(evse_id), phases=phases)
        self._async_prefer(evse_id, preferences)

    @callback
    def async_set_mode_after_unplugging(self, evse_id: int, mode: Mode | None) -> None:
        """Choose the mode that a connector is in once a car has left; None for the one before."""
        preferences = replace(
            self.preferences_of(evse_id),
            mode_after_unplugging=mode,
            has_car=mode is not None and bool(self.evse(evse_id).plugged_in),
        )
        self._async_prefer(evse_id, preferences)

    @callback
    def async_note_car(self, evse_id: int, *, plugged_in: bool) -> None:
        """Take note that a car is plugged in or has left, after which the mode may change."""
        preferences = self.preferences_of(evse_id)
        mode = preferences.mode_after_unplugging
        if mode is None or plugged_in is preferences.has_car:
            return
        self._async_prefer(evse_id, replace(preferences, has_car=plugged_in))
        if not plugged_in:
            self.async_set_mode(evse_id, mode)

    @callback
    def async_set_solar_preferences(
        self, evse_id: int, **changes: Unpack[SolarPreferenceChanges]
    ) -> None:
        """Change the solar preferences at a connector."""
        preferences = self.preferences_of(evse_id)
        solar = replace(preferences.solar, **changes)
        self._async_prefer(evse_id, replace(preferences, solar=solar))

    @callback
    def async_set_schedule(
        self, evse_id: int, schedule: tuple[ScheduledLimit, ...]
    ) -> None:
        """Set an external schedule."""
        preferences = replace(self.preferences_of(evse_id), schedule=schedule)
        self._async_prefer(evse_id, preferences)

    @callback
    def async_set_maximum(self, evse_id: int, current_a: float | None) -> None:
        """Set the greatest current that a connector may offer; one below its minimum pauses it."""
        if current_a is not None and current_a < self.minimum_current_a:
            current_a = 0.0
        preferences = replace(self.preferences_of(evse_id), maximum_current_a=current_a)
        self._async_prefer(evse_id, preferences)

    @callback
    def async_set_goal(self, evse_id: int, **changes: Unpack[GoalChanges]) -> None:
        """Change the goal for the next departure of the vehicle at a connector, or else of any car there."""
        occupant = self.occupant_of(evse_id)
        if occupant is not None:
            occupant.async_set_goal(**changes)
        else:
            self.async_set_own_goal(evse_id, **changes)

    @callback
    def async_set_own_goal(self, evse_id: int, **changes: Unpack[GoalChanges]) -> None:
        """Change the goal of a connector itself."""
        preferences = self.preferences_of(evse_id)
        goal = replace(preferences.goal, **changes)
        self._async_prefer(evse_id, replace(preferences, goal=goal))

    @callback
    def async_set_soc_floor(self, evse_id: int, percent: float) -> None:
        """Change the state of charge below which the car at a connector also charges from the grid."""
        occupant = self.occupant_of(evse_id)
        if occupant is not None:
            occupant.async_set_soc_floor(percent)
        else:
            self.async_set_solar_preferences(evse_id, soc_floor_percent=percent)

    @callback
    def async_set_occupant(self, evse_id: int, occupant: Occupant | None) -> None:
        """Take note of the vehicle that is at a connector, or expected there."""
        before, unsubscribe = self._occupants.pop(evse_id, (None, None))
        if unsubscribe is not None:
            unsubscribe()
        if occupant is not None:
            stop = occupant.async_subscribe(lambda: self._listeners.tell(evse_id))
            self._occupants[evse_id] = (occupant, stop)
        if occupant is not before:
            self._listeners.tell(evse_id)

    @callback
    def async_subscribe_preferences(
        self, listener: Callable[[int], None]
    ) -> CALLBACK_TYPE:
        """Call `listener` with the number of a connector where what the owner wants has changed."""
        return self._listeners.add(listener)

    @callback
    def _async_prefer(self, evse_id: int, preferences: Preferences) -> None:
        if preferences != self.preferences_of(evse_id):
            self._preferences[evse_id] = preferences
            self._listeners.tell(evse_id)
