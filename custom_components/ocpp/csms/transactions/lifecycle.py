"""Who charges where, and since when.

Chargers tell of sessions late, twice, or not at all; they forget the id that a session was given, or use one of
their own. What is to be made of that depends on no protocol version: a version translates what the charger says into
a `Start`, a `Stop` or the mention of a session, and the answer back.

Source: OCPP 1.6 specification, sections 3.7, 4.8 and 4.10.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..events import Event
from ..metering.energy_register import (
    begin as begin_register,
    read as read_register,
    total_at,
)
from ..model import CHARGING, IDLE, ConnectorStatus, Evse, Snapshot, Transaction
from .accounting import MeterValue, book_closing, book_end
from .succession import (
    EvseUpdate,
    conclude,
    confirm,
    is_middle_of,
    put_aside,
    report,
    take_up,
    take_up_late,
)

LATE_AFTER = timedelta(minutes=1)
"""A session that began this long before the charger connected may be over by the time it is told of."""

SETTLES_AFTER = timedelta(seconds=10)
"""How soon after the start of such a session its end is told, if it is over: one follows the other."""

STALE_AFTER = timedelta(minutes=1)
"""For how long a session may go on at a connector that says it is free; after that, its end is lost."""


@dataclass(frozen=True, slots=True)
class Start:
    """A session that a charger says has begun."""

    evse_id: int
    id_token: str
    started_at: datetime
    meter_start_wh: float


@dataclass(frozen=True, slots=True)
class Stop:
    """A session that a charger says has ended, with what was metered during it."""

    transaction_id: str
    ended_at: datetime
    meter_stop_wh: float
    reason: str
    id_token: str | None = None
    meter_values: Sequence[MeterValue] = ()


@dataclass(frozen=True, slots=True)
class TransactionReference:
    """A session that a charger names along with what was `measured_at` some time.

    `charging` tells whether there is a session at all: some chargers name a number of their own while there is none.
    """

    transaction_id: str
    measured_at: datetime
    charging: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Begun:
    """What follows from a session's beginning: the session as it is known, perhaps since an earlier telling."""

    snapshot: Snapshot
    transaction: Transaction
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """What follows from a session's end.

    `unknown` is set when nobody here knows the session; `dropped` counts metered values that could not be used.
    """

    snapshot: Snapshot
    events: tuple[Event, ...] = ()
    dropped: int = 0
    unknown: bool = False


def begin(
    snapshot: Snapshot, start: Start, transaction_id: str, now: datetime
) -> Begun:
    """Take in that a session has begun, under a new id unless it was told of before."""
    evse = snapshot.evse(start.evse_id)
    for known in _known(evse):
        if _is_repeated(start, known):
            return Begun(snapshot, known)
    ledger = begin_register(evse.ledger, start.meter_start_wh, start.started_at)
    total_wh = total_at(ledger, start.meter_start_wh)
    transaction = Transaction(
        id=transaction_id,
        evse_id=evse.id,
        id_token=start.id_token,
        started_at=start.started_at,
        meter_start_wh=start.meter_start_wh,
        total_start_wh=ledger.total_wh if total_wh is None else total_wh,
        energy_wh=0.0,
    )
    evse = replace(evse, ledger=ledger)
    place = _place_for(snapshot, evse, transaction)
    update = place(snapshot.identity, evse, transaction, now)
    return Begun(snapshot.with_evse(update.evse), transaction, update.events)


def end(snapshot: Snapshot, stop: Stop, now: datetime, wired: int) -> Ended:
    """Take in that a session has ended.

    Of one that nobody here knows, the EVSE is found out where that can be done for certain. The session of another
    EVSE is never ended for it.
    """
    for evse in snapshot.evses.values():
        transaction, superseded = evse.transaction, evse.superseded
        if transaction is not None and transaction.is_called(stop.transaction_id):
            return _ended(snapshot, evse, transaction, stop, now, wired)
        if superseded is not None and superseded.transaction.is_called(
            stop.transaction_id
        ):
            return _superseded_ended(snapshot, evse, superseded.transaction, stop)
    if any(stop.transaction_id in evse.ended_ids for evse in snapshot.evses.values()):
        return Ended(snapshot)
    for evse in _places(snapshot, stop):
        assert evse.transaction is not None
        ended = _ended(snapshot, evse, evse.transaction, stop, now, wired)
        return replace(ended, unknown=True)
    return replace(_unseen_ended(snapshot, stop), unknown=True)


