"""Floods of what a charger may send: nothing piles up for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
import gc
import json
import time
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from custom_components.ocpp.csms.allowances.paces import PUBLISHED, PUBLISHED_PER_S
from custom_components.ocpp.csms.background import FAILURES_LOGGED, BackgroundTasks
from custom_components.ocpp.csms.errors import CallFailedError
from custom_components.ocpp.csms.model import Evse
from custom_components.ocpp.csms.ocppj.violations import Fault, Faults
from custom_components.ocpp.csms.server.publishing import TOGETHER_S
from tests.bench.frames import meter_values
from tests.csms.bench import Bench
from tests.fuzz.fuzzer import raw
from tests.timers import Timers
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


async def test_observers_of_a_flood_are_told_once_a_second(
    quiet_bench: Bench, timers: Timers
) -> None:
    told: list[Evse] = []
    station = quiet_bench.system.adopt("FUZZER")
    station.subscribe_evse(1, told.append)
    async with await raw(quiet_bench.url) as socket:
        with timers.stopped():
            for number in range(PUBLISHED + 50):
                await socket.send(meter_values(number))
                await _answered(socket, f"m{number}")
            assert len(told) <= PUBLISHED
        timers.elapse(TOGETHER_S)
        await until(lambda: told[-1] is station.snapshot.evse(1))
        assert len(told) <= PUBLISHED + 2


async def test_observers_are_told_no_more_when_the_flood_comes_on_new_connections(
    quiet_bench: Bench, timers: Timers
) -> None:
    told: list[Evse] = []
    station = quiet_bench.system.adopt("FUZZER")
    station.subscribe_evse(1, told.append)
    began_s = time.monotonic()
    for _ in range(3):
        async with await raw(quiet_bench.url) as socket:
            with timers.stopped():
                for number in range(PUBLISHED // 2 + 10):
                    await _report_status(socket, number)
        await until(lambda: not station.connected)
    elapsed_s = time.monotonic() - began_s
    begun_and_ended = 2 * 3
    assert len(told) <= PUBLISHED + PUBLISHED_PER_S * elapsed_s + begun_and_ended


async def _report_status(socket: ClientConnection, number: int) -> None:
    """Report another status than the one before."""
    status = "Preparing" if number % 2 else "Available"
    payload = {"connectorId": 1, "errorCode": "NoError", "status": status}
    await socket.send(json.dumps([2, f"s{number}", "StatusNotification", payload]))
    await _answered(socket, f"s{number}")


async def _answered(socket: ClientConnection, message_id: str) -> None:
    while json.loads(await socket.recv())[1] != message_id:
        pass


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
        background.tasks.run_instead("CP1", "greet", background.work(number))
        await asyncio.sleep(0)
    background.go_on.set()
    await until(lambda: _tasks() == 0)
    assert background.done == [MANY - 1]


async def test_work_that_is_outdated_before_it_begins_leaves_nothing_behind(
    background: Tasks, recwarn: pytest.WarningsRecorder
) -> None:
    for number in range(3):
        background.tasks.run_instead("CP1", "greet", background.work(number))
    background.go_on.set()
    await until(lambda: _tasks() == 0)
    gc.collect()
    assert background.done == [2]
    assert [str(warning.message) for warning in recwarn] == []


async def test_failures_are_logged_so_many_times(
    background: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise CallFailedError("Reset", "InternalError", "")

    for _ in range(MANY):
        background.tasks.run_for("CP1", fail())
    await until(lambda: _tasks() == 0)
    assert len(caplog.records) == FAILURES_LOGGED


def test_faults_are_logged_so_many_times() -> None:
    faults = Faults()
    details = [f"detail {number}" for number in range(MANY)] * 2
    logged = sum(faults.is_news(Fault.SCHEMA_VIOLATION, detail) for detail in details)
    assert logged == 20
    assert faults.is_news(Fault.MALFORMED_FRAME, "another kind")
