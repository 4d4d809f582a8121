"""Logs that chargers upload.

Source: OCPP 1.6 specification, section 5.9 (GetDiagnostics); OCPP 1.6 security whitepaper, section 5.4 (GetLog).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LogKind(StrEnum):
    """The kind of a log (OCPP's LogEnumType)."""

    DIAGNOSTICS = "DiagnosticsLog"
    SECURITY = "SecurityLog"


class LogStatus(StrEnum):
    """The status of an upload (OCPP's UploadLogStatusEnumType)."""

    IDLE = "Idle"
    UPLOADING = "Uploading"
    UPLOADED = "Uploaded"
    UPLOAD_FAILURE = "UploadFailure"
    BAD_MESSAGE = "BadMessage"
    NOT_SUPPORTED = "NotSupportedOperation"
    PERMISSION_DENIED = "PermissionDenied"
    CANCELED = "AcceptedCanceled"

    @property
    def failed(self) -> bool:
        """True if there will be no upload."""
        return self in _FAILED


_FAILED = frozenset(
    {
        LogStatus.UPLOAD_FAILURE,
        LogStatus.BAD_MESSAGE,
        LogStatus.NOT_SUPPORTED,
        LogStatus.PERMISSION_DENIED,
        LogStatus.CANCELED,
    }
)


@dataclass(frozen=True, slots=True)
class LogRequest:
    """The request for a log; without `oldest` and `latest`, for all of it.

    `location` is the URL of a folder: the charger chooses the file's name.
    """

    id: int
    kind: LogKind
    location: str
    oldest: datetime | None = None
    latest: datetime | None = None
