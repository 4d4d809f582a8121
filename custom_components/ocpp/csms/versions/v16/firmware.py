"""UpdateFirmware and SignedUpdateFirmware."""

from typing import override

from ocpp.v16 import call

from ...errors import RejectedError
from ...files.firmware import FirmwareUpdate, Publication, Signature
from ..commands.firmware import FirmwareMessages
from ..encoding import timestamp, to_payload
from ..requests import Request
from .commands import command


class V16Firmware(FirmwareMessages):
    """Firmware that a charge point downloads; signed firmware is installed only if the signature is good."""

    @override
    def update(self, update: FirmwareUpdate) -> Request[None]:
        if update.signature is None:
            return _update(update)
        return _signed_update(update, update.signature)

    @override
    def publish(self, publication: Publication) -> Request[None]:
        raise RejectedError("PublishFirmware", "NotSupported")

    @override
    def unpublish(self, checksum: str) -> Request[None]:
        raise RejectedError("UnpublishFirmware", "NotSupported")


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
