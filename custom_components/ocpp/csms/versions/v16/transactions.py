"""Sessions: StartTransaction, StopTransaction, and those that nobody here has seen begin."""

from dataclasses import replace
from typing import NotRequired, TypedDict, cast

from ocpp.v16 import call_result
from ocpp.v16.datatypes import IdTagInfo

from ...accounting import book_closing, credit
from ...events import TransactionEnded, TransactionStarted
from ...framing import Payload
from ...ledger import begin, read as read_register
from ...metering import at_rest
from ...model import Evse, Registration, Snapshot, Transaction
from ...schemas import UnusableError
from ..base import Context, Handled, to_payload
from .authorizing import id_tag_info, shown_by_start
from .sampled_values import MeterValuePayload, meter_values_of
from .terms import MAX_CONNECTORS, moment_of

_BEYOND_JSON = 2**63
"""No id: from here on, numbers cannot be sent back."""


class _StartTransaction(TypedDict):
    connectorId: int
    idTag: str
    meterStart: int
    timestamp: str


class _StopTransaction(TypedDict):
    transactionId: int
    idTag: NotRequired[str]
    meterStop: int
    timestamp: str
    reason: NotRequired[str]
    transactionData: NotRequired[list[MeterValuePayload]]


def start_transaction(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Begin a session, unless it was told before."""
    start = cast(_StartTransaction, payload)
    # A charger with a single connector may speak of itself as connector 0.
    evse_id = start["connectorId"] or 1
    if not 0 < evse_id <= MAX_CONNECTORS:
        raise UnusableError("maximum", f"connectorId: there is no connector {evse_id}")
    evse = snapshot.evse(evse_id)
    started_at = moment_of(start["timestamp"], context.now)
    ledger = begin(evse.ledger, start["meterStart"], started_at)
    transaction = Transaction(
        id=str(context.next_transaction_id),
        evse_id=evse_id,
        id_token=start["idTag"],
        started_at=started_at,
        meter_start_wh=float(start["meterStart"]),
        total_start_wh=ledger.total_wh,
        energy_wh=0.0,
    )
    info = id_tag_info(start["idTag"], context, evse_id)
    if evse.transaction is not None and _is_repeated(transaction, evse.transaction):
        return Handled(_started(evse.transaction, info), snapshot)
    answer = _started(transaction, info)
    if context.registration is not Registration.ACCEPTED:
        return Handled(answer, snapshot)
    shown = shown_by_start(snapshot, transaction, info, context)
    evse = replace(evse, transaction=transaction, ledger=ledger)
    started = TransactionStarted(snapshot.identity, transaction)
    snapshot = replace(snapshot.with_evse(evse), showing=None)
    return Handled(answer, snapshot, (*shown, started))


def _started(transaction: Transaction, info: IdTagInfo) -> Payload:
    return to_payload(call_result.StartTransaction(int(transaction.id), info))


def _is_repeated(transaction: Transaction, known: Transaction) -> bool:
    """Whether a start was told before: a charger that got no answer tells it again after a reconnect."""
    return (
        transaction.started_at,
        transaction.id_token,
        transaction.meter_start_wh,
    ) == (
        known.started_at,
        known.id_token,
        known.meter_start_wh,
    )


def stop_transaction(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """End a session with what its register shows."""
    stop = cast(_StopTransaction, payload)
    id_tag = stop.get("idTag")
    info = None if id_tag is None else id_tag_info(id_tag, context)
    answer = to_payload(call_result.StopTransaction(info))
    evse = _evse_of_transaction(snapshot, str(stop["transactionId"]))
    if evse is None or evse.running_transaction is None:
        return Handled(answer, snapshot)
    ended_at = moment_of(stop["timestamp"], context.now)
    told = meter_values_of(stop.get("transactionData", []), context.now)
    booked = book_closing(evse, told, context.now, context.wired)
    ledger = read_register(booked.evse.ledger, stop["meterStop"], ended_at)
    evse = credit(booked.evse, ledger)
    assert evse.transaction is not None
    ended = replace(
        evse.transaction, ended_at=ended_at, stop_reason=stop.get("reason", "Local")
    )
    evse = replace(
        evse,
        transaction=ended,
        meter=at_rest(evse.meter, context.now),
        foreign_profile=False,
    )
    events = (TransactionEnded(snapshot.identity, ended),)
    return Handled(answer, snapshot.with_evse(evse), events, booked.dropped)


def adopted(evse: Evse, transaction_id: int | None, context: Context) -> Evse:
    """Take over a transaction that the charger speaks of and nobody here knows."""
    adopts = context.registration is Registration.ACCEPTED and _stranger(
        evse, transaction_id
    )
    if not adopts:
        return evse
    transaction = Transaction(
        str(transaction_id),
        evse.id,
        None,
        context.now,
        total_start_wh=evse.ledger.total_wh,
    )
    return replace(evse, transaction=transaction)


def _stranger(evse: Evse, transaction_id: int | None) -> bool:
    """Whether the charger speaks of a transaction that is neither the running nor the last one.

    It knows better: the start may have been missed, or the stop of the one that is remembered.
    """
    # 0 and negative numbers are sent for "none", closing values after the stop with the old id.
    if transaction_id is None or not 0 < transaction_id < _BEYOND_JSON:
        return False
    return evse.transaction is None or evse.transaction.id != str(transaction_id)


def _evse_of_transaction(snapshot: Snapshot, transaction_id: str) -> Evse | None:
    for evse in snapshot.evses.values():
        if evse.transaction is not None and evse.transaction.id == transaction_id:
            return evse
    return None
