"""The conformance cases for OCPP 1.6 central systems that concern files, by their ids, over a real socket."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from custom_components.ocpp.csms.errors import UploadFailedError
from custom_components.ocpp.csms.log_retrieval import retrieve_log
from custom_components.ocpp.csms.logs import LogKind, LogRequest

from .conftest import until
from .script import Charger, running

FOLDER = "ftp://example.org/logs/"


@pytest.fixture
async def charger() -> AsyncIterator[Charger]:
    """A charger that has booted and is set up."""
    async with running() as bench, bench.in_service() as charger:
        yield charger


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
