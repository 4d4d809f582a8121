"""UpdateFirmware and SignedUpdateFirmware, and the reports of an update."""

from dataclasses import replace
from typing import NotRequired, TypedDict, cast, override

from ocpp.v16 import call

from ...events import FirmwareReported
from ...files.firmware import FirmwareStatus, FirmwareUpdate, Signature, reported
from ...model import Registration, Snapshot
from ...ocppj.framing import Payload
from ..commands.firmware import FirmwareMessages
from ..encoding import timestamp, to_payload
from ..incoming import Context, Handled
from ..requests import Request
from .commands import command


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


class V16Firmware(FirmwareMessages):
    """Firmware that a charge point downloads; signed firmware is installed only if the signature is good."""

    @override
    def update(self, update: FirmwareUpdate) -> Request[None]:
        if update.signature is None:
            return _update(update)
        return _signed_update(update, update.signature)


def _update(update: FirmwareUpdate) -> Request[None]:
    message = call.UpdateFirmware(
        update.location,
        timestamp(update.retrieve_at),
        update.retries,
        _retry_interval_s(update),
    )
    return Request("UpdateFirmware", to_payload(message), lambda _: None)


def _signed_update(update: FirmwareUpdate, signature: Signature) -> Request[None]:
    firmware = {
        "location": update.location,
        "retrieveDateTime": timestamp(update.retrieve_at),
        "signingCertificate": signature.certificate,
        "signature": signature.signature,
    }
    if update.install_at is not None:
        firmware["installDateTime"] = timestamp(update.install_at)
    message = call.SignedUpdateFirmware(
        update.id, firmware, update.retries, _retry_interval_s(update)
    )
    # An update that was going on may have been cancelled for this one.
    return command(message, "Accepted", "AcceptedCanceled")


def _retry_interval_s(update: FirmwareUpdate) -> int | None:
    interval = update.retry_interval
    return None if interval is None else int(interval.total_seconds())
