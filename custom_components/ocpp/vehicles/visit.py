"""A car at a connector, from being plugged in until it has left, and what was seen of it."""

from dataclasses import dataclass, field, replace

from ..config.vehicle_mark import is_address, names_vehicle, vehicle_mark
from ..csms.evses.status import ConnectorStatus
from ..csms.model import Evse
from .draw import Draw, DrawSample
from .signals import Signal

CHARGING_A = 1.0
"""The current from which on a car is taken to charge."""
_SESSIONS_KEPT = 50
_TOKENS_KEPT = 20
PRESENTED_FOR_S = 5 * 60.0
"""The time for which a token waits for a car; chargers wait no longer."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A car at a connector.

    It was plugged in at `since_s`; None if it was there already when the connector was first seen. `tokens` are those
    that its sessions were started with, or that were presented for it.
    """

    since_s: float | None = None
    tokens: frozenset[str] = frozenset()
    sessions: tuple[str, ...] = ()
    charging: Signal = field(default_factory=Signal)
    draw: Draw = field(default_factory=Draw)


@dataclass(frozen=True, slots=True)
class Wiring:
    """Current and phases that a connector can offer."""

    max_current_a: float = 32.0
    phases: int = 3


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """A connector as it was seen: free at some time, and the visit that goes on.

    Tokens that were presented at `presented_s` wait in `presented` for a car. `sampled_s` is the time of the last
    measurement.
    """

    visit: Visit | None = None
    was_free: bool = False
    presented: frozenset[str] = frozenset()
    presented_s: float = 0.0
    sampled_s: float | None = None

    def with_token(self, id_token: str, now_s: float) -> ConnectorView:
        """Return the view after a token was presented for this connector."""
        if self.visit is None:
            presented = _added(self._waiting(id_token, now_s), id_token)
            return replace(self, presented=presented, presented_s=now_s)
        return replace(self, visit=_with_token(self.visit, id_token))

    def _waiting(self, id_token: str, now_s: float) -> frozenset[str]:
        """Return the tokens that still wait beside another one: of several cards, the last counts."""
        if now_s - self.presented_s >= PRESENTED_FOR_S:
            return frozenset()
        if names_vehicle(id_token):
            return self.presented
        return frozenset(token for token in self.presented if names_vehicle(token))

    def after(self, evse: Evse, wiring: Wiring, now_s: float) -> ConnectorView:
        """Return the view after the connector has changed."""
        has_car = plugged_in(evse)
        if has_car is None:
            return self
        if not has_car:
            if self.visit is None and self.was_free:
                return self
            return ConnectorView(was_free=True)
        visit = self.visit
        if visit is None:
            visit = Visit(now_s if self.was_free else None)
            if now_s - self.presented_s < PRESENTED_FOR_S:
                visit = replace(visit, tokens=self.presented)
        visit = _with_session(visit, evse)
        sampled_at = evse.meter.current_sampled_at
        sampled_s = None if sampled_at is None else sampled_at.timestamp()
        if sampled_s is not None and sampled_s != self.sampled_s:
            visit = _with_sample(visit, evse, wiring, now_s)
        visit = _with_charging(visit, evse, now_s)
        return replace(self, visit=visit, presented=frozenset(), sampled_s=sampled_s)


def plugged_in(evse: Evse) -> bool | None:
    """Return whether a car is plugged in; a connector that is out of order does not tell."""
    if evse.plugged_in is False and evse.status in (
        ConnectorStatus.FAULTED,
        ConnectorStatus.UNAVAILABLE,
    ):
        return None
    return evse.plugged_in


def _with_token(visit: Visit, id_token: str | None) -> Visit:
    if id_token is None or id_token in visit.tokens:
        return visit
    return replace(visit, tokens=_added(visit.tokens, id_token))


def _added(tokens: frozenset[str], token: str) -> frozenset[str]:
    """Return tokens with one more; a vehicle has one address and one number, and the last that is told counts."""
    if (kind := _kind_of_mark(token)) is not None:
        tokens = frozenset(each for each in tokens if _kind_of_mark(each) != kind)
    return tokens | {token} if len(tokens) < _TOKENS_KEPT else tokens


def _kind_of_mark(token: str) -> bool | None:
    """Return whether a token is the address of a vehicle, rather than its number; None if it is neither."""
    mark = vehicle_mark(token) if names_vehicle(token) else None
    return None if mark is None else is_address(mark)


def _with_session(visit: Visit, evse: Evse) -> Visit:
    session = evse.running_transaction
    if session is None:
        return visit
    visit = _with_token(visit, session.id_token)
    if session.id in visit.sessions:
        return visit
    sessions = (*visit.sessions, session.id)[-_SESSIONS_KEPT:]
    return replace(visit, sessions=sessions)


def _with_charging(visit: Visit, evse: Evse, now_s: float) -> Visit:
    current_a = evse.meter.current_a
    draws = current_a is not None and current_a >= CHARGING_A
    # A free connector draws nothing, so that the first draw of a car that came later is a change.
    signal = visit.charging
    if visit.since_s is not None and not signal.changes:
        signal = signal.noted(value=False, at_s=now_s)
    charges = draws if current_a is not None else _reports_charging(evse)
    return replace(visit, charging=signal.noted(charges, now_s))


def _reports_charging(evse: Evse) -> bool:
    return evse.status is ConnectorStatus.CHARGING


def _with_sample(visit: Visit, evse: Evse, wiring: Wiring, now_s: float) -> Visit:
    meter, limit = evse.meter, evse.limit
    if meter.current_a is None:
        return visit
    offers_a = [wiring.max_current_a]
    if limit is not None:
        offers_a.append(limit.current_a)
    if meter.offered_current_a is not None:
        offers_a.append(meter.offered_current_a)
    phases = wiring.phases
    if limit is not None and limit.phases is not None:
        phases = min(phases, limit.phases)
    sample = DrawSample(
        now_s, meter.current_a, min(offers_a), meter.phases_in_use, phases
    )
    return replace(visit, draw=visit.draw.after(sample))
