"""GetLog."""

from typing import override

from ...devices.variables import VariableId
from ...errors import RejectedError
from ...files.logs import LogRequest
from ...ocppj.framing import Payload
from ..commands.logs import LogMessages
from ..encoding import timestamp
from ..requests import Request


class V2Logs(LogMessages):
    """Logs that a charging station uploads."""

    protocols_setting = VariableId.parse("OCPPCommCtrlr.FileTransferProtocols")

    @override
    def get(self, request: LogRequest) -> Request[str | None]:
        log: Payload = {"remoteLocation": request.location}
        if request.oldest is not None:
            log["oldestTimestamp"] = timestamp(request.oldest)
        if request.latest is not None:
            log["latestTimestamp"] = timestamp(request.latest)
        payload: Payload = {
            "log": log,
            "logType": request.kind.value,
            "requestId": request.id,
        }
        return Request("GetLog", payload, _file_name)

    @override
    def get_otherwise(self, request: LogRequest) -> Request[str | None] | None:
        return None


def _file_name(answer: Payload) -> str | None:
    status = str(answer.get("status"))
    # An upload that was going on may have been cancelled for this one.
    if status not in ("Accepted", "AcceptedCanceled"):
        raise RejectedError("GetLog", status)
    name = answer.get("filename")
    return name if isinstance(name, str) else None
