"""MeterValues."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict, cast

from ocpp.v16 import call_result

from ...evses.status import CHARGING
from ...model import Evse, Registration, Snapshot
from ...ocppj.framing import Payload
from ...transactions.accounting import MeterValue, book
from ...transactions.lifecycle import note_reference
from ...transactions.reports import TransactionReference
from ...transactions.succession import EvseUpdate
from ..encoding import to_payload
from ..incoming import Context, Handled
from ..omissions import only_evse_id, running_evse_id
from .sampled_values import MeterValuePayload, meter_values_of
from .terms import MAX_CONNECTORS

_ANSWER = to_payload(call_result.MeterValues())
_NO_TRANSACTION = 0
_BEYOND_JSON = 2**63
"""The first number that is no id: it cannot be sent back."""


class _MeterValues(TypedDict):
    connectorId: NotRequired[int]
    transactionId: NotRequired[int]
    meterValue: NotRequired[list[MeterValuePayload]]


def meter_values(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Take in the meter values of a connector: the meter, the ledger, and the session that goes on there."""
    values = cast(_MeterValues, payload)
    transaction_id = values.get("transactionId", _NO_TRANSACTION)
    evse = _metered_evse(snapshot, values.get("connectorId"), transaction_id)
    if evse is None:
        return Handled(_ANSWER, snapshot)
    told = meter_values_of(values.get("meterValue", []), context.now)
    update = _mentioned(snapshot, evse, transaction_id, told, context)
    booked = book(update.evse, told, context.now, context.wired)
    after = snapshot.with_evse(booked.evse)
    return Handled(_ANSWER, after, update.events, booked.dropped)


def _metered_evse(
    snapshot: Snapshot, connector_id: int | None, transaction_id: int
) -> Evse | None:
    """Return the EVSE of the values; None for those of anything but a car's charging."""
    if connector_id is not None and 0 < connector_id <= MAX_CONNECTORS:
        return snapshot.evse(connector_id)
    # Connector 0 is the charger's own supply, unless the session is one that runs here.
    for evse in snapshot.evses.values():
        running = evse.running_transaction
        if not connector_id and running and running.is_called(str(transaction_id)):
            return evse
    if connector_id is not None:
        return None
    evse_id = only_evse_id(snapshot) or running_evse_id(snapshot)
    return None if evse_id is None else snapshot.evse(evse_id)


def _mentioned(
    snapshot: Snapshot,
    evse: Evse,
    transaction_id: int,
    told: Sequence[MeterValue],
    context: Context,
) -> EvseUpdate:
    """Return the EVSE after its meter values have named a session, if they have."""
    is_id = transaction_id != _NO_TRANSACTION and abs(transaction_id) < _BEYOND_JSON
    if not is_id or not told or context.registration is not Registration.ACCEPTED:
        return EvseUpdate(evse)
    measured_at = max([value.measured_at for value in told])
    reference = TransactionReference(
        transaction_id=str(transaction_id),
        reported_at=measured_at,
        charging=lambda: _charges(evse, told, context),
    )
    return note_reference(snapshot, evse, reference, context.now)


def _charges(evse: Evse, told: Sequence[MeterValue], context: Context) -> bool:
    """Return True if a car charges, by the connector's status, or else by the meter values."""
    if evse.status_at is not None:
        return evse.status in CHARGING
    blank = Evse(evse.id, clock=evse.clock, ledger=evse.ledger)
    after = book(blank, told, context.now, context.wired).evse
    before_wh = evse.ledger.total_wh
    has_risen = before_wh is not None and after.ledger.total_wh != before_wh
    return has_risen or bool(after.meter.power_w or after.meter.current_a)
