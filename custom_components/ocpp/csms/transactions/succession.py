"""The succession of sessions at one EVSE: at most one of them runs, and the end of each is reported once."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..events import Event, TransactionEnded, TransactionReported, TransactionStarted
from ..evses.status import ChargingState
from ..evses.transaction import SupersededTransaction, Transaction
from ..model import Evse
from .accounting import credit
from .resting import rested

_REMEMBERED_IDS = 8
"""The number of sessions of an EVSE that are remembered by their ids, for ends that are reported again."""


@dataclass(frozen=True, slots=True)
class EvseUpdate:
    """An EVSE after a change in its sessions, and the events that follow from it."""

    evse: Evse
    events: tuple[Event, ...] = ()


def take_up(
    identity: str, evse: Evse, transaction: Transaction, now: datetime
) -> EvseUpdate:
    """Return an EVSE at which a session runs; another that ran there is over, or turns out to be the same."""
    update = _run(identity, evse, transaction, now)
    confirmed = confirm(identity, update.evse)
    return EvseUpdate(confirmed.evse, (*update.events, *confirmed.events))


def take_up_late(
    identity: str, evse: Evse, transaction: Transaction, now: datetime
) -> EvseUpdate:
    """Return an EVSE at which a session runs that may be over; it is announced once that is certain."""
    update = _run(identity, evse, transaction, now)
    return replace(update, evse=replace(update.evse, unsettled_since=now))


def confirm(identity: str, evse: Evse) -> EvseUpdate:
    """Return an EVSE whose session is announced."""
    assert evse.transaction is not None
    started = TransactionStarted(identity, evse.transaction)
    is_pause_over = (
        evse.stopped_for_pause is not None
        and evse.stopped_for_pause.transaction_id != evse.transaction.id
    )
    evse = replace(
        evse,
        unsettled_since=None,
        stopped_for_pause=None if is_pause_over else evse.stopped_for_pause,
        stays_stopped=False,
    )
    return EvseUpdate(evse, (started,))


def conclude(
    identity: str, evse: Evse, ended: Transaction, now: datetime
) -> EvseUpdate:
    """Return an EVSE whose session is over."""
    told = TransactionEnded if evse.unsettled_since is None else TransactionReported
    evse = replace(
        evse,
        transaction=ended,
        ended_ids=_with(evse.ended_ids, ended),
        unsettled_since=None,
        charging_state=_state_after_end(evse),
        external_profile=False,
        needs=None,
        limit=evse.limit
        if evse.paused_instead_of_stop is None
        else evse.paused_instead_of_stop.limit,
        paused_instead_of_stop=None,
    )
    return EvseUpdate(rested(evse, now), (told(identity, ended),))


def put_aside(
    identity: str, evse: Evse, transaction: Transaction, now: datetime
) -> EvseUpdate:
    """Return an EVSE with a session that began before the running one; the end of one put aside earlier is lost."""
    superseded, update = evse.superseded, EvseUpdate(evse)
    if superseded is not None:
        ended = followed(superseded.transaction, transaction)
        update = report(identity, evse, ended)
    return replace(
        update,
        evse=replace(update.evse, superseded=SupersededTransaction(transaction, now)),
    )


def report(identity: str, evse: Evse, ended: Transaction) -> EvseUpdate:
    """Return an EVSE with a session that was over before it was reported; a running one goes on."""
    latest = evse.transaction
    if latest is None or not (latest.running or latest.started_at > ended.started_at):
        evse = replace(evse, transaction=ended)
    evse = replace(evse, ended_ids=_with(evse.ended_ids, ended))
    return EvseUpdate(evse, (TransactionReported(identity, ended),))


def followed(transaction: Transaction, successor: Transaction) -> Transaction:
    """Return a session as it ended at the latest: when another began."""
    energy_wh = transaction.energy_wh
    start_wh, end_wh = transaction.total_start_wh, successor.total_start_wh
    if start_wh is not None and end_wh is not None:
        energy_wh = max(0.0, end_wh - start_wh)
    ended_at = max(transaction.started_at, successor.started_at)
    return replace(transaction, ended_at=ended_at, energy_wh=energy_wh)


def identified(transaction: Transaction, id_token: str | None) -> Transaction:
    """Return a session with the id token that was reported for it; the first one stays."""
    if transaction.id_token or not id_token:
        return transaction
    return replace(transaction, id_token=id_token)


def is_middle_of(running: Transaction, transaction: Transaction) -> bool:
    """Return True if a session that was joined midway may be the one whose start is reported now."""
    return (
        running.joined_midway
        and not transaction.joined_midway
        and (
            running.is_called(transaction.id)
            or transaction.started_at <= running.started_at
        )
    )


def _run(
    identity: str, evse: Evse, transaction: Transaction, now: datetime
) -> EvseUpdate:
    running, update = evse.running_transaction, EvseUpdate(evse)
    if running is not None and is_middle_of(running, transaction):
        transaction = _completed(running, transaction)
    elif running is not None:
        update = conclude(identity, evse, followed(running, transaction), now)
    is_other = evse.transaction is None or evse.transaction.id != transaction.id
    charging_state = None if is_other else update.evse.charging_state
    superseded = evse.superseded
    if superseded is not None and superseded.transaction.id == transaction.id:
        superseded = None
    evse = replace(
        update.evse,
        charging_state=charging_state,
        transaction=transaction,
        superseded=superseded,
        heard_at=now,
    )
    return replace(update, evse=credit(evse, evse.ledger))


def _state_after_end(evse: Evse) -> ChargingState | None:
    """Return the state of a car whose session has ended; it stays until the car has left."""
    if evse.is_free:
        return None
    has_left = evse.charging_state is ChargingState.IDLE
    return ChargingState.IDLE if has_left else ChargingState.EV_CONNECTED


def _completed(running: Transaction, transaction: Transaction) -> Transaction:
    """Return a session with what was known of its middle."""
    starts_wh = [
        total_wh
        for total_wh in (running.total_start_wh, transaction.total_start_wh)
        if total_wh is not None
    ]
    is_same_id = running.id == transaction.id
    return replace(
        transaction,
        charger_transaction_id=None if is_same_id else running.id,
        total_start_wh=min(starts_wh, default=None),
    )


def _with(ended_ids: tuple[str, ...], ended: Transaction) -> tuple[str, ...]:
    ids = [id_ for id_ in (ended.id, ended.charger_transaction_id) if id_ is not None]
    return (*(id_ for id_ in ended_ids if id_ not in ids), *ids)[-_REMEMBERED_IDS:]
