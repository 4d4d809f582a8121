"""A connector, the car that is seen there, and the sessions of vehicles."""

from collections.abc import Sequence
from dataclasses import replace

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..csms.model import Evse, Snapshot
from .identification import Identification
from .stored import StoredConnector
from .visit import ConnectorView, Visit, Wiring

_PAST_KEPT = 20


class WatchedConnector:
    """A connector with the vehicle that is identified there.

    After a restart, or once its charger was away, a visit has to be confirmed: another car may have come meanwhile.
    """

    def __init__(
        self,
        charger: Charger,
        evse_id: int,
        stored: StoredConnector,
        on_change: CALLBACK_TYPE,
    ) -> None:
        """Initialize with what was stored; `on_change` is called when other clues are seen than before."""
        self.charger = charger
        self.evse_id = evse_id
        self.choice = stored.choice
        self.identification: Identification | None = None
        self.before = stored.vehicle
        """The vehicle that was identified last."""
        self._past = dict(stored.past)
        self._view = ConnectorView(
            Visit(sessions=stored.sessions) if stored.is_visited else None
        )
        self._is_confirmed = not stored.is_visited
        self._on_change = on_change
        self._stops: list[CALLBACK_TYPE] = []

    @property
    def key(self) -> str:
        """Its identifier."""
        return self.charger.evse_identifier(self.evse_id)

    @property
    def visit(self) -> Visit | None:
        """The visit of the car that is there."""
        return self._view.visit

    @property
    def ended_sessions(self) -> tuple[str, ...]:
        """The sessions of the visit that have ended."""
        running = self.charger.evse(self.evse_id).running_transaction
        sessions = () if self.visit is None else self.visit.sessions
        return tuple(each for each in sessions if not running or each != running.id)

    @property
    def stored(self) -> StoredConnector:
        """The part of it that is to be stored."""
        visit = self.visit
        return StoredConnector(
            self.before,
            self.choice,
            visit is not None,
            () if visit is None else visit.sessions,
            self._past,
        )

    @callback
    def async_follow(self) -> None:
        """Follow the charger, and look at the connector as it is now."""
        if not self._stops:
            station = self.charger.station
            self._stops = [
                station.subscribe_evse(self.evse_id, self._async_on_evse),
                station.subscribe(self._async_on_charger),
            ]
        self._async_on_evse(self.charger.evse(self.evse_id))

    @callback
    def async_stop(self) -> None:
        """Follow the charger no longer."""
        for stop in self._stops:
            stop()
        self._stops = []
        self._is_confirmed = self.visit is None

    @callback
    def async_token(self, id_token: str) -> None:
        """Take note of a token that was presented here."""
        now_s = dt_util.utcnow().timestamp()
        self._async_take(self._view.with_token(id_token, now_s))

    def vehicle_of(self, session: str) -> str | None:
        """Return the vehicle of a session; None if that is unknown."""
        if self.visit is not None and session in self.visit.sessions:
            return self.before
        return self._past.get(session)

    @callback
    def async_assign(self, session: str, vehicle: str) -> None:
        """Have a session before the present visit be a vehicle's."""
        self._async_keep((session,), vehicle)

    @callback
    def async_identify(self, identification: Identification | None) -> bool:
        """Take over the vehicle that is identified; return whether it is another one than before."""
        before = self.before
        self.identification = identification
        self.before = None if identification is None else identification.vehicle
        return self.before != before

    @callback
    def _async_on_charger(self, snapshot: Snapshot) -> None:
        if not snapshot.connected and self.visit is not None:
            self._is_confirmed = False

    @callback
    def _async_on_evse(self, evse: Evse) -> None:
        if not self._is_confirmed and evse.status_at is not None:
            self._is_confirmed = True
            if self._is_of_another(evse):
                self._async_end_visit()
        maximum_a, phases = (
            self.charger.config.max_current_a,
            self.charger.config.phases,
        )
        now_s = dt_util.utcnow().timestamp()
        self._async_take(self._view.after(evse, Wiring(maximum_a, phases), now_s))

    def _is_of_another(self, evse: Evse) -> bool:
        """Return whether the session that runs is none of the visit's, and began while nobody looked."""
        session = evse.running_transaction
        visit = self.visit
        known = () if visit is None else visit.sessions
        return bool(known) and session is not None and session.id not in known

    @callback
    def _async_take(self, view: ConnectorView) -> None:
        before = self._view
        if before.visit is not None and view.visit is None:
            self._async_end_visit()
        self._view = view
        if _evidence(before.visit) != _evidence(view.visit):
            self._on_change()

    @callback
    def _async_end_visit(self) -> None:
        """Keep the vehicle of the visit's sessions, and forget the owner's choice with it."""
        visit = self.visit
        if visit is not None and self.before is not None:
            self._async_keep(visit.sessions, self.before)
        self._view = ConnectorView()
        self.choice = self.before = self.identification = None

    @callback
    def _async_keep(self, sessions: Sequence[str], vehicle: str) -> None:
        past = self._past | dict.fromkeys(sessions, vehicle)
        self._past = dict(list(past.items())[-_PAST_KEPT:])


def _evidence(visit: Visit | None) -> Visit | None:
    """Return the part of a visit that an identification depends on."""
    if visit is None:
        return None
    draw = replace(
        visit.draw,
        greatest_a=float(round(visit.draw.greatest_a)),
        below_since_s=None,
        fewer_since_s=None,
    )
    charging = replace(visit.charging, told_s=0.0)
    return replace(visit, draw=draw, charging=charging)
