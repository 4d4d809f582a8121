"""Notifications: boot, heartbeat, status and security events."""

from dataclasses import replace
from typing import NotRequired, TypedDict, cast

from ocpp.v16 import call_result
from ocpp.v16.enums import RegistrationStatus

from ...devices.station_info import StationInfo
from ...events import Booted, Event, FirmwareReported, SecurityEvent
from ...evses.status import Connector, ConnectorStatus
from ...files.firmware import FirmwareStatus, booted as after_boot
from ...model import Registration, Snapshot
from ...ocppj.framing import Payload
from ...transactions.connectors import note_connector
from ..encoding import timestamp, to_payload
from ..incoming import Context, Handled
from .terms import MAX_CONNECTORS, ONLY_CONNECTOR, moment_of, of_adopted

HEARTBEAT_INTERVAL_S = 60
PENDING_RETRY_INTERVAL_S = 30


class _BootNotification(TypedDict):
    chargePointVendor: str
    chargePointModel: str
    chargePointSerialNumber: NotRequired[str]
    chargeBoxSerialNumber: NotRequired[str]
    firmwareVersion: NotRequired[str]


class _StatusNotification(TypedDict):
    connectorId: int
    errorCode: str
    status: str


class _SecurityEvent(TypedDict):
    type: str
    timestamp: str


def boot_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in a charger's identification, and answer with its registration."""
    boot = cast(_BootNotification, payload)
    info = StationInfo(
        vendor=boot["chargePointVendor"],
        model=boot["chargePointModel"],
        serial_number=boot.get("chargePointSerialNumber")
        or boot.get("chargeBoxSerialNumber"),
        firmware_version=boot.get("firmwareVersion"),
    )
    accepted = context.registration is Registration.ACCEPTED
    answer = call_result.BootNotification(
        current_time=timestamp(context.now),
        interval=HEARTBEAT_INTERVAL_S if accepted else PENDING_RETRY_INTERVAL_S,
        status=RegistrationStatus(context.registration.value),
    )
    progress = after_boot(snapshot.firmware, info.firmware_version, context.now)
    events: tuple[Event, ...] = (Booted(snapshot.identity, info),)
    if progress is not None and progress is not snapshot.firmware:
        events = (
            *events,
            FirmwareReported(snapshot.identity, FirmwareStatus.INSTALLED),
        )
    booted = replace(
        snapshot, info=info, registration=context.registration, firmware=progress
    )
    return Handled(to_payload(answer), booted, events)


def heartbeat(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Answer with the time."""
    return Handled(to_payload(call_result.Heartbeat(timestamp(context.now))), snapshot)


def status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in the status of a connector, or of the charger as a whole."""
    notification = cast(_StatusNotification, payload)
    answer = to_payload(call_result.StatusNotification())
    try:
        status = ConnectorStatus(notification["status"])
    except ValueError:
        # The schema check has already counted it; the last known status is the better guess.
        return Handled(answer, snapshot)
    connector_id = notification["connectorId"]
    if connector_id == 0:
        return Handled(answer, replace(snapshot, status=status))
    if not 0 < connector_id <= MAX_CONNECTORS:
        return Handled(answer, snapshot)
    error_code = notification["errorCode"]
    connector = Connector(
        ONLY_CONNECTOR,
        status,
        error_code=None if error_code == "NoError" else error_code,
    )
    after = note_connector(snapshot, connector_id, connector, context.now)
    return Handled(answer, after)


def security_event_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Pass on an event that concerns the charger's security."""
    told = cast(_SecurityEvent, payload)
    event = SecurityEvent(
        snapshot.identity,
        told["type"],
        moment_of(told["timestamp"], context.now),
    )
    return Handled({}, snapshot, of_adopted(context, event))
