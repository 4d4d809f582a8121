"""Logs that chargers upload."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import (
    CallFailedError,
    NotConnectedError,
    RejectedError,
    UploadFailedError,
)
from custom_components.ocpp.csms.files.ftp_server import FtpServer, FtpUser
from custom_components.ocpp.csms.files.logs import LogKind, LogRequest
from custom_components.ocpp.csms.files.upload_inbox import UploadInbox
from custom_components.ocpp.csms.operations.retrieve_logs import (
    LogTimeouts,
    retrieve_log,
)
from tests.csms.bench import Bench, ConnectedBench
from tests.simulator.charger import call

BRIEFLY = LogTimeouts(apart=timedelta(seconds=0.1))
"""For uploads of which either the file or the report never comes."""


class LogBench(ConnectedBench):
    """A charger, and an FTP server for what it uploads."""

    inbox: UploadInbox

    @asynccontextmanager
    async def listening(self, folder: Path) -> AsyncIterator[str]:
        """Wait for an upload, and tell where it goes."""
        self.inbox = UploadInbox(folder, "CP1")
        user = FtpUser.new()
        server = FtpServer(self.inbox, user)
        port = await server.open(self.station.own_host)
        host = self.station.own_host
        yield f"ftp://{user.name}:{user.password}@{host}:{port}/"
        await server.close()

    async def retrieve(
        self,
        location: str,
        kind: LogKind = LogKind.DIAGNOSTICS,
        inbox: UploadInbox | None = None,
        timeouts: LogTimeouts = LogTimeouts(),
        **more: datetime,
    ) -> str | None:
        """Have the charger upload a log."""
        request = LogRequest(5, kind, location, **more)
        return await retrieve_log(self.station, request, inbox, timeouts)


@pytest.fixture
async def bench(quiet_bench: Bench) -> AsyncIterator[LogBench]:
    async with quiet_bench.connect() as charger:
        await charger.boot()
        await quiet_bench.commissioned(charger)
        yield LogBench(quiet_bench, charger)


@pytest.mark.parametrize("kind", LogKind)
async def test_a_log_arrives(bench: LogBench, tmp_path: Path, kind: LogKind) -> None:
    bench.charger.log = b"It was a quiet night"
    async with bench.listening(tmp_path) as location:
        name = await bench.retrieve(location, kind, bench.inbox)
    assert name == ("diag.log" if kind is LogKind.DIAGNOSTICS else "security.log")
    (delivery,) = bench.inbox.deliveries
    assert delivery.path.read_bytes() == bench.charger.log
    assert delivery.path.name == f"CP1_1_{name}"


async def test_a_part_of_the_log_can_be_asked_for(bench: LogBench) -> None:
    day = datetime(2026, 6, 1, tzinfo=UTC)
    for kind in LogKind:
        with pytest.raises(UploadFailedError):
            await bench.retrieve(
                "ftp://127.0.0.1:1/", kind, oldest=day, latest=day + timedelta(days=1)
            )
    sent = await bench.charger.wait_for("GetDiagnostics")
    assert sent["start_time"] == "2026-06-01T00:00:00Z"
    assert sent["stop_time"] == "2026-06-02T00:00:00Z"
    sent = await bench.charger.wait_for("GetLog")
    assert sent["log_type"] == "SecurityLog"
    assert sent["log"]["oldest_timestamp"] == "2026-06-01T00:00:00Z"
    assert sent["log"]["latest_timestamp"] == "2026-06-02T00:00:00Z"


async def test_a_charger_that_says_nothing_of_its_upload(
    bench: LogBench, tmp_path: Path
) -> None:
    bench.charger.tells_of_uploads = False
    async with bench.listening(tmp_path) as location:
        name = await bench.retrieve(location, inbox=bench.inbox, timeouts=BRIEFLY)
    assert name == "diag.log"


async def test_a_charger_without_diagnostics_may_have_logs(
    bench: LogBench, tmp_path: Path
) -> None:
    bench.charger.lacks.add("GetDiagnostics")
    async with bench.listening(tmp_path) as location:
        assert await bench.retrieve(location, inbox=bench.inbox) == "security.log"
    sent = await bench.charger.wait_for("GetLog")
    assert sent["log_type"] == "DiagnosticsLog"
    bench.charger.statuses["GetLog"] = "Rejected"
    with pytest.raises(RejectedError):
        await bench.retrieve("ftp://127.0.0.1:1/")


async def test_a_charger_without_a_security_log(bench: LogBench) -> None:
    bench.charger.lacks.add("GetLog")
    with pytest.raises(CallFailedError):
        await bench.retrieve("ftp://127.0.0.1:1/", LogKind.SECURITY)


@pytest.mark.parametrize("kind", LogKind)
async def test_an_upload_that_fails(bench: LogBench, kind: LogKind) -> None:
    with pytest.raises(UploadFailedError) as failure:
        await bench.retrieve("ftp://127.0.0.1:1/", kind)
    assert failure.value.reason == "UploadFailure"


async def test_an_upload_to_somewhere_else(bench: LogBench, tmp_path: Path) -> None:
    # Whether it has arrived there is for the charger to say.
    async with bench.listening(tmp_path) as location:
        assert await bench.retrieve(location) == "diag.log"


async def test_an_upload_that_went_elsewhere_by_mistake(
    bench: LogBench, tmp_path: Path
) -> None:
    async with bench.listening(tmp_path) as location:
        empty = UploadInbox(tmp_path, "CP2")
        with pytest.raises(UploadFailedError, match="nothing came"):
            await bench.retrieve(location, inbox=empty, timeouts=BRIEFLY)


async def test_patience_ends(bench: LogBench, tmp_path: Path) -> None:
    bench.charger.tells_of_uploads = False
    async with bench.listening(tmp_path) as location:
        empty = UploadInbox(tmp_path, "CP2")
        with pytest.raises(UploadFailedError, match="nothing came in time"):
            await bench.retrieve(
                location, inbox=empty, timeouts=LogTimeouts(timedelta(seconds=0.2))
            )


async def test_the_word_of_another_upload_counts_for_nothing(
    bench: LogBench, tmp_path: Path
) -> None:
    bench.charger.tells_of_uploads = False
    bench.charger.log = b"x" * 1_000_000
    async with bench.listening(tmp_path) as location:
        retrieving = asyncio.create_task(
            bench.retrieve(location, LogKind.SECURITY, bench.inbox, BRIEFLY)
        )
        await bench.charger.wait_for("GetLog")
        await bench.charger.call(call.LogStatusNotification("UploadFailure", 4))
        assert await retrieving == "security.log"


async def test_a_charger_that_is_away(central_system: CentralSystem) -> None:
    station = central_system.adopt("CP1")
    with pytest.raises(NotConnectedError):
        await retrieve_log(station, LogRequest(1, LogKind.DIAGNOSTICS, "ftp://a/"))
    with pytest.raises(NotConnectedError):
        assert station.own_host
