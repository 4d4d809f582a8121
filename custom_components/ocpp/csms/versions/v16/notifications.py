"""Notifications: boot, heartbeat and status."""

from dataclasses import replace
from typing import NotRequired, TypedDict, cast

from ocpp.v16 import call_result
from ocpp.v16.enums import RegistrationStatus

from ...devices.station_info import StationInfo
from ...evses.status import Connector, ConnectorStatus, StatusDetails
from ...model import Snapshot
from ...ocppj.framing import Payload
from ...transactions.connectors import note_connector
from ..encoding import timestamp, to_payload
from ..errors_told import new_fault
from ..incoming import Context, Handled
from ..introductions import interval_s, introduced
from ..omissions import only_evse_id
from .terms import MAX_CONNECTORS, ONLY_CONNECTOR, WHOLE_CHARGER

_OCCUPIED = "occupied"
"""OCPP 1.5 has a single status for all that a connector with a car can be."""
_NO_ERROR = frozenset({"noerror", "", "0", "none", "ok"})
"""The codes that chargers have for no error, in lower case."""


class _BootNotification(TypedDict):
    chargePointVendor: NotRequired[str]
    chargePointModel: NotRequired[str]
    chargePointSerialNumber: NotRequired[str]
    chargeBoxSerialNumber: NotRequired[str]
    firmwareVersion: NotRequired[str]


class _StatusNotification(TypedDict):
    connectorId: NotRequired[int]
    errorCode: NotRequired[str]
    status: NotRequired[str]
    info: NotRequired[str]
    vendorErrorCode: NotRequired[str]


def boot_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in a charger's identification, and answer with its registration."""
    boot, known = cast(_BootNotification, payload), snapshot.info
    info = StationInfo(
        vendor=boot.get("chargePointVendor", "" if known is None else known.vendor),
        model=boot.get("chargePointModel", "" if known is None else known.model),
        serial_number=boot.get("chargePointSerialNumber")
        or boot.get("chargeBoxSerialNumber"),
        firmware_version=boot.get("firmwareVersion"),
    )
    answer = call_result.BootNotification(
        current_time=timestamp(context.now),
        interval=interval_s(context),
        status=RegistrationStatus(context.registration.value),
    )
    return introduced(snapshot, info, context, to_payload(answer))


def heartbeat(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Answer with the time."""
    return Handled(to_payload(call_result.Heartbeat(timestamp(context.now))), snapshot)


def status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in the status of a connector, or of the charger as a whole."""
    notification = cast(_StatusNotification, payload)
    answer = to_payload(call_result.StatusNotification())
    only = only_evse_id(snapshot)
    connector_id = notification.get(
        "connectorId", WHOLE_CHARGER if only is None else only
    )
    status = _status_of(notification.get("status", ""), snapshot, connector_id)
    if status is None:
        # The schema check has already counted it; the last known status is the better guess.
        return Handled(answer, snapshot)
    details = _details(notification)
    if connector_id == WHOLE_CHARGER:
        after = replace(snapshot, status=status, status_details=details)
        return Handled(answer, after, new_fault(snapshot, None, after, context))
    if not 0 < connector_id <= MAX_CONNECTORS:
        return Handled(answer, snapshot)
    connector = Connector(ONLY_CONNECTOR, status, details=details)
    after = note_connector(snapshot, connector_id, connector, context.now)
    return Handled(answer, after, new_fault(snapshot, connector_id, after, context))


def _status_of(
    told: str, snapshot: Snapshot, connector_id: int
) -> ConnectorStatus | None:
    """Return a status; None for one that nobody knows."""
    if told.strip().casefold() == _OCCUPIED:
        evse = snapshot.evses.get(connector_id)
        charges = evse is not None and evse.running_transaction is not None
        return ConnectorStatus.CHARGING if charges else ConnectorStatus.PREPARING
    try:
        return ConnectorStatus(told)
    except ValueError:
        return None


def _details(notification: _StatusNotification) -> StatusDetails:
    error_code = notification.get("errorCode", "").strip()
    return StatusDetails(
        None if error_code.lower() in _NO_ERROR else error_code,
        notification.get("vendorErrorCode", "").strip() or None,
        notification.get("info", "").strip() or None,
    )
