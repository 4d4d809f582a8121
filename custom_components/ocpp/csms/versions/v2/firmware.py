"""UpdateFirmware, PublishFirmware and UnpublishFirmware, and the reports of published firmware."""

from datetime import timedelta
from typing import NotRequired, TypedDict, cast, override

from ...events import PublicationReported
from ...files.firmware import FirmwareUpdate, Publication, PublicationStatus
from ...model import Snapshot
from ...ocppj.framing import Payload
from ..commands.firmware import FirmwareMessages
from ..encoding import timestamp
from ..incoming import Context, Handled, of_adopted
from ..requests import Request
from .commands import command


class V2Firmware(FirmwareMessages):
    """Firmware that a charging station downloads; signed firmware is installed only if the signature is good."""

    @override
    def update(self, update: FirmwareUpdate) -> Request[None]:
        payload: Payload = {"requestId": update.id, "firmware": _firmware(update)}
        payload |= _retrying(update.retries, update.retry_interval)
        # An update that was going on may have been cancelled for this one.
        return command("UpdateFirmware", payload, "Accepted", "AcceptedCanceled")

    @override
    def publish(self, publication: Publication) -> Request[None]:
        payload: Payload = {
            "requestId": publication.id,
            "location": publication.location,
            "checksum": publication.checksum,
        }
        payload |= _retrying(publication.retries, publication.retry_interval)
        return command("PublishFirmware", payload)

    @override
    def unpublish(self, checksum: str) -> Request[None]:
        return command("UnpublishFirmware", {"checksum": checksum}, "Unpublished")


def _retrying(retries: int | None, interval: timedelta | None) -> Payload:
    payload: Payload = {}
    if retries is not None:
        payload["retries"] = retries
    if interval is not None:
        payload["retryInterval"] = int(interval.total_seconds())
    return payload


def _firmware(update: FirmwareUpdate) -> Payload:
    firmware: Payload = {
        "location": update.location,
        "retrieveDateTime": timestamp(update.retrieve_at),
    }
    if update.install_at is not None:
        firmware["installDateTime"] = timestamp(update.install_at)
    if update.signature is not None:
        firmware["signingCertificate"] = update.signature.certificate
        firmware["signature"] = update.signature.signature
    return firmware


class _PublicationStatus(TypedDict):
    status: NotRequired[str]
    location: NotRequired[list[str]]
    requestId: NotRequired[int]


def publish_firmware_status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Pass on the progress of firmware that is offered to others."""
    told = cast(_PublicationStatus, payload)
    word = told.get("status", "")
    if word not in PublicationStatus:
        return Handled({}, snapshot)
    event = PublicationReported(
        snapshot.identity,
        PublicationStatus(word),
        told.get("requestId"),
        tuple(told.get("location", ())),
    )
    return Handled({}, snapshot, of_adopted(context, event))