def note_reference(
    snapshot: Snapshot, evse: Evse, mentioned: TransactionReference, now: datetime
) -> EvseUpdate:
    """Take in that a charger speaks of a session as one that goes on at an EVSE."""
    running, transaction_id = evse.running_transaction, mentioned.transaction_id
    live = not _is_late(snapshot, mentioned.measured_at)
    if running is not None and running.is_called(transaction_id):
        heard = replace(evse, heard_at=now)
        certain = live and evse.unsettled_since is not None
        return confirm(snapshot.identity, heard) if certain else EvseUpdate(heard)
    superseded = None if evse.superseded is None else evse.superseded.transaction
    if superseded is not None and superseded.is_called(transaction_id):
        if not live:
            return EvseUpdate(evse)
        return take_up(snapshot.identity, evse, superseded, now)
    resumed = _resumed(evse, transaction_id)
    is_over = transaction_id in evse.ended_ids and resumed is None
    if is_over or not mentioned.charging():
        return EvseUpdate(evse)
    if resumed is not None:
        return take_up(snapshot.identity, evse, resumed, now)
    if running is not None and evse.heard_at is not None:
        # It has begun, or gone on, under our id since the charger connected: this is the charger's own.
        return EvseUpdate(
            replace(
                evse,
                transaction=replace(running, charger_transaction_id=transaction_id),
            )
        )
    adopted = Transaction(
        transaction_id,
        evse.id,
        None,
        now,
        total_start_wh=evse.ledger.total_wh,
        joined_midway=True,
    )
    return take_up(snapshot.identity, evse, adopted, now)


def connect(snapshot: Snapshot, now: datetime) -> Snapshot:
    """Return the snapshot of a charger that has just connected: whether its sessions go on is unknown."""
    evses = {
        evse.id: replace(evse, heard_at=None, status_at=None)
        for evse in snapshot.evses.values()
    }
    return replace(snapshot, evses=evses, connected=True, connected_at=now)


def settle(identity: str, evse: Evse, now: datetime) -> EvseUpdate:
    """Draw the conclusions from what a charger has not said of the sessions at an EVSE."""
    running, superseded = evse.running_transaction, evse.superseded
    if running is None:
        return EvseUpdate(evse)
    may_go_on = evse.status is None or evse.status in CHARGING
    if may_go_on and _has_passed(evse.unsettled_since, SETTLES_AFTER, now):
        return confirm(identity, evse)
    if (
        may_go_on
        and superseded is not None
        and is_middle_of(running, superseded.transaction)
    ):
        if _has_passed(superseded.told_at, SETTLES_AFTER, now):
            return take_up(identity, evse, superseded.transaction, now)
    if _is_stale(evse, now):
        ended = replace(running, ended_at=evse.status_at or now)
        return conclude(identity, evse, ended, now)
    return EvseUpdate(evse)


def _has_passed(since: datetime | None, span: timedelta, now: datetime) -> bool:
    return since is not None and now - since >= span


def _resumed(evse: Evse, transaction_id: str) -> Transaction | None:
    """Return a session that was taken to be over, and is not."""
    last = evse.transaction
    if last is None or not last.is_called(transaction_id) or last.stop_reason:
        return None
    return replace(last, ended_at=None)


def _known(evse: Evse) -> Iterator[Transaction]:
    if evse.transaction is not None:
        yield evse.transaction
    if evse.superseded is not None:
        yield evse.superseded.transaction


def _is_repeated(start: Start, known: Transaction) -> bool:
    """Whether a start was told before: a charger that got no answer tells it again after a reconnect."""
    return (start.started_at, start.id_token, start.meter_start_wh) == (
        known.started_at,
        known.id_token,
        known.meter_start_wh,
    )


def _place_for(
    snapshot: Snapshot, evse: Evse, transaction: Transaction
) -> Callable[[str, Evse, Transaction, datetime], EvseUpdate]:
    """Return what becomes of a session whose start is told: it runs, may run, or is most likely over."""
    running = evse.running_transaction
    is_late = _is_late(snapshot, transaction.started_at)
    if running is not None:
        is_middle = is_middle_of(running, transaction)
        if (is_middle and is_late) or _is_older(transaction, running):
            return put_aside
    return take_up_late if is_late else take_up


