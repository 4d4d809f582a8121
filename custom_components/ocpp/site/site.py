"""The site: the user's meters in, limits out.

Turns the states of the user's entities into readings, takes a step of the coordinator at each new sample of the
grid meter, and has the chargers obey.
"""

from collections.abc import Mapping
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
from ..chargers.external_schedule import limit_at
from ..chargers.limit_sender import LimitSender
from ..chargers.plugged_in_since import Arrivals
from ..csms.model import Evse, Limit
from ..csms.observers import Listeners
from ..csms.transactions.status import ConnectorStatus
from ..planning.planner import Planner
from ..repairs.meter_sign import SignRepairs
from ..surplus import controller
from ..surplus.model import ChargerReading, ChargerSettings, Decision, SiteReading
from ..surplus.modes import FULL_POWER_MODE, PAUSE_MODE
from ..surplus.power.available_power import drawn_together_w
from .battery_hold import BatteryHold
from .circuits import Wiring
from .explanations import Explanations, Place
from .meters import Sources, read_site
from .settings import SiteWishes

TICK = timedelta(seconds=10)
"""How often a step is taken besides, so that a meter that falls silent is noticed."""

_DRAWING_A = 1.0


class Site:
    """Coordinates all chargers of one central system."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without any meters or chargers."""
        self._hass = hass
        self._entry = entry
        self.sources = Sources()
        self.wishes = SiteWishes(hass, entry.entry_id)
        self.hold = BatteryHold(hass, entry, self.wishes)
        self._signs = SignRepairs(hass, entry)
        self._reading: SiteReading | None = None
        self._state = controller.State()
        self._places: dict[str, Place] = {}
        self._arrivals = Arrivals()
        self._senders: dict[str, LimitSender] = {}
        self._subscriptions: dict[str, list[CALLBACK_TYPE]] = {}
        self._tracking: list[CALLBACK_TYPE] = []
        self._surplus = Listeners[()]()
        self.readings = Listeners[SiteReading | None]()
        """Told whenever the meters were read; with an old reading while they say nothing."""
        self.planner = Planner(hass, entry)
        self.explanations = Explanations(self.planner)
        self._sources_changed = Listeners[()]()
        self.wiring = Wiring(hass, entry, self.async_step)
        self.surplus_w: float | None = None
        """What the cars could draw without import; negative while the house imports without them."""

    @callback
    def async_start(self, options: Mapping[str, Any]) -> None:
        """Watch the meters; called again when the user chose others."""
        self.async_stop_tracking()
        self.sources = Sources.of(options)
        self.hold.async_start(options)
        self._signs.async_start()
        self._reading = None
        pacing, sampled = self.sources.pacing, self._async_on_sample
        self._tracking = [
            async_track_state_change_event(self._hass, pacing, sampled),
            async_track_state_report_event(self._hass, pacing, sampled),
            async_track_time_interval(
                self._hass, self._async_on_tick, TICK, cancel_on_shutdown=True
            ),
            self.planner.async_subscribe(self.async_step),
            self.wishes.async_subscribe(self.async_step),
        ]
        self.planner.async_start(options)
        self._sources_changed.tell()
        self._async_read()
        self.async_step()

    @callback
    def async_stop_tracking(self) -> None:
        """Stop watching the meters."""
        for untrack in self._tracking:
            untrack()
        self._tracking = []

    @callback
    def async_stop(self) -> None:
        """Stop coordinating."""
        self.async_stop_tracking()
        self._signs.async_stop()
        self.planner.async_stop()
        self.wiring.async_stop()
        for charger in {
            charger.identity: charger for charger, _ in self._places.values()
        }.values():
            self.async_remove(charger)

    @callback
    def async_add(self, charger: Charger) -> None:
        """Coordinate a charger."""
        self.planner.async_add(charger)
        subscriptions = [
            charger.station.subscribe(lambda _: self.async_step()),
            charger.async_subscribe_preferences(lambda _: self.async_turn()),
        ]
        for evse_id in charger.evse_ids:
            key = charger.evse_identifier(evse_id)
            self._places[key] = (charger, evse_id)
            self._senders[key] = LimitSender(self._hass, self._entry, charger, evse_id)
            on_turn = _OnTurn(self, charger.evse(evse_id))
            subscriptions.append(charger.station.subscribe_evse(evse_id, on_turn))
        self._subscriptions[charger.identity] = subscriptions

    @callback
    def async_remove(self, charger: Charger) -> None:
        """Let a charger go."""
        self.planner.async_remove(charger)
        for unsubscribe in self._subscriptions.pop(charger.identity, []):
            unsubscribe()
        for evse_id in charger.evse_ids:
            key = charger.evse_identifier(evse_id)
            self._places.pop(key, None)
            if sender := self._senders.pop(key, None):
                sender.async_stop()

    @callback
    def async_subscribe_surplus(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever the surplus has changed."""
        return self._surplus.add(listener)

    @callback
    def async_subscribe_sources(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever the user chose other meters."""
        return self._sources_changed.add(listener)

    async def async_enforce(self, charger: Charger, evse_id: int) -> None:
        """Bring into force what holds at a connector now.

        A step does that too, but here a refusal is raised.

        Raises:
            CsmsError: as `Limiter.set` does.
        """
        self.async_step()
        key = charger.evse_identifier(evse_id)
        state = self._state.chargers.get(key)
        decision = None if state is None else state.decision
        limit = (
            Limit(charger.maximum_current_a(evse_id))
            if decision is None
            else _limit(decision)
        )
        if not self._senders[key].switches_phases_for(limit):
            await charger.station.limits.set(evse_id, limit)

    @callback
    def async_turn(self) -> None:
        """Decide anew, and plan anew: something has happened that no plan knows of."""
        self.async_step()
        self.planner.async_replan()

    @callback
    def async_step(self) -> None:
        """Decide anew for all chargers, and have them obey."""
        now_s = dt_util.utcnow().timestamp()
        readings = {
            key: self.planner.with_plan(
                key,
                _charger_reading(
                    *place,
                    self._arrivals.arrived_s(key, place[0].evse(place[1]), now_s),
                ),
                now_s,
            )
            for key, place in self._places.items()
        }
        installation = self.wiring.installation(self._reading)
        outcome = controller.step(
            self._state,
            self._reading,
            readings,
            now_s,
            self.wishes.settings,
            installation,
        )
        self._state = outcome.state
        for key, decision in outcome.decisions.items():
            self._senders[key].async_want(_limit(decision))
        self.planner.async_observe(readings, outcome, installation)
        self.explanations.async_update(self._places, readings, outcome)
        self.hold.async_want(outcome.hold_battery)
        self._signs.async_observe(self._reading, readings, outcome.state)
        self.wiring.async_show(outcome.guard, now_s)
        surplus_w = (
            None if outcome.surplus_w is None else round(outcome.surplus_w.likely, -1)
        )
        if surplus_w != self.surplus_w:
            self.surplus_w = surplus_w
            self._surplus.tell()

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

    @callback
    def _async_read(self) -> None:
        """Take a new reading; while a meter says nothing, the old one ages."""
        reading = read_site(self._hass.states, self.sources, self._cars_w)
        if reading is not None:
            self._reading = reading
        self.readings.tell(self._reading)

    def _cars_w(self, at_s: float) -> float:
        cars = (charger.car for charger in self._state.chargers.values())
        return drawn_together_w(cars, at_s).likely


class _OnTurn:
    """Calls for a step when a connector takes a turn: a car, a session, or its draw came or went.

    A meter value is no turn; it waits for the next sample of the grid.
    """

    def __init__(self, site: Site, evse: Evse) -> None:
        self._site = site
        self._last = _turn(evse)

    def __call__(self, evse: Evse) -> None:
        if (turn := _turn(evse)) != self._last:
            self._last = turn
            self._site.async_turn()


def _turn(evse: Evse) -> tuple[object, ...]:
    transaction = evse.running_transaction
    return evse.status, transaction.id if transaction else None, evse.external_profile


def _limit(decision: Decision) -> Limit:
    return Limit(decision.current_a, decision.phases)


def _charger_reading(
    charger: Charger, evse_id: int, arrived_s: float
) -> ChargerReading:
    evse = charger.evse(evse_id)
    meter = evse.meter
    maximum_a = charger.maximum_current_a(evse_id)
    preferences = charger.preferences_of(evse_id)
    mode = preferences.mode
    scheduled_a = limit_at(preferences.schedule, dt_util.utcnow())
    if scheduled_a is not None:
        maximum_a, mode = min(maximum_a, scheduled_a), FULL_POWER_MODE
    minimum_a = charger.minimum_current_a
    in_session = (
        evse.running_transaction is not None or evse.stopped_for_pause is not None
    )
    return ChargerReading(
        settings=ChargerSettings(
            phases=charger.config.phases,
            min_current_a=minimum_a,
            max_current_a=max(maximum_a, minimum_a),
            connection=charger.config.connection,
            switches_phases=charger.switches_phases,
            switch_pause_s=charger.phase_pause_s,
        ),
        mode=mode if maximum_a >= minimum_a else PAUSE_MODE,
        connected=charger.station.connected,
        ready=(
            charger.station.connected
            and in_session
            and _is_in_order(evse)
            and not evse.external_profile
        ),
        charging=evse.status is ConnectorStatus.CHARGING
        or (meter.current_a or 0) >= _DRAWING_A,
        current_a=meter.current_a,
        phases_in_use=meter.phases_in_use or None,
        voltage_v=meter.voltage_v,
        measured_at_s=None
        if meter.current_sampled_at is None
        else meter.current_sampled_at.timestamp(),
        solar_share_percent=preferences.terms.solar_share_percent,
        soc_floor_percent=preferences.terms.soc_floor_percent,
        priority=preferences.terms.priority,
        plugged_in_s=arrived_s,
    )


def _is_in_order(evse: Evse) -> bool:
    """Whether a connector is in service, or out of it for a pause of ours."""
    if evse.status is ConnectorStatus.UNAVAILABLE:
        return evse.stopped_for_pause is not None
    return evse.status not in (None, ConnectorStatus.FAULTED)
