"""The end of a session, whichever session the charger means by it."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..events import Event
from ..evses.transaction import Transaction
from ..metering.energy_register import Ledger, read as read_register, total_at
from ..model import Evse, Snapshot
from ..tokens.token import same_token
from .accounting import book_closing, book_end, last_register_wh
from .connectors import note_charging_state
from .reports import Stop
from .succession import conclude, identified, report

_ROUNDING_WH = 1.0


@dataclass(frozen=True, slots=True)
class Ended:
    """The consequences of a session's end.

    `unknown` is set for a session that was never seen; `dropped` counts metered values that could not be used.
    """

    snapshot: Snapshot
    events: tuple[Event, ...] = ()
    dropped: int = 0
    unknown: bool = False


def end(snapshot: Snapshot, stop: Stop, now: datetime, wired: int) -> Ended:
    """Return what follows from the end of a session.

    The place of a session that was never seen is worked out if that can be done for certain. The session of another
    EVSE is never ended for it.
    """
    for evse in snapshot.evses.values():
        transaction, superseded = evse.transaction, evse.superseded
        if transaction is not None and transaction.is_called(stop.transaction_id):
            return _ended(snapshot, evse, transaction, stop, now, wired)
        if superseded is not None:
            if superseded.transaction.is_called(stop.transaction_id):
                return _superseded_ended(snapshot, evse, superseded.transaction, stop)
    if any(stop.transaction_id in evse.ended_ids for evse in snapshot.evses.values()):
        return Ended(snapshot)
    return replace(_unknown_ended(snapshot, stop, now, wired), unknown=True)


def _ended(
    snapshot: Snapshot,
    evse: Evse,
    transaction: Transaction,
    stop: Stop,
    now: datetime,
    wired: int,
) -> Ended:
    """End the session that runs at an EVSE, or correct an end that was only concluded."""
    if not transaction.running and transaction.stop_reason is not None:
        return Ended(snapshot)
    running = replace(identified(transaction, stop.id_token), ended_at=None)
    resumed = replace(evse, transaction=running)
    resumed = note_charging_state(resumed, stop.charging_state, now)
    booked = book_closing(resumed, stop.meter_values, now, wired)
    closed = booked.evse
    assert closed.transaction is not None
    stop_wh = _stop_wh(stop, closed.transaction.energy_wh)
    if stop_wh is not None:
        closed = book_end(closed, stop_wh, stop.ended_at)
    assert closed.transaction is not None
    ended = replace(closed.transaction, ended_at=stop.ended_at, stop_reason=stop.reason)
    update = conclude(snapshot.identity, closed, ended, now)
    events = update.events if transaction.running else ()
    return Ended(snapshot.with_evse(update.evse), events, booked.dropped)


def _superseded_ended(
    snapshot: Snapshot, evse: Evse, superseded: Transaction, stop: Stop
) -> Ended:
    """Record a session that was over before another one began."""
    energy_wh = superseded.energy_wh
    ledger, stop_wh = _read(evse.ledger, stop), _stop_wh(stop, energy_wh)
    if stop_wh is not None:
        energy_wh = _difference(superseded.total_start_wh, total_at(ledger, stop_wh))
    ended = replace(
        identified(superseded, stop.id_token),
        ended_at=stop.ended_at,
        stop_reason=stop.reason,
        energy_wh=energy_wh,
    )
    evse = replace(evse, ledger=ledger, superseded=None)
    return _reported(snapshot, evse, ended)


def _unknown_ended(snapshot: Snapshot, stop: Stop, now: datetime, wired: int) -> Ended:
    """End the session that must be meant by an unknown id, or record one of which only the end is known."""
    if stop.evse_id is not None:
        return _unseen_ended(snapshot, snapshot.evse(stop.evse_id), stop)
    for evse, transaction in _meant(snapshot, stop):
        return _ended(snapshot, evse, transaction, stop, now, wired)
    if len(snapshot.evses) != 1:
        return Ended(snapshot)
    (evse,) = snapshot.evses.values()
    return _unseen_ended(snapshot, evse, stop)


def _unseen_ended(snapshot: Snapshot, evse: Evse, stop: Stop) -> Ended:
    """Record a session of which only the end was reported."""
    before = ledger = evse.ledger
    if evse.running_transaction is None:
        ledger = _read(before, stop)
    ended = Transaction(
        id=stop.transaction_id,
        evse_id=evse.id,
        id_token=stop.id_token,
        started_at=stop.ended_at,
        total_start_wh=before.total_wh,
        energy_wh=_difference(before.total_wh, ledger.total_wh),
        ended_at=stop.ended_at,
        stop_reason=stop.reason,
        joined_midway=True,
    )
    return _reported(snapshot, replace(evse, ledger=ledger), ended)


def _reported(snapshot: Snapshot, evse: Evse, ended: Transaction) -> Ended:
    update = report(snapshot.identity, evse, ended)
    return Ended(snapshot.with_evse(update.evse), update.events)


def _read(ledger: Ledger, stop: Stop) -> Ledger:
    stop_wh = _stop_wh(stop)
    if stop_wh is None:
        return ledger
    return read_register(ledger, stop_wh, stop.ended_at)


def _stop_wh(stop: Stop, counted_wh: float | None = None) -> float | None:
    """Return the register at the end, wherever it was reported; a zero after energy was counted is none."""
    told_wh = stop.meter_stop_wh
    if told_wh:
        return told_wh
    shown_wh = last_register_wh(stop.meter_values)
    if told_wh is None or shown_wh:
        return shown_wh
    return None if (counted_wh or 0.0) > _ROUNDING_WH else told_wh


def _difference(start_wh: float | None, end_wh: float | None) -> float | None:
    if start_wh is None or end_wh is None:
        return None
    return max(0.0, end_wh - start_wh)


def _meant(snapshot: Snapshot, stop: Stop) -> list[tuple[Evse, Transaction]]:
    """Return the EVSE and the session that must be meant by an unknown id, if there is one."""
    running = [
        (evse, transaction)
        for evse in snapshot.evses.values()
        if (transaction := evse.running_transaction) is not None
        and _can_be_meant(transaction, stop)
    ]
    if len(snapshot.evses) == 1:
        return running
    of_token = [
        (evse, transaction)
        for evse, transaction in running
        if stop.id_token is not None and same_token(transaction.id_token, stop.id_token)
    ]
    return of_token if len(of_token) == 1 else []


def _can_be_meant(transaction: Transaction, stop: Stop) -> bool:
    if transaction.joined_midway:
        return True
    stop_wh, start_wh = stop.meter_stop_wh, transaction.meter_start_wh
    return (
        (not stop.id_token or same_token(stop.id_token, transaction.id_token))
        and transaction.started_at <= stop.ended_at
        and (stop_wh is None or (start_wh or 0.0) <= stop_wh)
    )