def _is_older(transaction: Transaction, running: Transaction) -> bool:
    """Whether a session began before the one that runs; of one that was adopted, the beginning is unknown."""
    return not running.joined_midway and transaction.started_at < running.started_at


def _is_late(snapshot: Snapshot, moment: datetime) -> bool:
    """Whether something was long before the charger connected."""
    since = snapshot.connected_at
    return since is not None and moment < since - LATE_AFTER


def _is_stale(evse: Evse, now: datetime) -> bool:
    """Whether an EVSE has been idle for a while, and the charger does not speak of its session either."""
    if not _has_passed(evse.status_at, STALE_AFTER, now):
        return False
    if evse.status not in IDLE or evse.meter.power_w or evse.meter.current_a:
        return False
    if evse.unsettled_since is not None:
        return _has_passed(evse.unsettled_since, STALE_AFTER, now)
    if evse.heard_at is None:
        return True
    since = evse.status_at or now
    return evse.status is ConnectorStatus.AVAILABLE and evse.heard_at < since


def _ended(
    snapshot: Snapshot,
    evse: Evse,
    transaction: Transaction,
    stop: Stop,
    now: datetime,
    wired: int,
) -> Ended:
    """End the session that runs at an EVSE, or correct an end that nobody had told of."""
    if not transaction.running and transaction.stop_reason is not None:
        return Ended(snapshot)
    resumed = replace(evse, transaction=replace(transaction, ended_at=None))
    booked = book_closing(resumed, stop.meter_values, now, wired)
    closed = book_end(booked.evse, stop.meter_stop_wh, stop.ended_at)
    assert closed.transaction is not None
    ended = replace(closed.transaction, ended_at=stop.ended_at, stop_reason=stop.reason)
    update = conclude(snapshot.identity, closed, ended, now)
    events = update.events if transaction.running else ()
    return Ended(snapshot.with_evse(update.evse), events, booked.dropped)


def _superseded_ended(
    snapshot: Snapshot, evse: Evse, superseded: Transaction, stop: Stop
) -> Ended:
    """Take note of a session that was over before another one began."""
    ledger = read_register(evse.ledger, stop.meter_stop_wh, stop.ended_at)
    ended = replace(
        superseded,
        ended_at=stop.ended_at,
        stop_reason=stop.reason,
        energy_wh=_difference(
            superseded.total_start_wh, total_at(ledger, stop.meter_stop_wh)
        ),
    )
    update = report(
        snapshot.identity, replace(evse, ledger=ledger, superseded=None), ended
    )
    return Ended(snapshot.with_evse(update.evse), update.events)


def _unseen_ended(snapshot: Snapshot, stop: Stop) -> Ended:
    """Take note of a session of which no more than its end was told, where it can have been at one EVSE only."""
    if len(snapshot.evses) != 1:
        return Ended(snapshot)
    (evse,) = snapshot.evses.values()
    before, ledger = evse.ledger, evse.ledger
    if evse.running_transaction is None:
        ledger = read_register(before, stop.meter_stop_wh, stop.ended_at)
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
    update = report(snapshot.identity, replace(evse, ledger=ledger), ended)
    return Ended(snapshot.with_evse(update.evse), update.events)


def _difference(start_wh: float | None, end_wh: float | None) -> float | None:
    if start_wh is None or end_wh is None:
        return None
    return max(0.0, end_wh - start_wh)


def _places(snapshot: Snapshot, stop: Stop) -> list[Evse]:
    """Return the EVSE whose session must be meant by an unknown id, if there is one."""
    running = [evse for evse in snapshot.evses.values() if _can_be_meant(evse, stop)]
    if len(snapshot.evses) == 1:
        return running
    shown = [
        evse
        for evse in running
        if evse.transaction is not None
        and stop.id_token is not None
        and evse.transaction.id_token == stop.id_token
    ]
    return shown if len(shown) == 1 else []


def _can_be_meant(evse: Evse, stop: Stop) -> bool:
    transaction = evse.running_transaction
    if transaction is None:
        return False
    if transaction.joined_midway:
        return True
    tokens = {stop.id_token or transaction.id_token, transaction.id_token}
    return (
        len(tokens) == 1
        and transaction.started_at <= stop.ended_at
        and (transaction.meter_start_wh or 0.0) <= stop.meter_stop_wh
    )
