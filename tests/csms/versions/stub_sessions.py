"""Sessions as the stub version reports them: in OCPP 2.1's messages.

The ids are the charger's, and its events leave out most of what 1.6 demands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from custom_components.ocpp.csms.evses.status import (
    ChargingState,
    Connector,
    ConnectorState,
)
from custom_components.ocpp.csms.metering.samples import Sample
from custom_components.ocpp.csms.model import Snapshot
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.transactions.accounting import MeterValue, book
from custom_components.ocpp.csms.transactions.connectors import note_connector
from custom_components.ocpp.csms.transactions.ending import end
from custom_components.ocpp.csms.transactions.lifecycle import begin, note_reference
from custom_components.ocpp.csms.transactions.reports import (
    Start,
    Stop,
    TransactionReference,
)
from custom_components.ocpp.csms.versions.incoming import Context, Handled


class _Event:
    """A TransactionEvent, and where it belongs."""

    def __init__(self, payload: Mapping[str, Any], snapshot: Snapshot) -> None:
        info = payload["transactionInfo"]
        self.transaction_id: str = info["transactionId"]
        self.kind: str = payload["eventType"]
        self.at = datetime.fromisoformat(payload["timestamp"])
        self.seq_no: int = payload["seqNo"]
        state: str | None = info.get("chargingState")
        self.charging_state = None if state is None else ChargingState(state)
        self.offline: bool = payload.get("offline", False)
        self.remote_start_id: int | None = info.get("remoteStartId")
        self.id_token: str | None = payload.get("idToken", {}).get("idToken")
        self.reason: str = info.get("stoppedReason", "Local")
        self.meter_values = _meter_values(payload)
        evse: dict[str, int] = payload.get("evse", {})
        self.evse_id = evse.get("id") or _place_of(self.transaction_id, snapshot)


def transaction_event(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in the start, the progress or the end of a session."""
    event = _Event(payload, snapshot)
    match event.kind:
        case "Started":
            return _started(event, snapshot, context)
        case "Updated":
            return _updated(event, snapshot, context)
        case _:
            return _ended(event, snapshot, context)


def status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in the state of a connector."""
    told = cast(dict[str, Any], payload)
    connector = Connector(told["connectorId"], ConnectorState(told["connectorStatus"]))
    after = note_connector(snapshot, told["evseId"], connector, context.now)
    return Handled({}, after)


def _started(event: _Event, snapshot: Snapshot, context: Context) -> Handled:
    assert event.evse_id is not None
    start = Start(
        transaction_id=event.transaction_id,
        evse_id=event.evse_id,
        started_at=event.at,
        id_token=event.id_token,
        meter_values=event.meter_values,
        charging_state=event.charging_state,
        seq_no=event.seq_no,
        offline=event.offline,
        remote_start_id=event.remote_start_id,
    )
    begun = begin(snapshot, start, context.now, context.wired)
    return Handled({}, begun.snapshot, begun.events, begun.dropped)


def _updated(event: _Event, snapshot: Snapshot, context: Context) -> Handled:
    assert event.evse_id is not None
    reference = TransactionReference(
        transaction_id=event.transaction_id,
        reported_at=event.at,
        ids_are_final=True,
        id_token=event.id_token,
        charging_state=event.charging_state,
        seq_no=event.seq_no,
        offline=event.offline,
        remote_start_id=event.remote_start_id,
    )
    evse = snapshot.evse(event.evse_id)
    update = note_reference(snapshot, evse, reference, context.now)
    booked = book(update.evse, event.meter_values, context.now, context.wired)
    after = snapshot.with_evse(booked.evse)
    return Handled({}, after, update.events, booked.dropped)


def _ended(event: _Event, snapshot: Snapshot, context: Context) -> Handled:
    stop = Stop(
        transaction_id=event.transaction_id,
        ended_at=event.at,
        reason=event.reason,
        evse_id=event.evse_id,
        id_token=event.id_token,
        meter_values=event.meter_values,
        charging_state=event.charging_state,
    )
    ended = end(snapshot, stop, context.now, context.wired)
    return Handled({}, ended.snapshot, ended.events, ended.dropped)


def _place_of(transaction_id: str, snapshot: Snapshot) -> int | None:
    for evse in snapshot.evses.values():
        if evse.transaction is not None and evse.transaction.is_called(transaction_id):
            return evse.id
    return None


def _meter_values(payload: Mapping[str, Any]) -> list[MeterValue]:
    return [
        MeterValue(
            datetime.fromisoformat(value["timestamp"]),
            [
                Sample(
                    sampled["measurand"],
                    sampled["value"],
                    context=sampled.get("context"),
                )
                for sampled in value["sampledValue"]
            ],
        )
        for value in payload.get("meterValue", [])
    ]
