"""UpdateFirmware."""

from typing import override

from ...files.firmware import FirmwareUpdate
from ...ocppj.framing import Payload
from ..commands.firmware import FirmwareMessages
from ..encoding import timestamp
from ..requests import Request
from .commands import command


class V2Firmware(FirmwareMessages):
    """Firmware that a charging station downloads; signed firmware is installed only if the signature is good."""

    @override
    def update(self, update: FirmwareUpdate) -> Request[None]:
        payload: Payload = {"requestId": update.id, "firmware": _firmware(update)}
        if update.retries is not None:
            payload["retries"] = update.retries
        if update.retry_interval is not None:
            payload["retryInterval"] = int(update.retry_interval.total_seconds())
        # An update that was going on may have been cancelled for this one.
        return command("UpdateFirmware", payload, "Accepted", "AcceptedCanceled")


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
