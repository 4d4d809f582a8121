"""GetDiagnostics and GetLog, and the reports of the former."""

from datetime import datetime
from typing import NotRequired, TypedDict, cast, override

from ocpp.v16 import call
from ocpp.v16.enums import Log

from ...devices.variables import VariableId
from ...errors import RejectedError
from ...files.logs import LogKind, LogRequest, LogStatus
from ...model import Snapshot
from ...ocppj.framing import Payload
from ..commands.logs import LogMessages
from ..encoding import timestamp, to_payload
from ..incoming import Context, Handled
from ..requests import Request
from ..unchanged import log_reported

_DIAGNOSTICS_STATUSES = {
    "Idle": LogStatus.IDLE,
    "Uploading": LogStatus.UPLOADING,
    "Uploaded": LogStatus.UPLOADED,
    "UploadFailed": LogStatus.UPLOAD_FAILURE,
}


class _LogStatus(TypedDict):
    status: NotRequired[str]


def diagnostics_status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Pass on the progress of an upload of diagnostics."""
    status = _DIAGNOSTICS_STATUSES.get(cast(_LogStatus, payload).get("status", ""))
    return log_reported(status, None, snapshot, context)


class V16Logs(LogMessages):
    """Logs that a charge point uploads: all can upload diagnostics, some also other logs."""

    protocols_setting = VariableId("SupportedFileTransferProtocols")

    @override
    def get(self, request: LogRequest) -> Request[str | None]:
        if request.kind is LogKind.SECURITY:
            return _get_log(request)
        return _get_diagnostics(request)

    @override
    def get_otherwise(self, request: LogRequest) -> Request[str | None] | None:
        return None if request.kind is LogKind.SECURITY else _get_log(request)


def _get_diagnostics(request: LogRequest) -> Request[str | None]:
    message = call.GetDiagnostics(
        request.location,
        start_time=_text(request.oldest),
        stop_time=_text(request.latest),
    )

    def read(answer: Payload) -> str | None:
        name = answer.get("fileName")
        return name if isinstance(name, str) else None

    return Request("GetDiagnostics", to_payload(message), read)


def _get_log(request: LogRequest) -> Request[str | None]:
    parameters = {
        "remoteLocation": request.location,
        "oldestTimestamp": _text(request.oldest),
        "latestTimestamp": _text(request.latest),
    }
    message = call.GetLog(
        {name: value for name, value in parameters.items() if value is not None},
        Log.security_log if request.kind is LogKind.SECURITY else Log.diagnostics_log,
        request.id,
    )

    def read(answer: Payload) -> str | None:
        status = str(answer.get("status"))
        # An upload that was going on may have been cancelled for this one.
        if status not in ("Accepted", "AcceptedCanceled"):
            raise RejectedError("GetLog", status)
        name = answer.get("filename")
        return name if isinstance(name, str) else None

    return Request("GetLog", to_payload(message), read)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)
