"""Files: which message is for which."""

from typing import override

from ...files.firmware import FirmwareUpdate
from ...files.logs import LogKind, LogRequest
from ..base import Request
from ..files import FileMessages
from .firmware import update_firmware
from .logs import get_diagnostics, get_log


class V16Files(FileMessages):
    """Logs that a charge point uploads, and firmware that it downloads."""

    protocols_setting = "SupportedFileTransferProtocols"

    @override
    def get_log(self, request: LogRequest) -> Request[str | None]:
        if request.kind is LogKind.SECURITY:
            return get_log(request)
        return get_diagnostics(request)

    @override
    def get_log_otherwise(self, request: LogRequest) -> Request[str | None] | None:
        return None if request.kind is LogKind.SECURITY else get_log(request)

    @override
    def update_firmware(self, update: FirmwareUpdate) -> Request[None]:
        return update_firmware(update)
