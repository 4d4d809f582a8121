"""Messages of chargers that mean the same in all versions."""

from dataclasses import replace
from typing import NotRequired, TypedDict, cast

from ..events import (
    CertificateRequested,
    CertificateSettled,
    FirmwareReported,
    LogReported,
    SecurityEvent,
)
from ..files.firmware import FirmwareStatus, reported
from ..files.logs import LogStatus
from ..model import Registration, Snapshot
from ..ocppj.framing import Payload
from ..pki.certificates import CertificatePurpose
from ..pki.signing_requests import InvalidRequestError, read_request
from .incoming import Context, Handled, of_adopted
from .instants import moment_of


class _FirmwareStatus(TypedDict):
    status: NotRequired[str]


def firmware_status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Note the progress of an update, with or without a signature."""
    told = cast(_FirmwareStatus, payload).get("status", "")
    if context.registration is not Registration.ACCEPTED or told not in FirmwareStatus:
        return Handled({}, snapshot)
    status = FirmwareStatus(told)
    version = snapshot.info.firmware_version if snapshot.info else None
    progress = reported(snapshot.firmware, status, version, context.now)
    event = FirmwareReported(snapshot.identity, status)
    return Handled({}, replace(snapshot, firmware=progress), (event,))


class _LogStatus(TypedDict):
    status: NotRequired[str]
    requestId: NotRequired[int]


def log_status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Pass on the progress of an upload of a log."""
    told = cast(_LogStatus, payload)
    word = told.get("status", "")
    status = LogStatus(word) if word in LogStatus else None
    return log_reported(status, told.get("requestId"), snapshot, context)


def log_reported(
    status: LogStatus | None,
    request_id: int | None,
    snapshot: Snapshot,
    context: Context,
) -> Handled:
    """Pass on the status of an upload; None for one that nobody knows."""
    if status is None:
        return Handled({}, snapshot)
    event = LogReported(snapshot.identity, status, request_id)
    return Handled({}, snapshot, of_adopted(context, event))


class _SecurityEvent(TypedDict):
    type: NotRequired[str]
    timestamp: NotRequired[str]


def security_event_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Pass on an event that concerns the charger's security."""
    told = cast(_SecurityEvent, payload)
    if "type" not in told:
        return Handled({}, snapshot)
    event = SecurityEvent(
        snapshot.identity,
        told["type"],
        moment_of(told.get("timestamp"), context.now),
    )
    return Handled({}, snapshot, of_adopted(context, event))


def certificate_requested(
    csr: str,
    purpose: CertificatePurpose,
    number: int | None,
    snapshot: Snapshot,
    context: Context,
) -> Handled:
    """Accept a request for a certificate, which is signed after the answer, if it may be signed."""
    rejected: Payload = {"status": "Rejected"}
    adopted = context.registration is Registration.ACCEPTED
    if not adopted or not context.signs_certificates:
        return Handled(rejected, snapshot)
    serial_number = None if snapshot.info is None else snapshot.info.serial_number
    names = [name for name in (snapshot.identity, serial_number) if name]
    try:
        request = read_request(csr, names)
    except InvalidRequestError as err:
        refused = CertificateSettled(snapshot.identity, str(err))
        return Handled(rejected, snapshot, (refused,))
    requested = CertificateRequested(snapshot.identity, request, purpose, number)
    return Handled({"status": "Accepted"}, snapshot, (requested,))
