"""MeterValues."""

from typing import NotRequired, TypedDict, cast

from ocpp.v16 import call_result

from ...accounting import book
from ...events import Event, TransactionStarted
from ...framing import Payload
from ...model import Snapshot
from ..base import Context, Handled, to_payload
from .sampled_values import MeterValuePayload, meter_values_of
from .terms import MAX_CONNECTORS
from .transactions import adopted


class _MeterValues(TypedDict):
    connectorId: int
    transactionId: NotRequired[int]
    meterValue: list[MeterValuePayload]


def meter_values(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Take in what was metered at a connector: the meter, the ledger, and a session that nobody knew."""
    values = cast(_MeterValues, payload)
    answer = to_payload(call_result.MeterValues())
    connector_id = values["connectorId"]
    if not 0 < connector_id <= MAX_CONNECTORS:
        # Connector 0 is the charger's own supply, not what a car draws.
        return Handled(answer, snapshot)
    evse = snapshot.evse(connector_id)
    taken_over = adopted(evse, values.get("transactionId"), context)
    told = meter_values_of(values["meterValue"], context.now)
    booked = book(taken_over, told, context.now, context.wired)
    events: tuple[Event, ...] = ()
    if taken_over is not evse and booked.evse.transaction is not None:
        events = (TransactionStarted(snapshot.identity, booked.evse.transaction),)
    return Handled(answer, snapshot.with_evse(booked.evse), events, booked.dropped)
