"""The lifecycle of sessions: who charges at which EVSE, and since when.

Chargers report sessions late, twice, or not at all; they forget the id that a session was given, or use one of their
own. The consequences depend on no protocol version: a version translates what a charger reports into a `Start`, a
`Stop` or a `TransactionReference`, and the answer back.

Source: OCPP 1.6 specification, sections 3.7, 4.8 and 4.10.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..events import Event
from ..evses.transaction import Transaction
from ..metering.energy_register import Ledger, begin as begin_register, total_at
from ..metering.presence import unheard
from ..model import Evse, Snapshot
from ..records import changed
from .accounting import as_shown, book, first_register_wh
from .connectors import note_charging_state
from .repeated_starts import is_repeated
from .reports import Start, TransactionReference
from .succession import (
    EvseUpdate,
    confirm,
    identified,
    is_middle_of,
    put_aside,
    take_up,
    take_up_late,
)

LATE_AFTER = timedelta(minutes=1)
"""A session that began this long before the charger connected may be over by the time it is reported."""

type _Place = Callable[[str, Evse, Transaction, datetime], EvseUpdate]


@dataclass(frozen=True, slots=True)
class Begun:
    """The consequences of a session's start: the session as it is known, perhaps since an earlier report.

    `dropped` counts metered values that could not be used.
    """

    snapshot: Snapshot
    transaction: Transaction
    events: tuple[Event, ...] = ()
    dropped: int = 0


def begin(snapshot: Snapshot, start: Start, now: datetime, wired: int) -> Begun:
    """Return what follows from the start of a session, unless it was reported before."""
    evse = snapshot.evse(start.evse_id)
    for known in _known(evse):
        if is_repeated(start, known):
            return Begun(snapshot, known)
    evse, transaction = _started(evse, start, _token_of(snapshot, start))
    if transaction.id in evse.ended_ids:
        return Begun(snapshot, transaction)
    is_late = _is_late(snapshot, start.started_at, start.offline, now)
    place = _place_for(evse, transaction, is_late)
    update = place(snapshot.identity, evse, transaction, now)
    evse, dropped = update.evse, 0
    if evse.transaction is not None and evse.transaction.id == transaction.id:
        evse = note_charging_state(evse, start.charging_state, now)
        booked = book(evse, start.meter_values, now, wired)
        evse, dropped = booked.evse, booked.dropped
    return Begun(snapshot.with_evse(evse), transaction, update.events, dropped)


def note_reference(
    snapshot: Snapshot, evse: Evse, reference: TransactionReference, now: datetime
) -> EvseUpdate:
    """Return an EVSE at which a charger says that a session goes on."""
    running, transaction_id = evse.running_transaction, reference.transaction_id
    is_late = _is_late(snapshot, reference.reported_at, reference.offline, now)
    if running is not None and running.is_called(transaction_id):
        running = identified(running, _token_of(snapshot, reference))
        heard = _heard(evse, running, reference, now)
        if is_late or evse.unsettled_since is None:
            return EvseUpdate(heard)
        return confirm(snapshot.identity, heard)
    superseded = None if evse.superseded is None else evse.superseded.transaction
    if superseded is not None and superseded.is_called(transaction_id):
        if is_late:
            return EvseUpdate(evse)
        return take_up(snapshot.identity, evse, superseded, now)
    resumed = _resumed(evse, transaction_id)
    is_over = transaction_id in evse.ended_ids and resumed is None
    if is_over or not reference.charging():
        return EvseUpdate(evse)
    if resumed is not None:
        return take_up(snapshot.identity, evse, resumed, now)
    return _named_anew(snapshot, evse, reference, now)


def connect(snapshot: Snapshot, now: datetime) -> Snapshot:
    """Return the snapshot of a charger that has just connected: its sessions may go on or be over."""
    evses = {evse.id: _connected(evse) for evse in snapshot.evses.values()}
    return replace(snapshot, evses=evses, connected=True, connected_at=now)


def _connected(evse: Evse) -> Evse:
    connectors = {
        connector.id: replace(connector, reported_at=None)
        for connector in evse.connectors.values()
    }
    return replace(
        evse, heard_at=None, connectors=connectors, meter=unheard(evse.meter)
    )


def _token_of(snapshot: Snapshot, told: Start | TransactionReference) -> str | None:
    """Return the id token of a report, or that of the command which it names."""
    if told.id_token is not None:
        return told.id_token
    return snapshot.tokens.asked_with(told.remote_start_id)


def _started(
    evse: Evse, start: Start, id_token: str | None
) -> tuple[Evse, Transaction]:
    """Return an EVSE whose register was read at a session's start, and the session."""
    ledger, total_wh = evse.ledger, evse.ledger.total_wh
    start_wh = start.meter_start_wh
    if start_wh is None:
        start_wh = first_register_wh(start.meter_values)
    if start_wh is not None:
        shown_wh = as_shown(evse, start_wh)
        ledger, total_wh = _read_at_start(ledger, shown_wh, start.started_at)
    transaction = Transaction(
        id=start.transaction_id,
        evse_id=evse.id,
        id_token=id_token,
        started_at=start.started_at,
        meter_start_wh=start_wh,
        total_start_wh=total_wh,
        energy_wh=0.0,
        seq_no=start.seq_no,
        told_s=start.told_s,
    )
    return replace(evse, ledger=ledger), transaction


