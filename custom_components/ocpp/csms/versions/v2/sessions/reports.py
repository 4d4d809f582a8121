"""A TransactionEvent, read.

Source: OCPP 2.0.1 part 2, chapter E; the reports of one session are ordered by their numbers, whatever their times say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NotRequired, TypedDict, cast

from ....evses.status import ChargingState
from ....model import Evse, Snapshot
from ....ocppj.framing import Payload
from ....tokens.token import Token
from ....transactions.accounting import MeterValue
from ...instants import moment_of
from ...omissions import only_evse_id
from ..authorization.id_tokens import IdTokenPayload, token_of
from ..terms import EvsePayload, credible
from .sampled_values import MeterValuePayload, meter_values_of


class Phase(StrEnum):
    """The part of a session that an event belongs to (OCPP's TransactionEventEnumType)."""

    STARTED = "Started"
    UPDATED = "Updated"
    ENDED = "Ended"


class _TransactionInfo(TypedDict):
    transactionId: NotRequired[str]
    chargingState: NotRequired[str]
    stoppedReason: NotRequired[str]
    remoteStartId: NotRequired[int]


class _TransactionEvent(TypedDict):
    eventType: NotRequired[str]
    timestamp: NotRequired[str]
    triggerReason: NotRequired[str]
    seqNo: NotRequired[int]
    offline: NotRequired[bool]
    reservationId: NotRequired[int]
    transactionInfo: NotRequired[_TransactionInfo]
    evse: NotRequired[EvsePayload]
    idToken: NotRequired[IdTokenPayload]
    meterValue: NotRequired[list[MeterValuePayload]]


_ARRIVED = frozenset({"CablePluggedIn"})
_DEPARTED = frozenset({"EVDeparted"})

_REASONS = {
    "Deauthorized": "DeAuthorized",
    "EVCommunicationLost": "EVDisconnected",
    "EVConnectTimeout": "Timeout",
    "EVDeparted": "EVDisconnected",
    "EnergyLimitReached": "EnergyLimitReached",
    "RemoteStop": "Remote",
    "ResetCommand": "ImmediateReset",
    "TimeLimitReached": "TimeLimitReached",
    "UnlockCommand": "UnlockCommand",
}
"""The reasons for a session's end that follow from those for the event."""
_USUAL_REASON = "Local"


@dataclass(frozen=True, slots=True)
class TransactionReport:
    """A report on a session; `evse_id` is None where nobody can tell the place."""

    transaction_id: str
    phase: Phase
    at: datetime
    trigger: str
    evse_id: int | None
    seq_no: int | None
    offline: bool
    charging_state: ChargingState | None
    token: Token | None
    reason: str
    remote_start_id: int | None
    reservation_id: int | None
    meter_values: Sequence[MeterValue]

    @property
    def id_token(self) -> str | None:
        """The value of its id token, if it has one that is more than a word for none."""
        return (self.token.value or None) if self.token is not None else None


def read_report(
    payload: Payload, snapshot: Snapshot, now: datetime
) -> TransactionReport | None:
    """Return what an event tells; None if that is not even of which session."""
    told = cast(_TransactionEvent, payload)
    info, kind = told.get("transactionInfo", {}), told.get("eventType", "")
    transaction_id = info.get("transactionId")
    if transaction_id is None or kind not in Phase:
        return None
    trigger = told.get("triggerReason", "")
    evse_id = credible(told.get("evse", {}).get("id"))
    if evse_id is None:
        evse_id = place_of(transaction_id, snapshot) or only_evse_id(snapshot)
    return TransactionReport(
        transaction_id=transaction_id,
        phase=Phase(kind),
        at=moment_of(told.get("timestamp"), now),
        trigger=trigger,
        evse_id=evse_id,
        seq_no=told.get("seqNo"),
        offline=told.get("offline", False),
        charging_state=_charging_state(info.get("chargingState"), trigger),
        token=token_of(told["idToken"]) if "idToken" in told else None,
        reason=info.get("stoppedReason") or _REASONS.get(trigger, _USUAL_REASON),
        remote_start_id=info.get("remoteStartId"),
        reservation_id=told.get("reservationId"),
        meter_values=meter_values_of(told.get("meterValue", []), now),
    )


def place_of(transaction_id: str, snapshot: Snapshot) -> int | None:
    """Return the EVSE at which a session is known."""
    evse = _evse_of(transaction_id, snapshot)
    return None if evse is None else evse.id


def _evse_of(transaction_id: str, snapshot: Snapshot) -> Evse | None:
    for evse in snapshot.evses.values():
        known = evse.transaction
        if known is not None and known.is_called(transaction_id):
            return evse
    return None


def _charging_state(told: str | None, trigger: str) -> ChargingState | None:
    """Return the state of the car, which some tell only by what has happened."""
    if told is not None and told in ChargingState:
        return ChargingState(told)
    if trigger in _ARRIVED:
        return ChargingState.EV_CONNECTED
    return ChargingState.IDLE if trigger in _DEPARTED else None
