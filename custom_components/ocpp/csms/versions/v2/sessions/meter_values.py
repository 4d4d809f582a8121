"""MeterValues: what is metered outside of sessions."""

from typing import NotRequired, TypedDict, cast

from ....model import Snapshot
from ....ocppj.framing import Payload
from ....transactions.accounting import book
from ...incoming import Context, Handled
from ...omissions import only_evse_id
from ..terms import credible
from .sampled_values import MeterValuePayload, meter_values_of


class _MeterValues(TypedDict):
    evseId: NotRequired[int]
    meterValue: NotRequired[list[MeterValuePayload]]


def meter_values(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Take in the meter values of an EVSE; those of EVSE 0 are the supply of the whole charger."""
    told = cast(_MeterValues, payload)
    evse_id = credible(told.get("evseId", only_evse_id(snapshot)))
    if evse_id is None:
        return Handled({}, snapshot)
    values = meter_values_of(told.get("meterValue", []), context.now)
    booked = book(snapshot.evse(evse_id), values, context.now, context.wired)
    return Handled({}, snapshot.with_evse(booked.evse), dropped_values=booked.dropped)
