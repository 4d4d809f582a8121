"""Block L: firmware, for the charging station itself and for those behind a local controller."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.errors import PublicationFailedError
from custom_components.ocpp.csms.files.firmware import (
    FirmwareStatus,
    FirmwareUpdate,
    Publication,
    Signature,
)
from custom_components.ocpp.csms.operations.update_firmware import update_firmware
from custom_components.ocpp.csms.operations.upkeep.publish_firmware import publish
from tests.csms.conformance.peer import ACCEPTED, NOW, Ask, Message, Tell, text
from tests.waiting import until

from .script import BOOT, Station, commanded, energy

LOCATION = "https://example.org/firmware.bin"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
UPDATE = FirmwareUpdate(
    5, LOCATION, NOW, signature=Signature(CERTIFICATE, "c2lnbmF0dXJl")
)
CHECKSUM = "0123456789abcdef0123456789abcdef"
PUBLICATION = Publication(
    6, LOCATION, CHECKSUM, retries=2, retry_interval=timedelta(minutes=1)
)


def update(
    status: str = "Accepted", wanted: FirmwareUpdate = UPDATE, **firmware: str
) -> Ask:
    """Return the command to update the firmware if its signature is good."""
    payload: Message = {
        "requestId": wanted.id,
        "firmware": {
            "location": LOCATION,
            "retrieveDateTime": text(wanted.retrieve_at),
            "signingCertificate": CERTIFICATE,
            "signature": "c2lnbmF0dXJl",
            **firmware,
        },
    }
    return Ask(
        lambda station: update_firmware(station, wanted),
        "UpdateFirmware",
        payload,
        {"status": status},
        None if status.startswith("Accepted") else status,
    )


def progress(*statuses: str, of: int = UPDATE.id) -> list[Tell]:
    """Return the progress that the charging station tells."""
    return [
        Tell("FirmwareStatusNotification", {"status": status, "requestId": of})
        for status in statuses
    ]


def security_event(kind: str) -> Tell:
    """Return the charging station's word of something that concerns its security."""
    return Tell("SecurityEventNotification", {"type": kind, "timestamp": text(NOW)})


LATER = NOW + timedelta(hours=1)
ARRIVED = progress("Downloading", "Downloaded", "SignatureVerified")
REBOOTED = [
    *progress("Installing", "InstallRebooting"),
    Tell("BootNotification", {**BOOT, "reason": "FirmwareUpdate"}),
    security_event("FirmwareUpdated"),
    *progress("Installed"),
]

Status = FirmwareStatus
SCRIPTS: dict[str, tuple[Sequence[Ask | Tell], FirmwareStatus | None]] = {
    "TC_L_01": ([update(), *ARRIVED, *REBOOTED], Status.INSTALLED),
    "TC_L_02": (
        [
            update(
                wanted=replace(UPDATE, install_at=LATER), installDateTime=text(LATER)
            ),
            *ARRIVED,
            *progress("InstallScheduled"),
            *REBOOTED,
        ],
        Status.INSTALLED,
    ),
    "TC_L_03": (
        [
            update(wanted=replace(UPDATE, retrieve_at=LATER)),
            *progress("DownloadScheduled"),
            *ARRIVED,
            *REBOOTED,
        ],
        Status.INSTALLED,
    ),
    "TC_L_04": (
        [
            update("RevokedCertificate"),
            security_event("InvalidFirmwareSigningCertificate"),
        ],
        None,
    ),
    "TC_L_05": (
        [
            update("InvalidCertificate"),
            security_event("InvalidFirmwareSigningCertificate"),
        ],
        None,
    ),
    "TC_L_06": (
        [
            update(),
            *progress("Downloading", "Downloaded", "InvalidSignature"),
            security_event("InvalidFirmwareSignature"),
        ],
        Status.INVALID_SIGNATURE,
    ),
    "TC_L_07": (
        [update(), *progress("Downloading", "DownloadFailed")],
        Status.DOWNLOAD_FAILED,
    ),
    "TC_L_08": (
        [update(), *ARRIVED, *progress("Installing", "InstallVerificationFailed")],
        Status.INSTALL_VERIFICATION_FAILED,
    ),
    "TC_L_09": (
        [update(), *ARRIVED, *progress("Installing", "InstallationFailed")],
        Status.INSTALLATION_FAILED,
    ),
    "TC_L_10": (
        [
            update(),
            *progress("Downloading"),
            update("AcceptedCanceled", replace(UPDATE, id=6)),
            *progress("Downloading", "Downloaded", "Installing", "Installed", of=6),
        ],
        Status.INSTALLED,
    ),
    "TC_L_11": (
        [
            update(),
            *progress("Downloading", "Downloaded", "Installing"),
            update("Rejected", replace(UPDATE, id=6)),
            *progress("Installed"),
        ],
        Status.INSTALLED,
    ),
}


