"""Floods of what a charger may send: nothing piles up for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
import json
import logging
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from custom_components.ocpp.csms.background import FAILURES_LOGGED, BackgroundTasks
from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import CallFailedError
from tests.csms.bench import Bench
from tests.fuzz.fuzzer import raw
from tests.waiting import until

MANY = 150
MOST_TASKS = 15
"""The most tasks that one charger can have at a time, with room for half as many again."""

_AT = "2026-06-01T12:00:00Z"
_CALLS: dict[str, list[tuple[str, dict[str, object]]]] = {
    "boots": [
        ("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"})
    ],
    "sessions": [
        (
            "StartTransaction",
            {"connectorId": 1, "idTag": "T", "meterStart": 0, "timestamp": _AT},
        ),
        ("StopTransaction", {"transactionId": 1, "meterStop": 0, "timestamp": _AT}),
    ],
    "certificate requests": [("SignCertificate", {"csr": "x"})],
}


def _tasks() -> int:
    return sum("ocpp" in task.get_name() for task in asyncio.all_tasks())


async def _mute(socket: ClientConnection) -> None:
    """Read, and answer nothing."""
    with suppress(ConnectionClosed):
        while True:
            await socket.recv()


@pytest.mark.parametrize("kind", _CALLS)
async def test_a_mute_charger_that_calls_all_the_time_keeps_few_tasks(
    bench: Bench, kind: str
) -> None:
    bench.system.adopt("FUZZER")
    async with await raw(bench.url) as socket:
        reading = asyncio.create_task(_mute(socket))
        for number in range(MANY):
            for action, payload in _CALLS[kind]:
                call = [2, f"{action} {number}", action, payload]
                await socket.send(json.dumps(call))
        station = bench.system.stations["FUZZER"]
        await socket.send('[2,"last","StatusNotification",{}]')
        await until(lambda: station.faults)
        # Housekeeping comes round several times while nothing is answered.
        await asyncio.sleep(1)
        assert _tasks() < MOST_TASKS
    await reading


async def test_a_charger_that_reconnects_all_the_time_keeps_few_tasks(
    bench: Bench,
) -> None:
    bench.system.adopt("FUZZER")
    for _ in range(MANY):
        socket = await raw(bench.url)
        socket.transport.abort()
    assert _tasks() < MOST_TASKS


class Tasks:
    """Background tasks, and what they have done."""

    def __init__(self) -> None:
        """Initialize with work that waits."""
        self.tasks = BackgroundTasks()
        self.go_on = asyncio.Event()
        self.done: list[int] = []

    def work(self, number: int) -> Any:
        async def work() -> None:
            await self.go_on.wait()
            self.done.append(number)

        return work


@pytest.fixture
async def background() -> AsyncIterator[Tasks]:
    tasks = Tasks()
    yield tasks
    await tasks.tasks.stop()


async def test_the_same_work_is_done_once_more_at_most(background: Tasks) -> None:
    for number in range(MANY):
        background.tasks.run_in_turn("CP1", "uphold", background.work(number))
    background.tasks.run_in_turn("CP2", "uphold", background.work(-1))
    assert _tasks() == 2
    background.go_on.set()
    await until(lambda: _tasks() == 0)
    assert sorted(background.done) == [-1, 0, MANY - 1]
    background.tasks.run_in_turn("CP1", "uphold", background.work(7))
    await until(lambda: background.done[-1] == 7)


async def test_work_that_is_outdated_is_given_up(background: Tasks) -> None:
    for number in range(MANY):
        background.tasks.run_instead("CP1", "greet", background.work(number)())
        await asyncio.sleep(0)
    background.go_on.set()
    await until(lambda: _tasks() == 0)
    assert background.done == [MANY - 1]


async def test_failures_are_logged_so_many_times(
    background: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise CallFailedError("Reset", "InternalError", "")

    for _ in range(MANY):
        background.tasks.run_for("CP1", fail())
    await until(lambda: _tasks() == 0)
    assert len(caplog.records) == FAILURES_LOGGED


async def test_faults_are_logged_so_many_times(
    central_system: CentralSystem, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    central_system.adopt("FUZZER")
    for connection in range(3):
        async with await raw(url) as socket:
            for number in range(50):
                await socket.send(f'[2,"{number}","Action {connection} {number}",{{}}]')
                await socket.recv()
    assert 15 <= len(caplog.records) <= 25
