"""Logs, which are uploaded, and security events."""

from tests.simulator.files import UPLOAD_ERRORS, upload
from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.link import Handler
from tests.simulator.station2.wire.schemas import Payload


class Logs:
    """The part of a station that uploads logs."""

    def __init__(self, core: Core) -> None:
        """Initialize without an upload."""
        self._core = core
        self.content = b"Nothing has happened"
        """The content of each log."""
        self.filename = "station.log"
        self._request_id: int | None = None
        """The request that is being served."""

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {"GetLog": self._get_log}

    def _get_log(self, payload: Payload) -> Payload:
        previous, self._request_id = self._request_id, payload["requestId"]
        self._core.link.after_answer(self._upload(previous, payload))
        status = "Accepted" if previous is None else "AcceptedCanceled"
        return {"status": status, "filename": self.filename}

    async def _upload(self, previous: int | None, payload: Payload) -> None:
        request_id = payload["requestId"]
        if previous is not None:
            await self._tell("AcceptedCanceled", previous)
        await self._tell("Uploading", request_id)
        try:
            location = payload["log"]["remoteLocation"]
            await upload(location, self.filename, self.content)
        except UPLOAD_ERRORS:
            status = "UploadFailure"
        else:
            status = "Uploaded"
        if self._request_id == request_id:
            self._request_id = None
            await self._tell(status, request_id)

    async def _tell(self, status: str, request_id: int) -> None:
        message = {"status": status, "requestId": request_id}
        await self._core.link.call("LogStatusNotification", message)

    async def report(self) -> None:
        """Tell how the upload goes, or that there is none."""
        if self._request_id is None:
            await self._core.link.call("LogStatusNotification", {"status": "Idle"})
        else:
            await self._tell("Uploading", self._request_id)

    async def report_security(self, kind: str, tech_info: str | None = None) -> None:
        """Tell of something that concerns the security."""
        message: Payload = {"type": kind, "timestamp": self._core.shown_time()}
        if tech_info is not None:
            message["techInfo"] = tech_info
        await self._core.link.call("SecurityEventNotification", message)