async def play(charger: Station, script: Sequence[Ask | Tell]) -> None:
    """Follow a script."""
    for step in script:
        await step.play(charger)


def reached(charger: Station) -> FirmwareStatus | None:
    """Return the progress that is known."""
    firmware = charger.station.snapshot.firmware
    return None if firmware is None else firmware.status


@pytest.mark.parametrize(("script", "outcome"), SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_firmware_goes_by_its_script(
    charger: Station, script: Sequence[Ask | Tell], outcome: FirmwareStatus | None
) -> None:
    await play(charger, script)
    assert reached(charger) is outcome


async def test_TC_L_13(charger: Station) -> None:
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "Charging", **energy(0))
    await play(charger, [update(), *ARRIVED, *progress("InstallScheduled")])
    await charger.report("Unavailable", 2)
    await session.update("MeterValuePeriodic", **energy(500))
    assert session.is_running
    await session.end("EVCommunicationLost", "EVDisconnected")
    await play(charger, REBOOTED)
    assert reached(charger) is Status.INSTALLED


# Firmware for others.


async def publishing(charger: Station) -> asyncio.Task[tuple[str, ...]]:
    """Ask a local controller to publish firmware, and return what becomes of it."""
    charger.answers["PublishFirmware"] = ACCEPTED
    task = asyncio.create_task(publish(charger.station, PUBLICATION))
    await until(lambda: charger.called("PublishFirmware"))
    assert charger.called("PublishFirmware") == [
        {
            "requestId": 6,
            "location": LOCATION,
            "checksum": CHECKSUM,
            "retries": 2,
            "retryInterval": 60,
        }
    ]
    return task


async def published(charger: Station, *statuses: str, **more: object) -> None:
    """Tell the progress."""
    for status in statuses:
        await charger.tell(
            "PublishFirmwareStatusNotification", status=status, requestId=6, **more
        )


async def test_TC_L_17(charger: Station) -> None:
    task = await publishing(charger)
    await published(charger, "Downloading", "Downloaded", "ChecksumVerified")
    assert not task.done()
    await published(charger, "Published", location=["http://local/firmware.bin"])
    assert await task == ("http://local/firmware.bin",)


@pytest.mark.parametrize(
    "statuses",
    [
        pytest.param(["Downloading", "Downloaded", "InvalidChecksum"], id="TC_L_19"),
        pytest.param(
            ["Downloading", "Downloaded", "ChecksumVerified", "PublishFailed"],
            id="TC_L_20",
        ),
        pytest.param(["Downloading", "DownloadFailed"], id="TC_L_24"),
    ],
)
async def test_firmware_is_not_published(charger: Station, statuses: list[str]) -> None:
    task = await publishing(charger)
    await published(charger, *statuses)
    with pytest.raises(PublicationFailedError, match=statuses[-1]):
        await task


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        pytest.param("Unpublished", None, id="TC_L_21"),
        pytest.param("NoFirmware", "NoFirmware", id="TC_L_22"),
        pytest.param("DownloadOngoing", "DownloadOngoing", id="TC_L_23"),
    ],
)
async def test_firmware_is_published_no_longer(
    charger: Station, status: str, heard: str | None
) -> None:
    await commanded(
        lambda version: version.firmware.unpublish(CHECKSUM),
        "UnpublishFirmware",
        {"checksum": CHECKSUM},
        {"status": status},
        heard,
    ).play(charger)
