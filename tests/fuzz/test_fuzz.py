"""One charger sends everything that a charger should not; the central system and another charger do not mind.

The seed is printed. The whole storm, or one that did harm, again:

    FUZZ_FRAMES=100000 scripts/test tests/fuzz
    FUZZ_SEED=1 FUZZ_FRAMES=100000 scripts/test tests/fuzz
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
import math
import os

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.errors import CsmsError
from custom_components.ocpp.csms.model import (
    Address,
    Limit,
    ResetKind,
    Snapshot,
    Trigger,
)
from custom_components.ocpp.csms.station import ChargingStation

from .dialects import DIALECTS, Dialect
from .fuzzer import Fuzzer
from .neighbour import Neighbour

FRAMES = int(os.environ.get("FUZZ_FRAMES", "10000"))
BURST = 400
"""The number of frames that are sent without waiting for an answer."""


IN_ALL_DIALECTS = pytest.mark.parametrize(
    "dialect", DIALECTS, ids=lambda dialect: dialect.version.name
)


def _commands(
    station: ChargingStation, heartbeat: VariableId
) -> Iterator[Callable[[], Awaitable[object]]]:
    """Yield everything that a charger can be asked for, for ever."""
    while True:
        for current_a in (0.0, 6.0, 16.0):
            yield lambda: station.limits.set(1, Limit(current_a))  # noqa: B023
            yield station.limits.uphold
        yield lambda: station.limits.set(2, Limit(10))
        yield lambda: station.commands.get_settings(heartbeat)
        yield lambda: station.commands.change_setting(heartbeat, "60")
        yield lambda: station.commands.start_transaction(1)
        yield lambda: station.commands.stop_transaction(1)
        yield lambda: station.commands.unlock(Address(1))
        yield lambda: station.commands.reset(ResetKind.SOFT)
        yield lambda: station.commands.trigger(Trigger.STATUS, Address(1))
        yield station.limits.clear
        yield lambda: station.limits.ensure_safe_default(1)


async def _attempt(command: Callable[[], Awaitable[object]]) -> None:
    """Give a command; a charger may refuse or misunderstand it."""
    with suppress(CsmsError):
        await command()


def _check_sanity(before: Snapshot, now: Snapshot, most_evses: int) -> None:
    """Check what must hold whatever a charger sends."""
    assert len(now.evses) <= most_evses
    for evse_id, evse in now.evses.items():
        assert evse_id == evse.id
        assert 1 <= evse_id <= most_evses
        total_wh = evse.ledger.total_wh
        if total_wh is not None:
            assert math.isfinite(total_wh)
            assert total_wh >= (before.evse(evse_id).ledger.total_wh or 0.0) >= 0
        if evse.running_transaction is not None:
            assert evse.running_transaction.id
            assert math.isfinite(evse.running_transaction.energy_wh or 0.0)


@pytest.mark.timeout(300)
@IN_ALL_DIALECTS
async def test_a_storm_of_frames_does_no_harm(
    central_system: CentralSystem,
    url: str,
    neighbour: Neighbour,
    dialect: Dialect,
    seed: int,
) -> None:
    fuzzer = Fuzzer(url, seed, dialect)
    await fuzzer.connect()
    await fuzzer.send_burst(1)
    station = central_system.stations["FUZZER"]
    commands = _commands(station, dialect.heartbeat_setting)
    commanding = asyncio.create_task(_attempt(next(commands)))
    frames = int(FRAMES * dialect.share)
    sent = burst = 0
    while sent < frames:
        before = station.snapshot
        async with asyncio.TaskGroup() as group:
            group.create_task(neighbour.live())
            group.create_task(fuzzer.send_burst(min(BURST, frames - sent)))
            if burst % 10 == 5:
                group.create_task(neighbour.limit(6.0 + burst % 9))
        _check_sanity(before, station.snapshot, dialect.most_evses)
        if commanding.done():
            commanding.result()
            commanding = asyncio.create_task(_attempt(next(commands)))
        sent += BURST
        burst += 1
        if burst % 25 == 0:
            await fuzzer.break_off()
            await fuzzer.connect()
            await fuzzer.introduce(station.snapshot.info)
    await fuzzer.send_burst(0)
    assert station.connected
    await fuzzer.close()
    await commanding
    await neighbour.live()
    assert fuzzer.objections[:5] == [], f"{len(fuzzer.objections)}, FUZZ_SEED={seed}"
    assert fuzzer.anonymous >= 0
    assert {fault for fault in dialect.wrongs if not station.faults[fault]} == set()


@pytest.mark.timeout(300)
@IN_ALL_DIALECTS
async def test_commands_end_whatever_comes_back(
    central_system: CentralSystem, url: str, dialect: Dialect, seed: int
) -> None:
    fuzzer = Fuzzer(url, seed, dialect)
    await fuzzer.connect()
    await fuzzer.send_burst(0)
    commands = _commands(central_system.stations["FUZZER"], dialect.heartbeat_setting)
    for _ in range(10):
        await fuzzer.send_burst(20)
        for _ in range(20):
            commanding = asyncio.create_task(_attempt(next(commands)))
            async with asyncio.timeout(60):
                while not commanding.done():
                    await fuzzer.send_burst(0)
            commanding.result()
    await fuzzer.close()
    assert fuzzer.objections[:5] == [], f"{len(fuzzer.objections)}, FUZZ_SEED={seed}"
