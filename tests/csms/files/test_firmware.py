"""New firmware for chargers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import (
    CallFailedError,
    NotConnectedError,
    RejectedError,
)
from custom_components.ocpp.csms.events import FirmwareReported, MemoryChanged
from custom_components.ocpp.csms.files.firmware import (
    LOST_AFTER,
    FirmwareProgress,
    FirmwareStatus,
    FirmwareUpdate,
    Signature,
    booted,
    reported,
)
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.operations.update_firmware import update_firmware
from tests.csms.bench import Bench, ConnectedBench
from tests.simulator.charger import reconnected
from tests.waiting import until

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:1/firmware.bin"
UPDATE = FirmwareUpdate(7, NOWHERE, NOW)
SIGNED = FirmwareUpdate(
    7,
    NOWHERE,
    NOW,
    NOW + timedelta(hours=1),
    Signature("-----BEGIN CERTIFICATE-----", "c2ln"),
    retries=2,
    retry_interval=timedelta(minutes=1),
)
Status = FirmwareStatus


# How an update goes.


def test_an_update_goes_on_until_it_is_over() -> None:
    progress: FirmwareProgress | None = FirmwareProgress("1.0", NOW)
    for status in (Status.DOWNLOADING, Status.DOWNLOADED, Status.INSTALLING):
        progress = reported(progress, status, "1.0", NOW)
        assert progress == FirmwareProgress("1.0", NOW, status)
        assert progress.running(NOW)
    progress = reported(progress, Status.INSTALLED, "1.0", NOW)
    assert progress is not None
    assert not progress.running(NOW)
    # That it has nothing to do any more is no news.
    assert reported(progress, Status.IDLE, "2.0", NOW) is progress


@pytest.mark.parametrize(
    "status",
    [
        Status.DOWNLOAD_FAILED,
        Status.INVALID_SIGNATURE,
        Status.INSTALL_VERIFICATION_FAILED,
        Status.INSTALLATION_FAILED,
    ],
)
def test_an_update_may_fail_and_be_tried_again(status: FirmwareStatus) -> None:
    progress = reported(FirmwareProgress("1.0", NOW), status, "1.0", NOW)
    assert progress is not None
    assert status.failed
    assert not progress.running(NOW)
    again = reported(progress, Status.DOWNLOADING, "1.0", NOW)
    assert again is not None
    assert again.running(NOW)


def test_an_update_may_begin_by_itself() -> None:
    assert reported(None, Status.IDLE, "1.0", NOW) is None
    progress = reported(None, Status.DOWNLOADING, "1.0", NOW)
    assert progress == FirmwareProgress("1.0", NOW, Status.DOWNLOADING)


def test_an_update_may_be_given_up_without_a_word() -> None:
    progress = FirmwareProgress("1.0", NOW, Status.DOWNLOADING)
    idle = reported(progress, Status.IDLE, "1.0", NOW)
    assert idle is not None
    assert not idle.running(NOW)
    assert progress.running(NOW + LOST_AFTER / 2)
    assert not progress.running(NOW + LOST_AFTER)
    # What is to begin later has not been lost by then.
    later = FirmwareProgress("1.0", NOW + timedelta(days=1))
    assert later.running(NOW + LOST_AFTER)


def test_other_firmware_after_a_boot_is_the_new_one() -> None:
    progress = FirmwareProgress("1.0", NOW, Status.INSTALLING)
    assert booted(progress, "1.0", NOW) is progress
    assert booted(progress, None, NOW) is progress
    assert booted(None, "2.0", NOW) is None
    after = booted(progress, "2.0", NOW)
    assert after is not None
    assert after.status is Status.INSTALLED
    assert booted(after, "3.0", NOW) is after


# On the wire.


class FirmwareBench(ConnectedBench):
    """A charger, and the progress that it reports of its updates."""

    def told_last(self, status: FirmwareStatus) -> bool:
        """Return whether this is the last update status that the charger reported."""
        progress = self.station.snapshot.firmware
        return progress is not None and progress.status is status

    @property
    def told(self) -> list[FirmwareStatus]:
        """The update statuses that were reported, in order."""
        return [
            event.status for event in self.events if isinstance(event, FirmwareReported)
        ]


@pytest.fixture
async def bench(quiet_bench: Bench) -> AsyncIterator[FirmwareBench]:
    async with quiet_bench.connect() as charger:
        await charger.boot()
        yield FirmwareBench(quiet_bench, charger)


async def test_firmware_is_updated_over_a_reboot(bench: FirmwareBench) -> None:
    charger = bench.charger
    await update_firmware(bench.station, UPDATE)
    assert MemoryChanged("CP1") in bench.events
    sent = await charger.wait_for("UpdateFirmware")
    assert sent == {"location": NOWHERE, "retrieve_date": "2026-06-01T12:00:00Z"}
    await charger.report_firmware("Installing")
    assert bench.told_last(Status.INSTALLING)
    await charger.socket.close()
    await until(lambda: not bench.station.connected)
    assert bench.told_last(Status.INSTALLING)
    async with reconnected(charger, bench.url):
        charger.firmware_version = "2.0"
        await charger.boot()
        assert bench.told_last(Status.INSTALLED)
        await charger.report_firmware("Installed")
        assert bench.told_last(Status.INSTALLED)


async def test_an_update_survives_our_restart(bench: FirmwareBench) -> None:
    await update_firmware(bench.station, UPDATE)
    await until(lambda: bench.told_last(Status.DOWNLOAD_FAILED))
    assert bench.told == [Status.DOWNLOADING, Status.DOWNLOAD_FAILED]
    memory = bench.station.memory
    restarted = CentralSystem(unknown_chargers=Registration.ACCEPTED)
    station = restarted.adopt("CP1", memory=memory)
    assert station.snapshot.firmware == bench.station.snapshot.firmware


async def test_signed_firmware(bench: FirmwareBench) -> None:
    await update_firmware(bench.station, SIGNED)
    sent = await bench.charger.wait_for("SignedUpdateFirmware")
    assert sent == {
        "request_id": 7,
        "firmware": {
            "location": NOWHERE,
            "retrieve_date_time": "2026-06-01T12:00:00Z",
            "install_date_time": "2026-06-01T13:00:00Z",
            "signing_certificate": "-----BEGIN CERTIFICATE-----",
            "signature": "c2ln",
        },
        "retries": 2,
        "retry_interval": 60,
    }
    await bench.charger.report_signed_firmware("InvalidSignature", 7)
    assert bench.told_last(Status.INVALID_SIGNATURE)


@pytest.mark.parametrize("status", ["Rejected", "InvalidCertificate"])
async def test_a_charger_may_not_want_it(bench: FirmwareBench, status: str) -> None:
    bench.charger.statuses["SignedUpdateFirmware"] = status
    with pytest.raises(RejectedError) as refusal:
        await update_firmware(bench.station, SIGNED)
    assert refusal.value.status == status
    assert bench.station.snapshot.firmware is None
    bench.charger.lacks.add("UpdateFirmware")
    with pytest.raises(CallFailedError):
        await update_firmware(bench.station, UPDATE)
    assert bench.station.snapshot.firmware is None


async def test_what_a_charger_tells_that_is_no_status(bench: FirmwareBench) -> None:
    await bench.charger.report_firmware("Downloading")
    frame = '[2,"odd","FirmwareStatusNotification",{"status":"Dreaming"}]'
    await bench.charger.socket.send(frame)
    await bench.charger.heartbeat()
    assert bench.told_last(Status.DOWNLOADING)


async def test_a_charger_that_is_away(central_system: CentralSystem) -> None:
    station = central_system.adopt("CP1")
    with pytest.raises(NotConnectedError):
        await update_firmware(station, UPDATE)
    assert station.snapshot.firmware is None