def _read_at_start(
    ledger: Ledger, register_wh: float, at: datetime
) -> tuple[Ledger, float | None]:
    ledger = begin_register(ledger, register_wh, at)
    total_wh = total_at(ledger, register_wh)
    return ledger, ledger.total_wh if total_wh is None else total_wh


def _heard(
    evse: Evse, running: Transaction, reference: TransactionReference, now: datetime
) -> Evse:
    """Return an EVSE whose session was named; a report that was overtaken by later ones changes no state."""
    seq_no = reference.seq_no
    if seq_no is not None:
        if running.seq_no is not None and seq_no <= running.seq_no:
            return replace(evse, transaction=running, heard_at=now)
        running = changed(running, seq_no=seq_no)
    evse = changed(evse, transaction=running, heard_at=now)
    return note_charging_state(evse, reference.charging_state, now)


def _named_anew(
    snapshot: Snapshot, evse: Evse, reference: TransactionReference, now: datetime
) -> EvseUpdate:
    """Take up a session under an id that was never seen, or learn the charger's own id for the running one."""
    running, transaction_id = evse.running_transaction, reference.transaction_id
    if (
        running is not None
        and evse.heard_at is not None
        and not reference.ids_are_final
    ):
        # It has begun, or gone on, under our id since the charger connected.
        renamed = replace(running, charger_transaction_id=transaction_id)
        return EvseUpdate(replace(evse, transaction=renamed))
    joined = Transaction(
        transaction_id,
        evse.id,
        _token_of(snapshot, reference),
        # The charger's clock is not needed, and may be wrong, where no order depends on it.
        reference.reported_at if reference.ids_are_final else now,
        total_start_wh=evse.ledger.total_wh,
        joined_midway=True,
        seq_no=reference.seq_no,
    )
    place = _place_for(evse, joined, bool(reference.offline))
    update = place(snapshot.identity, evse, joined, now)
    if update.evse.transaction is None or update.evse.transaction.id != joined.id:
        return update
    state = reference.charging_state
    return replace(update, evse=note_charging_state(update.evse, state, now))


def _resumed(evse: Evse, transaction_id: str) -> Transaction | None:
    """Return a session that was concluded to be over, and is not."""
    last = evse.transaction
    if last is None or not last.is_called(transaction_id) or last.stop_reason:
        return None
    return replace(last, ended_at=None)


def _known(evse: Evse) -> Iterator[Transaction]:
    if evse.transaction is not None:
        yield evse.transaction
    if evse.superseded is not None:
        yield evse.superseded.transaction


def _place_for(evse: Evse, transaction: Transaction, is_late: bool) -> _Place:
    """Return what becomes of a session that is reported: it runs, may run, or is most likely over."""
    running = evse.running_transaction
    if running is not None:
        is_middle = is_middle_of(running, transaction)
        if (is_middle and is_late) or _is_older(transaction, running):
            return put_aside
    return take_up_late if is_late else take_up


def _is_older(transaction: Transaction, running: Transaction) -> bool:
    """Return True for a session that began before the running one, as far as the start of that is known."""
    return not running.joined_midway and transaction.started_at < running.started_at


def _is_late(
    snapshot: Snapshot, moment: datetime, offline: bool | None, now: datetime
) -> bool:
    """Return True for a report of what was long before the charger connected."""
    if offline is not None:
        return offline
    since = snapshot.connected_at
    return since is not None and moment < min(since, now) - LATE_AFTER
