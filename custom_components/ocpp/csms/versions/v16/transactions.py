"""Sessions: StartTransaction and StopTransaction, and the commands for both."""

from typing import NotRequired, TypedDict, cast, override

from ocpp.v16 import call, call_result
from ocpp.v16.datatypes import IdTagInfo

from ...model import Registration, Snapshot
from ...ocppj.framing import Payload
from ...ocppj.schemas import UnusableError
from ...ocppj.violations import Fault
from ...tokens.reservations import after_start
from ...tokens.token import Token
from ...transactions.ending import end
from ...transactions.lifecycle import begin
from ...transactions.reports import Start, Stop
from ..encoding import to_payload
from ..incoming import Context, Handled
from ..requests import Request
from ..transactions import TransactionMessages
from .authorizing import id_tag_info, shown_by_start
from .commands import command
from .sampled_values import MeterValuePayload, meter_values_of
from .terms import MAX_CONNECTORS, moment_of


class _StartTransaction(TypedDict):
    connectorId: int
    idTag: str
    meterStart: int
    timestamp: str
    reservationId: NotRequired[int]


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
    """Begin a session, unless it was reported before."""
    told = cast(_StartTransaction, payload)
    # A charger with a single connector may speak of itself as connector 0.
    evse_id = told["connectorId"] or 1
    if not 0 < evse_id <= MAX_CONNECTORS:
        raise UnusableError("maximum", f"connectorId: there is no connector {evse_id}")
    id_tag = told["idTag"]
    info = id_tag_info(id_tag, context, evse_id)
    transaction_id = str(context.take_transaction_number())
    if context.registration is not Registration.ACCEPTED:
        return Handled(_started(transaction_id, info), snapshot)
    start = Start(
        transaction_id=transaction_id,
        evse_id=evse_id,
        started_at=moment_of(told["timestamp"], context.now),
        id_token=id_tag,
        meter_start_wh=float(told["meterStart"]),
    )
    begun = begin(snapshot, start, context.now, context.wired)
    answer = _started(begun.transaction.id, info)
    if begun.snapshot is snapshot:
        return Handled(answer, snapshot)
    shown = shown_by_start(snapshot, begun.transaction, info, context)
    left = after_start(
        snapshot.tokens.reservations, evse_id, id_tag, told.get("reservationId")
    )
    after = begun.snapshot.with_reservations(left)
    presented = snapshot.tokens.presented
    if presented is not None and not presented.from_here:
        after = after.with_presented_token(None)
    events = (*shown, *begun.events)
    return Handled(answer, after, events)


def _started(transaction_id: str, info: IdTagInfo) -> Payload:
    return to_payload(call_result.StartTransaction(int(transaction_id), info))


def stop_transaction(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """End a session at the register's value."""
    told = cast(_StopTransaction, payload)
    id_tag = told.get("idTag")
    info = None if id_tag is None else id_tag_info(id_tag, context)
    answer = to_payload(call_result.StopTransaction(info))
    stop = Stop(
        transaction_id=str(told["transactionId"]),
        ended_at=moment_of(told["timestamp"], context.now),
        reason=told.get("reason", "Local"),
        id_token=id_tag,
        meter_stop_wh=float(told["meterStop"]),
        meter_values=meter_values_of(told.get("transactionData", []), context.now),
    )
    ended = end(snapshot, stop, context.now, context.wired)
    faults = (Fault.UNKNOWN_TRANSACTION,) if ended.unknown else ()
    return Handled(answer, ended.snapshot, ended.events, ended.dropped, faults)


class V16Transactions(TransactionMessages):
    """RemoteStartTransaction and RemoteStopTransaction."""

    @override
    def start(self, evse_id: int, token: Token, remote_start_id: int) -> Request[None]:
        return command(call.RemoteStartTransaction(token.value, evse_id))

    @override
    def stop(self, transaction_id: str) -> Request[None]:
        return command(call.RemoteStopTransaction(int(transaction_id)))

    @override
    def ask_if_over(self, transaction_id: str) -> Request[bool] | None:
        return None
