"""Firmware: updates, with a signature or without, and copies for other stations."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable
from hashlib import md5

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.simulator.files import UPLOAD_ERRORS, download
from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.link import Handler
from tests.simulator.station2.wire.schemas import Payload

from .logs import Logs


class Firmware:
    """The part of a station that changes its firmware."""

    def __init__(
        self, core: Core, logs: Logs, restart: Callable[[str], Awaitable[None]]
    ) -> None:
        """Initialize with the firmware that it was made with."""
        self._core = core
        self._logs = logs
        self._restart = restart
        self.content: bytes | None = None
        """The firmware that was downloaded last."""
        self.next_version = "2.0.0"
        """The version that it has after an update."""
        self.published: dict[str, bytes] = {}
        """The firmware for other stations, by its checksum."""
        self._status: Payload = {"status": "Idle"}
        self._publishing: Payload = {"status": "Idle"}
        self._request_id: int | None = None

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "UpdateFirmware": self._update,
            "PublishFirmware": self._publish,
            "UnpublishFirmware": self._unpublish,
        }

    # Updates.

    def _update(self, payload: Payload) -> Payload:
        firmware = payload["firmware"]
        if "signingCertificate" in firmware and _key(firmware) is None:
            event = self._logs.report_security("InvalidFirmwareSigningCertificate")
            self._core.link.after_answer(event)
            return {"status": "InvalidCertificate"}
        previous, self._request_id = self._request_id, payload["requestId"]
        self._core.link.after_answer(self._run(payload["requestId"], firmware))
        return {"status": "Accepted" if previous is None else "AcceptedCanceled"}

    async def _run(self, request_id: int, firmware: Payload) -> None:
        await self._tell("Downloading", request_id)
        try:
            content = await download(firmware["location"])
        except UPLOAD_ERRORS:
            await self._end("DownloadFailed", request_id)
            return
        if self._request_id != request_id:
            return
        await self._tell("Downloaded", request_id)
        if "signature" in firmware:
            if not _is_signed(firmware, content):
                await self._end("InvalidSignature", request_id)
                await self._logs.report_security("InvalidFirmwareSignature")
                return
            await self._tell("SignatureVerified", request_id)
        await self._tell("Installing", request_id)
        self.content = content
        await self._tell("InstallRebooting", request_id)
        model = self._core.model
        model.set("ChargingStation", "FirmwareVersion", self.next_version)
        await self._restart("FirmwareUpdate")
        await self._end("Installed", request_id)

    async def _end(self, status: str, request_id: int) -> None:
        self._request_id = None
        await self._tell(status, request_id)

    async def _tell(self, status: str, request_id: int) -> None:
        self._status = {"status": status, "requestId": request_id}
        await self._core.link.call("FirmwareStatusNotification", self._status)

    async def report(self) -> None:
        """Tell how the update goes, or that there is none."""
        told = self._status if self._request_id is not None else {"status": "Idle"}
        await self._core.link.call("FirmwareStatusNotification", told)

    # Firmware for other stations.

    def _publish(self, payload: Payload) -> Payload:
        self._core.link.after_answer(self._fetch(payload))
        return {"status": "Accepted"}

    async def _fetch(self, payload: Payload) -> None:
        request_id, checksum = payload["requestId"], payload["checksum"]
        await self._tell_published("Downloading", request_id)
        try:
            content = await download(payload["location"])
        except UPLOAD_ERRORS:
            await self._tell_published("DownloadFailed", request_id)
            return
        await self._tell_published("Downloaded", request_id)
        # The standard asks for MD5.
        if md5(content, usedforsecurity=False).hexdigest() != checksum.lower():
            await self._tell_published("InvalidChecksum", request_id)
            return
        await self._tell_published("ChecksumVerified", request_id)
        self.published[checksum] = content
        locations = [f"http://127.0.0.1/{checksum}"]
        await self._tell_published("Published", request_id, locations)

    async def _tell_published(
        self, status: str, request_id: int, locations: list[str] | None = None
    ) -> None:
        self._publishing = {"status": status, "requestId": request_id}
        if locations is not None:
            self._publishing["location"] = locations
        await self.report_published()

    async def report_published(self) -> None:
        """Tell how the copying of firmware goes."""
        action = "PublishFirmwareStatusNotification"
        await self._core.link.call(action, self._publishing)

    def _unpublish(self, payload: Payload) -> Payload:
        if self.published.pop(payload["checksum"], None) is None:
            return {"status": "NoFirmware"}
        return {"status": "Unpublished"}


def _key(firmware: Payload) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None:
    """Return the key that the signature was made with, if the certificate can be read."""
    try:
        text = firmware["signingCertificate"].encode()
        key = x509.load_pem_x509_certificate(text).public_key()
    except ValueError:
        return None
    known = (ec.EllipticCurvePublicKey, rsa.RSAPublicKey)
    return key if isinstance(key, known) else None


def _is_signed(firmware: Payload, content: bytes) -> bool:
    key = _key(firmware)
    try:
        signature = b64decode(firmware["signature"], validate=True)
        match key:
            case ec.EllipticCurvePublicKey():
                key.verify(signature, content, ec.ECDSA(SHA256()))
            case rsa.RSAPublicKey():
                key.verify(signature, content, padding.PKCS1v15(), SHA256())
            case _:
                return False
    except InvalidSignature, Base64Error:
        return False
    return True
