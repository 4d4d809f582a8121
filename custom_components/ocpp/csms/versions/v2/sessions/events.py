"""TransactionEvent: sessions from their start to their end."""

from collections.abc import Iterator

from ....evses.status import ChargingState
from ....model import Snapshot
from ....ocppj.framing import Payload
from ....ocppj.violations import Fault
from ....tokens.reservations import after_start
from ....tokens.state import PRESENTED_FOR, PresentedToken
from ....transactions.accounting import book
from ....transactions.ending import end
from ....transactions.lifecycle import begin, note_reference
from ....transactions.reports import Start, Stop, TransactionReference
from ...incoming import Context, Handled
from ..authorization.id_tokens import authorization, info_payload, shown
from .reports import Phase, TransactionReport, place_of, read_report


def transaction_event(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in the start, the progress or the end of a session."""
    report = read_report(payload, snapshot, context.now)
    if report is None:
        return Handled({}, snapshot, faults=(Fault.UNKNOWN_TRANSACTION,))
    answered = _answered(report, snapshot, context)
    told = _taken_in(report, answered.snapshot, context)
    return Handled(
        answered.answer | told.answer,
        told.snapshot,
        (*answered.events, *told.events),
        told.dropped_values,
        (*_gaps(report, snapshot), *told.faults),
    )


def _taken_in(
    report: TransactionReport, snapshot: Snapshot, context: Context
) -> Handled:
    evse_id = report.evse_id
    if report.phase is Phase.ENDED:
        return _ended(report, snapshot, context)
    if evse_id is None:
        # Somebody is welcome who has not chosen a place yet.
        return Handled({}, _with_arrival(report, snapshot, context))
    arrival = snapshot.tokens.presented
    if arrival is not None and arrival.transaction_id == report.transaction_id:
        return _started(report, evse_id, snapshot, context, arrival)
    if report.phase is Phase.STARTED:
        return _started(report, evse_id, snapshot, context)
    return _updated(report, evse_id, snapshot, context)


def _answered(
    report: TransactionReport, snapshot: Snapshot, context: Context
) -> Handled:
    """Answer about the id token of an event, which is that of somebody who is there, unless it was shown before."""
    token = report.token
    if token is None:
        return Handled({}, snapshot)
    place = None if report.phase is Phase.ENDED else report.evse_id
    answer = authorization(token, context, place)
    info: Payload = {"idTokenInfo": info_payload(answer)}
    presented = snapshot.tokens.presented
    is_told = presented is not None and presented.holds(token.value, context.now)
    is_old = context.now - report.at >= PRESENTED_FOR
    is_known = _is_known(report, snapshot)
    if is_told or is_old or is_known or report.phase is Phase.ENDED:
        return Handled(info, snapshot)
    events = shown(token, answer.status, snapshot, context, report.evse_id)
    return Handled(info, snapshot, events)


def _is_known(report: TransactionReport, snapshot: Snapshot) -> bool:
    """Return whether the session of an event is known by the same id token already."""
    place = place_of(report.transaction_id, snapshot)
    known = None if place is None else snapshot.evse(place).transaction
    return known is not None and known.id_token == report.id_token


def _with_arrival(
    report: TransactionReport, snapshot: Snapshot, context: Context
) -> Snapshot:
    arrival = PresentedToken(
        report.id_token or "", context.now, transaction_id=report.transaction_id
    )
    return snapshot.with_presented_token(arrival)


def _started(
    report: TransactionReport,
    evse_id: int,
    snapshot: Snapshot,
    context: Context,
    arrival: PresentedToken | None = None,
) -> Handled:
    start = Start(
        transaction_id=report.transaction_id,
        evse_id=evse_id,
        started_at=report.at if arrival is None else min(report.at, arrival.at),
        id_token=report.id_token or (arrival.id_token or None if arrival else None),
        meter_values=report.meter_values,
        charging_state=report.charging_state or _presumed_state(evse_id, snapshot),
        seq_no=report.seq_no,
        offline=report.offline,
        remote_start_id=report.remote_start_id,
    )
    begun = begin(snapshot, start, context.now, context.wired)
    after = begun.snapshot
    if after is not snapshot:
        after = _without_used(report, evse_id, after)
    return Handled({}, after, begun.events, begun.dropped)


def _presumed_state(evse_id: int, snapshot: Snapshot) -> ChargingState:
    """Return the state of a car of which nothing is told: none is there while no connector is occupied."""
    is_free = snapshot.evse(evse_id).is_free
    return ChargingState.IDLE if is_free else ChargingState.EV_CONNECTED


def _without_used(
    report: TransactionReport, evse_id: int, snapshot: Snapshot
) -> Snapshot:
    """Return the snapshot without the reservation and the token that a session has used."""
    left = after_start(
        snapshot.tokens.reservations,
        evse_id,
        report.id_token or "",
        report.reservation_id,
    )
    after = snapshot.with_reservations(left)
    presented = snapshot.tokens.presented
    has_begun = report.id_token is not None or report.remote_start_id is not None
    if presented is not None and has_begun and not presented.from_here:
        return after.with_presented_token(None)
    if presented is not None and presented.transaction_id is not None:
        return after.with_presented_token(None)
    return after


def _updated(
    report: TransactionReport, evse_id: int, snapshot: Snapshot, context: Context
) -> Handled:
    reference = TransactionReference(
        transaction_id=report.transaction_id,
        reported_at=report.at,
        ids_are_final=True,
        id_token=report.id_token,
        charging_state=report.charging_state,
        seq_no=report.seq_no,
        offline=report.offline,
        remote_start_id=report.remote_start_id,
    )
    evse = snapshot.evse(evse_id)
    update = note_reference(snapshot, evse, reference, context.now)
    booked = book(update.evse, report.meter_values, context.now, context.wired)
    after = snapshot.with_evse(booked.evse)
    if report.reservation_id is not None or report.id_token is not None:
        after = _without_used(report, evse_id, after)
    return Handled({}, after, update.events, booked.dropped)


def _ended(report: TransactionReport, snapshot: Snapshot, context: Context) -> Handled:
    stop = Stop(
        transaction_id=report.transaction_id,
        ended_at=report.at,
        reason=report.reason,
        evse_id=report.evse_id,
        id_token=report.id_token,
        meter_values=report.meter_values,
        charging_state=report.charging_state,
    )
    ended = end(snapshot, stop, context.now, context.wired)
    faults = (Fault.UNKNOWN_TRANSACTION,) if ended.unknown else ()
    answer = _cost(report, ended.snapshot, context)
    return Handled(answer, ended.snapshot, ended.events, ended.dropped, faults)


def _cost(report: TransactionReport, snapshot: Snapshot, context: Context) -> Payload:
    """Return the answer with what a session that has ended has cost, if that is known (I03.FR.02)."""
    place = place_of(report.transaction_id, snapshot)
    ended = None if place is None else snapshot.evse(place).transaction
    cost = None if ended is None else context.cost_of(ended)
    return {} if cost is None else {"totalCost": cost}


def _gaps(report: TransactionReport, snapshot: Snapshot) -> Iterator[Fault]:
    """Yield a fault if events of the session before this one have not come."""
    place = place_of(report.transaction_id, snapshot)
    known = None if place is None else snapshot.evse(place).transaction
    if known is None or known.seq_no is None or report.seq_no is None:
        return
    if report.seq_no > known.seq_no + 1:
        yield Fault.MISSING_EVENT
