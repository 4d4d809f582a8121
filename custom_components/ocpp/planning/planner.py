"""The plans for charging all cars of a site, computed anew whenever something changes.

Forecasts and goals go in; the power that each charger may draw from the grid now comes out.
now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..csms.observers import Listeners
from ..following import EntityFollower
from ..surplus.circuits.circuits import NO_INSTALLATION, Installation
from ..surplus.model import ChargerReading
from ..surplus.modes import PAUSE_MODE, Mode
from ..surplus.planning.guidance import guided
from ..surplus.planning.outlook import DAY_S, Bottleneck, Outlook
from ..surplus.planning.plan import ChargingGoal, Plan
from ..surplus.planning.planner import plan_all
from ..surplus.planning.power_range import power_range_of
from ..surplus.planning.provision import provided
from ..surplus.state import Outcome
from .calendars import Calendars
from .forecast_inputs import ForecastInputs
from .goals import GoalTracker

REPLAN_INTERVAL = timedelta(minutes=1)


@dataclass(slots=True)
class _Place:
    """A connector with its goal and its plan."""

    goal: GoalTracker
    plan: Plan | None = None
    mode: Mode = PAUSE_MODE
    """The mode before a car that is charged to its limit is paused."""


class Planner:
    """Keeps a plan for each connector of a site."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without any chargers."""
        self._hass = hass
        self._entry = entry
        self._places: dict[str, _Place] = {}
        self._calendars = Calendars(hass, entry)
        self._readings: Mapping[str, ChargerReading] = {}
        self._outcome: Outcome | None = None
        self._installation = NO_INSTALLATION
        self._outlook = Outlook()
        self._tracking: list[CALLBACK_TYPE] = []
        self._soc_entities = EntityFollower(hass, self.async_replan)
        self._changed = Listeners[()]()
        self._stale = False
        self._running = False
        self.forecast_inputs = ForecastInputs(hass, entry)

    @callback
    def async_start(self, options: Mapping[str, object]) -> None:
        """Follow all inputs of the plans; call it again when the user has chosen other sources."""
        self.async_stop()
        self._tracking = [
            self.forecast_inputs.async_subscribe(self.async_replan),
            self._calendars.async_subscribe(self.async_replan),
            async_track_time_interval(
                self._hass, self._async_on_minute, REPLAN_INTERVAL
            ),
        ]
        self.forecast_inputs.async_start(options)
        self.async_replan()

    @callback
    def async_stop(self) -> None:
        """Stop following them."""
        for untrack in self._tracking:
            untrack()
        self._tracking = []
        self.forecast_inputs.async_stop()
        self._calendars.async_stop()
        self._soc_entities.async_stop()

    def forecast_sun_w(self, at_s: float) -> float | None:
        """Return the forecast power of the inverters at an instant; None without a forecast."""
        return self.forecast_inputs.sun_w_at(at_s)

    @callback
    def async_add(self, charger: Charger) -> None:
        """Plan for a charger."""
        for evse_id in charger.evse_ids:
            goal = GoalTracker(self._hass, self._calendars, charger, evse_id)
            self._places[charger.evse_identifier(evse_id)] = _Place(goal)

    @callback
    def async_remove(self, charger: Charger) -> None:
        """Stop planning for a charger."""
        for evse_id in charger.evse_ids:
            self._places.pop(charger.evse_identifier(evse_id), None)

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever plans have changed."""
        return self._changed.add(listener)

    def plan_of(self, key: str) -> Plan | None:
        """Return the plan of a connector, if there is one."""
        place = self._places.get(key)
        return None if place is None else place.plan

    def is_at_limit(self, key: str) -> bool:
        """Return whether the car at a connector waits since it is charged to the limit of its owner."""
        place, now_s = self._places[key], dt_util.utcnow().timestamp()
        preconditions = place.plan is not None and place.plan.preconditions(now_s)
        return place.goal.is_at_limit and not preconditions

    def soc_percent(self, key: str) -> float | None:
        """Return the state of charge of the car at a connector by now; None while it is unknown."""
        return self._places[key].goal.soc_percent

    def with_plan(
        self, key: str, reading: ChargerReading, now_s: float
    ) -> ChargerReading:
        """Return the reading of a charger, completed by its goal and the present guidance of its plan."""
        place = self._places[key]
        place.mode = reading.mode
        is_paused = self.is_at_limit(key) and reading.mode.policy.is_controlled
        reading = replace(
            reading,
            mode=PAUSE_MODE if is_paused else reading.mode,
            charged_wh=place.goal.delivered_wh,
            departs_s=place.goal.departs_s,
            soc_percent=place.goal.soc_percent,
        )
        return guided(reading, place.plan, self._outlook, now_s)

    @callback
    def async_observe(
        self,
        readings: Mapping[str, ChargerReading],
        outcome: Outcome,
        installation: Installation,
    ) -> None:
        """Take over the latest readings and decisions of the surplus controller."""
        self._readings, self._outcome = readings, outcome
        before, self._installation = self._installation, installation
        if (before.circuits, before.limits) != (
            installation.circuits,
            installation.limits,
        ):
            self.async_replan()

    @callback
    def async_replan(self) -> None:
        """Plan anew soon; changes in close succession lead to one plan."""
        self._stale = True
        if not self._running:
            self._running = True
            self._entry.async_create_task(self._hass, self._replan(), "ocpp plan")

    @callback
    def _async_on_minute(self, _: datetime) -> None:
        outcome = self._outcome
        # An inverter that holds power back shows neither the sun nor the surplus.
        if outcome is None or not outcome.is_curtailed:
            surplus_w = None if outcome is None else outcome.surplus_w
            self.forecast_inputs.async_learn(
                dt_util.now(), None if surplus_w is None else surplus_w.likely
            )
        self.async_replan()

    async def _replan(self) -> None:
        """Plan until no input has changed meanwhile."""
        try:
            while self._stale:
                self._stale = False
                self._async_follow_cars()
                now = dt_util.now()
                goals = self._goals(now)
                self._take(await self._plans(goals, now) if goals else {})
        finally:
            self._running = False

    async def _plans(
        self, goals: Mapping[str, ChargingGoal], now: datetime
    ) -> Mapping[str, Plan]:
        now_s = now.timestamp()
        until_s = max(goal.departure_s or now_s + DAY_S for goal in goals.values())
        self._outlook = self._limited(self.forecast_inputs.outlook(now, until_s), goals)
        previous = {
            key: place.plan for key, place in self._places.items() if place.plan
        }
        return await self._hass.async_add_executor_job(
            plan_all, goals, self._outlook, now_s, previous
        )

    def _limited(self, outlook: Outlook, goals: Iterable[str]) -> Outlook:
        """Return the outlook with what circuits, limits and schedules leave for cars."""
        scheduled = tuple(
            Bottleneck(frozenset({key}), limit_w)
            for key in goals
            if (limit_w := self._places[key].goal.scheduled_limit_w)
        )
        return provided(
            replace(outlook, bottlenecks=scheduled),
            self._installation,
            {key: self._readings[key] for key in goals},
        )

    def _goals(self, now: datetime) -> Mapping[str, ChargingGoal]:
        """Return the goals of the connectors that the surplus controller has decided about."""
        if self._outcome is None:
            return {}
        states = self._outcome.state.chargers
        goals = {
            key: place.goal.goal(
                place.mode, power_range_of(reading.settings, states[key].car), now
            )
            for key, place in self._places.items()
            if (reading := self._readings.get(key)) is not None and key in states
        }
        return {key: goal for key, goal in goals.items() if goal is not None}

    def _take(self, plans: Mapping[str, Plan]) -> None:
        changed = False
        for key, place in self._places.items():
            if (plan := plans.get(key)) != place.plan:
                place.plan, changed = plan, True
        if changed:
            self._changed.tell()

    @callback
    def _async_follow_cars(self) -> None:
        """Follow the calendars and the states of charge of the cars that are set up."""
        vehicles = [place.goal.vehicle for place in self._places.values()]
        self._calendars.async_follow(
            vehicle.calendar for vehicle in vehicles if vehicle.calendar is not None
        )
        self._soc_entities.async_follow(vehicle.soc_entity for vehicle in vehicles)
