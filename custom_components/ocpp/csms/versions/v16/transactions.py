"""Sessions: StartTransaction and StopTransaction, and the commands for both."""

from typing import NotRequired, TypedDict, cast, override

from ocpp.v16 import call, call_result
from ocpp.v16.datatypes import IdTagInfo

from ...limits.charging_profile import Profile
from ...model import Registration, Snapshot
from ...ocppj.framing import Payload
from ...ocppj.violations import Fault
from ...tokens.reservations import after_start
from ...tokens.token import Token, bare
from ...transactions.ending import end
from ...transactions.lifecycle import begin
from ...transactions.reports import UNTOLD_S, Start, Stop, TransactionStatus
from ..commands.transactions import TransactionMessages
from ..encoding import to_payload
from ..incoming import Context, Handled
from ..instants import instant_of, moment_of
from ..omissions import starting_evse_id, starting_id_tag
from ..requests import Request
from .authorizing import id_tag_info, shown_by_start
from .commands import command
from .sampled_values import MeterValuePayload, meter_values_of
from .terms import MAX_CONNECTORS


class _StartTransaction(TypedDict):
    connectorId: NotRequired[int]
    idTag: NotRequired[str]
    meterStart: NotRequired[int]
    timestamp: NotRequired[str]
    reservationId: NotRequired[int]


class _StopTransaction(TypedDict):
    transactionId: NotRequired[int]
    idTag: NotRequired[str]
    meterStop: NotRequired[int]
    timestamp: NotRequired[str]
    reason: NotRequired[str]
    transactionData: NotRequired[list[MeterValuePayload]]


def start_transaction(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Begin a session, unless it was reported before."""
    told = cast(_StartTransaction, payload)
    # A charger with a single connector may speak of itself as connector 0.
    evse_id = told.get("connectorId", starting_evse_id(snapshot)) or 1
    faults: tuple[Fault, ...] = ()
    if not 0 < evse_id <= MAX_CONNECTORS:
        evse_id, faults = starting_evse_id(snapshot), (Fault.UNUSABLE_VALUE,)
    id_tag = bare(told.get("idTag", starting_id_tag(snapshot, context)))
    info = id_tag_info(id_tag, context, evse_id)
    transaction_id = str(context.take_transaction_number())
    if context.registration is not Registration.ACCEPTED:
        return Handled(_started(transaction_id, info), snapshot, faults=faults)
    start = Start(
        transaction_id=transaction_id,
        evse_id=evse_id,
        started_at=moment_of(told.get("timestamp"), context.now),
        told_s=_told_s(told.get("timestamp")),
        id_token=id_tag,
        meter_start_wh=_register_wh(told.get("meterStart")),
    )
    begun = begin(snapshot, start, context.now, context.wired)
    answer = _started(begun.transaction.id, info)
    if begun.snapshot is snapshot:
        return Handled(answer, snapshot, faults=faults)
    shown = shown_by_start(snapshot, begun.transaction, info, context)
    left = after_start(
        snapshot.tokens.reservations, evse_id, id_tag, told.get("reservationId")
    )
    after = begun.snapshot.with_reservations(left)
    presented = snapshot.tokens.presented
    if presented is not None and not presented.from_here:
        after = after.with_presented_token(None)
    events = (*shown, *begun.events)
    return Handled(answer, after, events, faults=faults)


def _told_s(text: str | None) -> float:
    moment = None if text is None else instant_of(text)
    return UNTOLD_S if moment is None else moment.timestamp()


def _started(transaction_id: str, info: IdTagInfo) -> Payload:
    return to_payload(call_result.StartTransaction(int(transaction_id), info))


def stop_transaction(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """End a session at the register's value; whatever is told of it, the end of a session is never refused."""
    told = cast(_StopTransaction, payload)
    id_tag = bare(told["idTag"]) if "idTag" in told else None
    info = None if id_tag is None else id_tag_info(id_tag, context)
    answer = to_payload(call_result.StopTransaction(info))
    transaction_id = _stopped_id(told, snapshot)
    if transaction_id is None:
        return Handled(answer, snapshot, faults=(Fault.UNKNOWN_TRANSACTION,))
    stop = Stop(
        transaction_id=transaction_id,
        ended_at=moment_of(told.get("timestamp"), context.now),
        reason=told.get("reason", "Local"),
        id_token=id_tag,
        meter_stop_wh=_register_wh(told.get("meterStop")),
        meter_values=meter_values_of(told.get("transactionData", []), context.now),
    )
    ended = end(snapshot, stop, context.now, context.wired)
    faults = (Fault.UNKNOWN_TRANSACTION,) if ended.unknown else ()
    return Handled(answer, ended.snapshot, ended.events, ended.dropped, faults)


def _register_wh(told: int | None) -> float | None:
    return None if told is None else float(told)


def _stopped_id(told: _StopTransaction, snapshot: Snapshot) -> str | None:
    """Return the id of the session that has ended; None if none is told, and none can be meant."""
    if "transactionId" in told:
        return str(told["transactionId"])
    running = [
        transaction
        for evse in snapshot.evses.values()
        if (transaction := evse.running_transaction) is not None
    ]
    if len(running) > 1:
        running = [item for item in running if item.id_token == told.get("idTag")]
    return running[0].id if len(running) == 1 else None


class V16Transactions(TransactionMessages):
    """RemoteStartTransaction and RemoteStopTransaction."""

    # Few chargers read the one that the specification provides for.
    starts_with_profile = False

    @override
    def start(
        self,
        evse_id: int,
        token: Token,
        remote_start_id: int,
        profile: Profile | None = None,
    ) -> Request[None]:
        return command(call.RemoteStartTransaction(token.value, evse_id))

    @override
    def stop(self, transaction_id: str) -> Request[None]:
        return command(call.RemoteStopTransaction(int(transaction_id)))

    @override
    def tell_cost(self, transaction_id: str, cost: float) -> None:
        return None

    @override
    def get_status(
        self, transaction_id: str | None
    ) -> Request[TransactionStatus] | None:
        return None
