"""The conformance cases for OCPP 1.6 central systems that concern files, by their ids, over a real socket."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from custom_components.ocpp.csms.errors import UploadFailedError
from custom_components.ocpp.csms.files.firmware import (
    FirmwareStatus,
    FirmwareUpdate,
    Signature,
)
from custom_components.ocpp.csms.files.logs import LogKind, LogRequest
from custom_components.ocpp.csms.operations.retrieve_logs import retrieve_log
from custom_components.ocpp.csms.operations.update_firmware import update_firmware
from tests.waiting import until

from .peer import ACCEPTED, NOW, Ask, Tell, text
from .script import BOOT, Charger, Report, Step, running

FOLDER = "ftp://example.org/logs/"
FIRMWARE = "https://example.org/firmware.bin"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


@pytest.fixture
async def charger() -> AsyncIterator[Charger]:
    """A charger that has booted and is set up."""
    async with running() as bench, bench.in_service() as charger:
        yield charger


def firmware(*statuses: str) -> list[Step]:
    """Return the command to update the firmware, and the progress that the charger tells of."""
    update = FirmwareUpdate(5, FIRMWARE, NOW)
    payload = {"location": FIRMWARE, "retrieveDate": text(NOW)}
    told = [Tell("FirmwareStatusNotification", {"status": item}) for item in statuses]
    return [
        Ask(
            lambda station: update_firmware(station, update),
            "UpdateFirmware",
            payload,
            {},
        ),
        *told,
    ]


def signed_firmware(*statuses: str) -> list[Step]:
    """Return the command to update the firmware if its signature is good, and the progress."""
    update = FirmwareUpdate(
        5, FIRMWARE, NOW, signature=Signature(CERTIFICATE, "c2lnbmF0dXJl")
    )
    payload = {
        "requestId": 5,
        "firmware": {
            "location": FIRMWARE,
            "retrieveDateTime": text(NOW),
            "signingCertificate": CERTIFICATE,
            "signature": "c2lnbmF0dXJl",
        },
    }
    told = [
        Tell("SignedFirmwareStatusNotification", {"status": item, "requestId": 5})
        for item in statuses
    ]
    return [
        Ask(
            lambda station: update_firmware(station, update),
            "SignedUpdateFirmware",
            payload,
            ACCEPTED,
        ),
        *told,
    ]


def security_event(kind: str) -> Tell:
    """Return the charger's word of something that concerns its security."""
    return Tell("SecurityEventNotification", {"type": kind, "timestamp": text(NOW)})


Status = FirmwareStatus
SCRIPTS: dict[str, tuple[Sequence[Step], FirmwareStatus]] = {
    "TC_044_1 new firmware": (
        [
            *firmware("Downloading", "Downloaded"),
            Report("Unavailable"),
            Tell("FirmwareStatusNotification", {"status": "Installing"}),
            Tell("BootNotification", BOOT),
            Report("Available"),
            Tell("FirmwareStatusNotification", {"status": "Installed"}),
        ],
        Status.INSTALLED,
    ),
    "TC_044_2 firmware does not arrive": (
        firmware("Downloading", "DownloadFailed"),
        Status.DOWNLOAD_FAILED,
    ),
    "TC_044_3 firmware cannot be installed": (
        firmware("Downloading", "Downloaded", "Installing", "InstallationFailed"),
        Status.INSTALLATION_FAILED,
    ),
    "TC_080 signed firmware": (
        [
            *signed_firmware(
                "Downloading",
                "Downloaded",
                "SignatureVerified",
                "Installing",
                "InstallRebooting",
            ),
            Tell("BootNotification", BOOT),
            Report("Available"),
            security_event("FirmwareUpdated"),
            Tell("SignedFirmwareStatusNotification", {"status": "Installed"}),
        ],
        Status.INSTALLED,
    ),
    "TC_081 firmware with a bad signature": (
        [
            *signed_firmware("Downloading", "Downloaded", "InvalidSignature"),
            security_event("InvalidFirmwareSignature"),
        ],
        Status.INVALID_SIGNATURE,
    ),
}


@pytest.mark.parametrize(("script", "outcome"), SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_firmware_goes_by_its_script(
    charger: Charger, script: Sequence[Step], outcome: FirmwareStatus
) -> None:
    for step in script:
        await step.play(charger)
    progress = charger.station.snapshot.firmware
    assert progress is not None
    assert progress.status is outcome


async def _retrieve(
    charger: Charger, action: str, kind: LogKind
) -> asyncio.Task[str | None]:
    """Ask for a log, and return what becomes of it once the charger has been asked."""
    request = LogRequest(3, kind, FOLDER)
    retrieving = asyncio.create_task(retrieve_log(charger.station, request))
    await until(lambda: charger.called(action))
    return retrieving


async def test_tc_045_1_diagnostics(charger: Charger) -> None:
    charger.answers["GetDiagnostics"] = {"fileName": "log.zip"}
    retrieving = await _retrieve(charger, "GetDiagnostics", LogKind.DIAGNOSTICS)
    for status in ("Uploading", "Uploaded"):
        assert not retrieving.done()
        await charger.tell("DiagnosticsStatusNotification", status=status)
    assert await retrieving == "log.zip"
    assert charger.called("GetDiagnostics") == [{"location": FOLDER}]


async def test_tc_045_2_diagnostics_are_lost(charger: Charger) -> None:
    charger.answers["GetDiagnostics"] = {"fileName": "log.zip"}
    retrieving = await _retrieve(charger, "GetDiagnostics", LogKind.DIAGNOSTICS)
    for status in ("Uploading", "UploadFailed"):
        await charger.tell("DiagnosticsStatusNotification", status=status)
    with pytest.raises(UploadFailedError):
        await retrieving


async def test_tc_079_the_security_log(charger: Charger) -> None:
    charger.answers["GetLog"] = {"status": "Accepted", "filename": "security.log"}
    retrieving = await _retrieve(charger, "GetLog", LogKind.SECURITY)
    for status in ("Uploading", "Uploaded"):
        assert not retrieving.done()
        await charger.tell("LogStatusNotification", status=status, requestId=3)
    assert await retrieving == "security.log"
    assert charger.called("GetLog") == [
        {
            "logType": "SecurityLog",
            "requestId": 3,
            "log": {"remoteLocation": FOLDER},
        }
    ]
