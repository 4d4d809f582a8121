"""The inbox for one upload: what stops arriving is given up."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.ocpp.csms.files.upload_inbox import (
    SILENCE_S,
    UploadInbox,
    UploadInboxFullError,
)
from tests.timers import Timers
from tests.waiting import until


class Stalled:
    """A file of which the end does not come."""

    def __init__(self) -> None:
        """Initialize before anything has come."""
        self.begun = False

    async def chunks(self) -> AsyncIterator[bytes]:
        yield b"the first half"
        self.begun = True
        await asyncio.Event().wait()


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_an_upload_that_stalls_is_given_up(
    tmp_path: Path, timers: Timers
) -> None:
    inbox, stalled = UploadInbox(tmp_path, "CP1"), Stalled()
    upload = asyncio.create_task(inbox.take("log", stalled.chunks()))
    await until(lambda: stalled.begun)
    timers.elapse(SILENCE_S + 1)
    with pytest.raises(TimeoutError):
        await upload
    assert _files(tmp_path) == []


async def test_an_upload_that_nobody_waits_for_any_more_is_given_up(
    tmp_path: Path,
) -> None:
    inbox, stalled = UploadInbox(tmp_path, "CP1"), Stalled()
    upload = asyncio.create_task(inbox.take("log", stalled.chunks()))
    await until(lambda: stalled.begun)
    inbox.close()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert _files(tmp_path) == []
    with pytest.raises(UploadInboxFullError):
        await inbox.take("log", stalled.chunks())
