"""MeterValues."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NotRequired, TypedDict, cast

from ocpp.v16 import call_result

from ...events import Event, TransactionStarted
from ...framing import Payload
from ...ledger import Ledger, integrate, read as read_register
from ...metering import Metered, Sample, read
from ...model import Evse, Snapshot
from ..base import Context, Handled, to_payload
from .terms import MAX_CONNECTORS
from .transactions import adopted, credited


class _SampledValue(TypedDict):
    value: str
    measurand: NotRequired[str]
    phase: NotRequired[str]
    unit: NotRequired[str]


class _MeterValue(TypedDict):
    timestamp: str
    sampledValue: list[_SampledValue]


class _MeterValues(TypedDict):
    connectorId: int
    transactionId: NotRequired[int]
    meterValue: list[_MeterValue]


def meter_values(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Take in what was metered at a connector: the meter, the ledger, and a session that nobody knew."""
    values = cast(_MeterValues, payload)
    answer = to_payload(call_result.MeterValues())
    connector_id = values["connectorId"]
    if not 0 < connector_id <= MAX_CONNECTORS:
        # Connector 0 is the charger's own supply, not what a car draws.
        return Handled(answer, snapshot)
    evse = snapshot.evse(connector_id)
    metered = read(evse.meter, _samples(values["meterValue"]), context.now)
    ledger = _booked(evse, metered, context.now)
    taken_over = adopted(evse, values.get("transactionId"), context)
    counted = credited(replace(taken_over, meter=metered.meter), ledger)
    events: tuple[Event, ...] = ()
    if taken_over is not evse and counted.transaction is not None:
        events = (TransactionStarted(snapshot.identity, counted.transaction),)
    return Handled(answer, snapshot.with_evse(counted), events, metered.dropped)


def _booked(evse: Evse, metered: Metered, now: datetime) -> Ledger:
    """Count what the register shows, or where the charger never shows one, what the power amounts to."""
    if metered.register_wh is not None:
        return read_register(evse.ledger, metered.register_wh, now)
    before, after = evse.meter, metered.meter
    if before.sampled_at is None or before.energy_wh is not None:
        return evse.ledger
    if before.power_w is None or after.power_w is None:
        return evse.ledger
    mean_w = (before.power_w + after.power_w) / 2
    return integrate(evse.ledger, mean_w, before.sampled_at, now)


def _samples(meter_values: list[_MeterValue]) -> Iterator[Sample]:
    for meter_value in meter_values:
        for sampled in meter_value["sampledValue"]:
            yield Sample(
                sampled.get("measurand", "Energy.Active.Import.Register"),
                sampled["value"],
                sampled.get("unit"),
                sampled.get("phase"),
            )
