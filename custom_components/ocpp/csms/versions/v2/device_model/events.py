"""NotifyEvent: values that a charging station tells by itself.

Source: OCPP 2.0.1 part 2, use cases N07 and N08.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NotRequired, TypedDict, cast

from ....devices.monitors import ValueReason
from ....events import ValueReported
from ....model import Registration, Snapshot
from ....ocppj.framing import Payload
from ...incoming import Context, Handled
from ...instants import moment_of
from ..faults import is_fault, note_faults
from .variables import ComponentPayload, VariablePayload, variable_of

_MOST_VALUES = 100
"""The number of values in one message that are passed on."""

_REASONS = {
    "Alerting": ValueReason.ALERT,
    "Delta": ValueReason.CHANGE,
    "Periodic": ValueReason.INTERVAL,
}


class _EventData(TypedDict):
    component: ComponentPayload
    variable: VariablePayload
    timestamp: NotRequired[str]
    trigger: NotRequired[str]
    actualValue: NotRequired[str]
    techCode: NotRequired[str]
    cleared: NotRequired[bool]
    transactionId: NotRequired[str]
    variableMonitoringId: NotRequired[int]
    severity: NotRequired[int]


class _NotifyEvent(TypedDict):
    eventData: NotRequired[list[_EventData]]


def notify_event(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Take in faults, and pass on other values that the charger tells by itself."""
    handled = note_faults(payload, snapshot, context)
    if context.registration is not Registration.ACCEPTED:
        return handled
    told = cast(_NotifyEvent, payload).get("eventData", [])[:_MOST_VALUES]
    values = _values(told, snapshot.identity, context)
    return replace(handled, events=(*handled.events, *values))


def _values(
    told: list[_EventData], identity: str, context: Context
) -> Iterator[ValueReported]:
    for item in told:
        if is_fault(item["variable"]):
            continue
        yield ValueReported(
            identity,
            variable_of(item),
            item.get("actualValue", ""),
            _REASONS.get(item.get("trigger", ""), ValueReason.ALERT),
            moment_of(item.get("timestamp"), context.now),
            item.get("cleared", False),
            item.get("techCode"),
            item.get("variableMonitoringId"),
            item.get("transactionId"),
            item.get("severity"),
        )
