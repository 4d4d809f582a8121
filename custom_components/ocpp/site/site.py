"""The site: readings of its meters in, limits for chargers out.

It turns the states of entities into readings, takes a step of the surplus controller at each new sample of the grid
meter, and sends the decisions to the chargers.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_state_report_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..chargers.limit_sender import LimitSender
from ..chargers.plugged_in_since import PluggedInSince
from ..config.energy_sources import export_limit_of, grid_delay_s_of
from ..csms.model import Evse, Limit
from ..csms.observers import Listeners
from ..planning.goals import vehicle_soc_report
from ..planning.planner import Planner
from ..repairs.cadence import CadenceRepairs
from ..repairs.meterless import MeterlessRepairs
from ..repairs.sleep import SleepRepairs
from ..repairs.sources import SourceRepairs
from ..surplus import controller
from ..surplus.explain.reasons import Reason
from ..surplus.model import ChargerReading, Decision, ExportLimit, SiteReading
from ..surplus.sensing.draws import total_drawn_w
from ..surplus.sensing.held import held, holds_s
from ..surplus.sensing.lateness import Delay
from ..surplus.sensing.reading import site_reading
from ..surplus.sensing.sensing import Sensing
from ..surplus.sensing.told import ToldSite
from .battery_hold import BatteryHold
from .charger_reading import read_charger
from .circuits import Circuits
from .discharging import with_setpoint
from .explanations import Explanations, Place
from .gathered_events import GatheredEvents
from .meter_checks import MeterChecks
from .meters import Sources, told_by
from .settings import SiteSettingsStore
from .siblings import latest_report_s, siblings_of

TICK = timedelta(seconds=10)
"""The interval of further steps, so that a dead meter is noticed."""

_SET_BACK_S = 60.0
"""A clock that goes back by more was set."""


class Site:
    """Controls all chargers of one central system by the surplus."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without any meters or chargers."""
        self._hass = hass
        self._entry = entry
        self.sources = Sources()
        self._export_limit: ExportLimit | None = None
        self._grid_delay_s: float | None = None
        self.settings = SiteSettingsStore(hass, entry.entry_id)
        self.hold = BatteryHold(hass, entry, self.settings)
        self.checks = MeterChecks(hass, entry)
        self._source_repairs = SourceRepairs(hass, entry)
        self._cadences = CadenceRepairs(hass, entry)
        self._meterless = MeterlessRepairs(hass, entry)
        self._sleepers = SleepRepairs(hass)
        self._siblings: tuple[str, ...] = ()
        self._present: SiteReading | None = None
        self._reading: SiteReading | None = None
        self._told: ToldSite | None = None
        self._state = controller.State()
        self._stepped_s = 0.0
        self._places: dict[str, Place] = {}
        self._plugged_in = PluggedInSince()
        self._senders: dict[str, LimitSender] = {}
        self._subscriptions: dict[str, list[CALLBACK_TYPE]] = {}
        self._tracking: list[CALLBACK_TYPE] = []
        self._surplus = Listeners[()]()
        self.readings = Listeners[SiteReading | None, float]()
        """Notified at each reading of the meters, with the old reading while they are unavailable, and with the time it holds."""
        self.planner = Planner(hass, entry)
        self.explanations = Explanations(self.planner)
        self._sources_changed = Listeners[()]()
        self.circuits = Circuits(hass, entry, self.async_step)
        self._events = GatheredEvents(hass, self.async_step, self.async_reevaluate)
        self.surplus_w: float | None = None
        """The power that cars could draw without import; negative while the house imports without them."""
        self.meter_delay = Delay()
        """The time by which the grid meter is late."""

    @property
    def reading(self) -> SiteReading | None:
        """The last complete reading of the meters."""
        return self._reading

    @callback
    def async_start(self, options: Mapping[str, Any]) -> None:
        """Follow the meters; call it again when the user has chosen others."""
        self.async_stop_tracking()
        self._async_use(Sources.of(options))
        self._siblings = siblings_of(self._hass, self.sources.grid_meters)
        self._export_limit = export_limit_of(options)
        self._grid_delay_s = grid_delay_s_of(options)
        if self._state.sensing.began_s is None:
            self._state = controller.State(battery=self.settings.battery)
        self.hold.async_start(options)
        self.checks.async_start(self.sources)
        self._present = self._reading = self._told = None
        pacing, sampled = self.sources.pacing, self._async_on_sample
        self._tracking = [
            async_track_state_change_event(self._hass, pacing, sampled),
            async_track_state_report_event(self._hass, pacing, sampled),
            async_track_time_interval(
                self._hass, self._async_on_tick, TICK, cancel_on_shutdown=True
            ),
            self.planner.async_subscribe(self.async_step),
            self.settings.async_subscribe(self.async_step),
        ]
        self.planner.async_start(options)
        self._sources_changed.tell()
        self._async_read()
        self.async_step()

    def _async_use(self, sources: Sources) -> None:
        """Use these sources, of which nothing is known if they are others than before."""
        if sources != self.sources:
            sensing = Sensing(draws=self._state.sensing.draws)
            self._state = replace(self._state, sensing=sensing)
        self.sources = sources

    @callback
    def async_stop_tracking(self) -> None:
        """Stop following the meters."""
        for untrack in self._tracking:
            untrack()
        self._tracking = []

    @callback
    def async_stop(self) -> None:
        """Stop controlling chargers."""
        self.async_stop_tracking()
        self._events.async_stop()
        self.checks.async_stop()
        self._source_repairs.async_stop()
        self._cadences.async_stop()
        self._meterless.async_stop()
        self._sleepers.async_stop()
        self.planner.async_stop()
        self.circuits.async_stop()
        for charger in {
            charger.identity: charger for charger, _ in self._places.values()
        }.values():
            self.async_remove(charger)

    @callback
    def async_add(self, charger: Charger) -> None:
        """Control a charger."""
        self.planner.async_add(charger)
        subscriptions = [
            charger.station.subscribe(lambda _: self._events.async_note()),
            charger.async_subscribe_preferences(lambda _: self.async_reevaluate()),
        ]
        for evse_id in charger.evse_ids:
            key = charger.evse_identifier(evse_id)
            self._places[key] = (charger, evse_id)
            self._senders[key] = LimitSender(self._hass, self._entry, charger, evse_id)
            watch = _EvseWatch(self._events, charger.evse(evse_id))
            subscriptions.append(charger.station.subscribe_evse(evse_id, watch))
        self._subscriptions[charger.identity] = subscriptions
        self._events.places = len(self._places)

    @callback
    def async_remove(self, charger: Charger) -> None:
        """Stop controlling a charger."""
        self.planner.async_remove(charger)
        for unsubscribe in self._subscriptions.pop(charger.identity, []):
            unsubscribe()
        for evse_id in charger.evse_ids:
            key = charger.evse_identifier(evse_id)
            self._places.pop(key, None)
            if sender := self._senders.pop(key, None):
                sender.async_stop()
        self._events.places = len(self._places)

    @callback
    def async_subscribe_surplus(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever the surplus, or the delay of the grid meter, has changed."""
        return self._surplus.add(listener)

    @callback
    def async_subscribe_sources(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever the user chose other meters."""
        return self._sources_changed.add(listener)

    async def async_enforce(self, charger: Charger, evse_id: int) -> None:
        """Send the present limit of a connector.

        A step does so, too, but here a refusal is raised.

        Raises:
            CsmsError: as `Limiter.set` does.
        """
        self.async_step()
        key = charger.evse_identifier(evse_id)
        state = self._state.chargers.get(key)
        decision = None if state is None else state.decision
        limit = _maximum(charger, evse_id) if decision is None else _limit(decision)
        limit = self._with_setpoint(limit, key)
        if not self._senders[key].switches_phases_for(limit):
            await charger.station.limits.set(evse_id, limit)

    @callback
    def async_reevaluate(self) -> None:
        """Decide and plan anew, after an event that plans do not expect."""
        self.async_step()
        self.planner.async_replan()

    @callback
    def async_step(self) -> None:
        """Decide anew for all chargers, and send the decisions."""
        now = dt_util.utcnow()
        now_s = now.timestamp()
        if now_s < self._stepped_s - _SET_BACK_S:
            # What was noted in the future would hold until then.
            self._state = controller.State(battery=self.settings.battery)
        self._stepped_s = now_s
        readings = {
            key: self._reading_of(key, place, now)
            for key, place in self._places.items()
        }
        applied = self.checks.applied(readings)
        contract = self.planner.forecast_inputs.contract_limit(dt_util.now())
        installation = self.circuits.installation(self._reading, contract)
        outcome = controller.step(
            self._state,
            self._present,
            applied,
            now_s,
            replace(
                self.settings.current,
                export_limit=self._export_limit,
                grid_delay_s=self._grid_delay_s,
            ),
            installation,
        )
        self._state = outcome.state
        self.settings.async_note_battery(outcome.state.battery)
        for key, limit in self._limits(readings, outcome.decisions).items():
            self._senders[key].async_request(limit)
        self.planner.async_observe(readings, outcome, installation)
        self.explanations.async_update(
            self._places,
            applied,
            outcome,
            self.checks.reasons(applied),
            self.sources,
        )
        self._sleepers.async_show(self._places, outcome.state.chargers)
        if self.checks.trial is None:
            self.hold.async_request(outcome.hold_battery)
        self.checks.async_observe(self._told, outcome.state, self._export_limit, now)
        self.circuits.async_show(outcome.guard, now_s)
        surplus_w = (
            None if outcome.surplus_w is None else round(outcome.surplus_w.likely, -1)
        )
        delay = outcome.state.sensing.delay
        if (surplus_w, delay) != (self.surplus_w, self.meter_delay):
            self.surplus_w, self.meter_delay = surplus_w, delay
            self._surplus.tell()

    def _limits(
        self,
        readings: Mapping[str, ChargerReading],
        decisions: Mapping[str, Decision],
    ) -> dict[str, Limit]:
        """Return the limits to bring into force: what was decided, and without a controller, the maximum that is shown."""
        limits = {key: _limit(decision) for key, decision in decisions.items()}
        for key, (charger, evse_id) in self._places.items():
            reading = readings[key]
            if reading.connected and not reading.mode.policy.is_controlled:
                limits[key] = _maximum(charger, evse_id)
        return {key: self._with_setpoint(limit, key) for key, limit in limits.items()}

    def _with_setpoint(self, limit: Limit, key: str) -> Limit:
        charger, evse_id = self._places[key]
        report = vehicle_soc_report(self._hass, charger, evse_id)
        return with_setpoint(limit, charger, evse_id, report, dt_util.utcnow())

    def _reading_of(self, key: str, place: Place, now: datetime) -> ChargerReading:
        charger, evse_id = place
        now_s = now.timestamp()
        plugged_in_s = self._plugged_in.since_s(key, charger.evse(evse_id), now_s)
        reading = read_charger(charger, evse_id, plugged_in_s, now)
        return self.planner.with_plan(key, reading, now_s)

    @callback
    def _async_on_sample(
        self, _: Event[EventStateChangedData] | Event[EventStateReportedData]
    ) -> None:
        self._async_read()
        self.async_step()

    @callback
    def _async_on_tick(self, _: datetime) -> None:
        self._async_read()
        self.async_step()
        failure = self._state.sensing.failure
        self._source_repairs.async_check(dt_util.utcnow(), failure)
        self._cadences.async_check()
        waiting = self.explanations.keys_with(Reason.NO_METER)
        self._meterless.async_check(
            self._places[key][0].name for key in waiting if key in self._places
        )

    @callback
    def _async_read(self) -> None:
        """Take a new reading; the last complete one ages while a meter is unavailable."""
        states = self._hass.states
        told = told_by(states, self.sources, self._told)
        alive_s = latest_report_s(states, self._siblings)
        self._told = replace(told, alive_s=alive_s)
        found = self.checks.as_found(self._told)
        self._present = site_reading(found, self._cars_w)
        if self._present is not None:
            possible_w = self.planner.forecast_sun_w(dt_util.utcnow().timestamp())
            self._present = replace(self._present, possible_solar_w=possible_w)
            if self._present.is_complete:
                self._reading = self._present
        sensing = self._state.sensing
        last = self._reading
        reading = None if last is None else held(last, sensing)
        self.readings.tell(reading, holds_s(sensing))

    def _cars_w(self, at_s: float) -> float:
        cars = (charger.car for charger in self._state.chargers.values())
        return total_drawn_w(cars, at_s).likely


class _EvseWatch:
    """Has the site reevaluated when a car, a session, an external profile or limit comes or goes.

    A meter value alone waits for the next sample of the grid.
    """

    def __init__(self, events: GatheredEvents, evse: Evse) -> None:
        self._events = events
        self._last = _situation(evse)

    def __call__(self, evse: Evse) -> None:
        if (situation := _situation(evse)) != self._last:
            self._last = situation
            self._events.async_note_situation()


def _situation(evse: Evse) -> tuple[object, ...]:
    transaction = evse.running_transaction
    return (
        evse.status,
        transaction.id if transaction else None,
        evse.external_profile,
        evse.external_limits,
    )


def _maximum(charger: Charger, evse_id: int) -> Limit:
    """Return the limit of a connector whose owner decides."""
    return Limit(charger.maximum_current_a(evse_id), charger.chosen_phases(evse_id))


def _limit(decision: Decision) -> Limit:
    return Limit(decision.current_a, decision.phases)
