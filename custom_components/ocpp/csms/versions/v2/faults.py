"""NotifyEvent: faults of components.

Source: OCPP 2.0.1 part 2, G05 and N07, and appendix 3 (standardized components and variables).
"""

from dataclasses import replace
from typing import NotRequired, TypedDict, cast

from ...evses.status import StatusDetails
from ...model import Snapshot
from ...ocppj.framing import Payload
from ..errors_told import new_fault
from ..incoming import Context, Handled
from .device_model.variables import ComponentPayload, VariablePayload
from .terms import FIRST_CONNECTOR, credible

_FAULTS = frozenset({"problem", "tripped", "overload"})
"""The variables, in lower case, that tell by their value that their component has a fault."""
_YES, _NO = frozenset({"true", "1"}), frozenset({"false", "0"})

_CODES = {
    "connectorplugretentionlock": "ConnectorLockFailure",
    "groundfaultdetector": "GroundFailure",
    "overcurrentprotection": "OverCurrentFailure",
    "powercontactor": "PowerSwitchFailure",
    "rcd": "GroundFailure",
    "residualcurrentdevice": "GroundFailure",
    "tokenreader": "ReaderFailure",
}
"""The words of 1.6 for faults of components, by their names in lower case; others are told by their names."""

_CODE_LENGTH = 50


class _Event(TypedDict):
    component: ComponentPayload
    variable: VariablePayload
    actualValue: NotRequired[str]
    cleared: NotRequired[bool]
    techCode: NotRequired[str]
    techInfo: NotRequired[str]


class _NotifyEvent(TypedDict):
    eventData: NotRequired[list[_Event]]


def note_faults(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Take in the faults of components, and that they are over; other events say nothing of faults."""
    handled = Handled({}, snapshot)
    for event in cast(_NotifyEvent, payload).get("eventData", []):
        if is_fault(event["variable"]):
            after = _taken_in(event, handled.snapshot, context)
            handled = replace(after, events=(*handled.events, *after.events))
    return handled


def is_fault(variable: VariablePayload) -> bool:
    """Return whether a variable tells a fault of its component."""
    return variable["name"].casefold() in _FAULTS


def _taken_in(event: _Event, snapshot: Snapshot, context: Context) -> Handled:
    """Return the consequences of an event that is about a fault."""
    evse_id = credible(event["component"].get("evse", {}).get("id"))
    known = _known(event, snapshot, evse_id)
    told = _details(event)
    match event.get("actualValue", "").strip().casefold():
        case value if value in _NO or event.get("cleared", False):
            if known.error_code != told.error_code:
                return Handled({}, snapshot)
            told = StatusDetails()
        case value if value not in _YES:
            return Handled({}, snapshot)
    after = _with(event, snapshot, evse_id, told)
    return Handled({}, after, new_fault(snapshot, evse_id, after, context))


def _known(event: _Event, snapshot: Snapshot, evse_id: int | None) -> StatusDetails:
    if evse_id is None:
        return snapshot.status_details
    connector = snapshot.evse(evse_id).connectors.get(_connector_id(event))
    return StatusDetails() if connector is None else connector.details


def _with(
    event: _Event, snapshot: Snapshot, evse_id: int | None, told: StatusDetails
) -> Snapshot:
    """Return the snapshot after a fault of the charger, or of a connector that it has reported on."""
    if evse_id is None:
        return replace(snapshot, status_details=told)
    evse = snapshot.evse(evse_id)
    if (connector := evse.connectors.get(_connector_id(event))) is None:
        return snapshot
    connectors = {**evse.connectors, connector.id: replace(connector, details=told)}
    return snapshot.with_evse(replace(evse, connectors=connectors))


def _connector_id(event: _Event) -> int:
    return event["component"].get("evse", {}).get("connectorId") or FIRST_CONNECTOR


def _details(event: _Event) -> StatusDetails:
    name = event["component"]["name"]
    code = _CODES.get(name.casefold(), name)[:_CODE_LENGTH]
    tech_code, tech_info = event.get("techCode", ""), event.get("techInfo", "")
    return StatusDetails(code, tech_code.strip() or None, tech_info.strip() or None)
