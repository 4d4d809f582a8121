"""Firmware updates of chargers: the request, and its progress.

Source: OCPP 1.6 specification, section 5.19 (UpdateFirmware); OCPP 1.6 security whitepaper, section 5.16
(SignedUpdateFirmware).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

LOST_AFTER = timedelta(hours=2)
"""The time without progress after which an update is given up."""


class FirmwareStatus(StrEnum):
    """The status of an update (OCPP's FirmwareStatusEnumType)."""

    IDLE = "Idle"
    DOWNLOAD_SCHEDULED = "DownloadScheduled"
    DOWNLOADING = "Downloading"
    DOWNLOAD_PAUSED = "DownloadPaused"
    DOWNLOADED = "Downloaded"
    DOWNLOAD_FAILED = "DownloadFailed"
    SIGNATURE_VERIFIED = "SignatureVerified"
    INVALID_SIGNATURE = "InvalidSignature"
    INSTALL_SCHEDULED = "InstallScheduled"
    INSTALLING = "Installing"
    INSTALL_REBOOTING = "InstallRebooting"
    INSTALL_VERIFICATION_FAILED = "InstallVerificationFailed"
    INSTALLATION_FAILED = "InstallationFailed"
    INSTALLED = "Installed"

    @property
    def failed(self) -> bool:
        """True if the update is over, and the charger has its old firmware."""
        return self in _FAILED


_FAILED = frozenset(
    {
        FirmwareStatus.DOWNLOAD_FAILED,
        FirmwareStatus.INVALID_SIGNATURE,
        FirmwareStatus.INSTALL_VERIFICATION_FAILED,
        FirmwareStatus.INSTALLATION_FAILED,
    }
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The proof of the origin of firmware: its maker's certificate in PEM, and the signature in base64."""

    certificate: str
    signature: str


@dataclass(frozen=True, slots=True)
class FirmwareUpdate:
    """Firmware that a charger is to fetch from `location` at `retrieve_at`, and to install at once or at `install_at`.

    It is tried `retries` times more, `retry_interval` apart, or as the charger sees fit.
    """

    id: int
    location: str
    retrieve_at: datetime
    install_at: datetime | None = None
    signature: Signature | None = None
    retries: int | None = None
    retry_interval: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FirmwareProgress:
    """The progress of an update, or of the last one.

    `status` is None while the charger has reported nothing. `from_version` is the firmware that it had before,
    `changed_at` the time of the last report, or of the beginning.
    """

    from_version: str | None
    changed_at: datetime
    status: FirmwareStatus | None = None

    def running(self, now: datetime) -> bool:
        """True while the update goes on."""
        if self.status in (FirmwareStatus.IDLE, FirmwareStatus.INSTALLED):
            return False
        failed = self.status is not None and self.status.failed
        return not failed and now < self.changed_at + LOST_AFTER


def reported(
    progress: FirmwareProgress | None,
    status: FirmwareStatus,
    version: str | None,
    now: datetime,
) -> FirmwareProgress | None:
    """Return the progress after a report of the charger; some begin updates by themselves.

    Args:
        progress: the progress before.
        status: the status that it reports.
        version: the firmware that it runs.
        now: the time.
    """
    if progress is None or not progress.running(now):
        if status is FirmwareStatus.IDLE:
            # It has nothing to tell, and the last update is told already.
            return progress
        progress = FirmwareProgress(version, now)
    return replace(progress, status=status, changed_at=now)


def booted(
    progress: FirmwareProgress | None, version: str | None, now: datetime
) -> FirmwareProgress | None:
    """Return the progress after the charger has booted: a firmware other than before is the new one."""
    if (
        progress is None
        or not progress.running(now)
        or version is None
        or version == progress.from_version
    ):
        return progress
    return replace(progress, status=FirmwareStatus.INSTALLED, changed_at=now)


class PublicationStatus(StrEnum):
    """The status of firmware that a local controller offers to chargers (OCPP's PublishFirmwareStatusEnumType)."""

    IDLE = "Idle"
    DOWNLOAD_SCHEDULED = "DownloadScheduled"
    DOWNLOADING = "Downloading"
    DOWNLOAD_PAUSED = "DownloadPaused"
    DOWNLOADED = "Downloaded"
    DOWNLOAD_FAILED = "DownloadFailed"
    CHECKSUM_VERIFIED = "ChecksumVerified"
    INVALID_CHECKSUM = "InvalidChecksum"
    PUBLISHED = "Published"
    PUBLISH_FAILED = "PublishFailed"

    @property
    def failed(self) -> bool:
        """True if the firmware will not be offered."""
        return self in _NOT_PUBLISHED


_NOT_PUBLISHED = frozenset(
    {
        PublicationStatus.DOWNLOAD_FAILED,
        PublicationStatus.INVALID_CHECKSUM,
        PublicationStatus.PUBLISH_FAILED,
    }
)


@dataclass(frozen=True, slots=True)
class Publication:
    """Firmware that a local controller is to fetch from `location`, and to offer to the chargers behind it.

    `checksum` is its MD5, in hexadecimal digits.
    """

    id: int
    location: str
    checksum: str
    retries: int | None = None
    retry_interval: timedelta | None = None
