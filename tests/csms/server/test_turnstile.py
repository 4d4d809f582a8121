"""The turnstile: chargers that connect anew all the time."""

import asyncio
from collections.abc import AsyncIterator
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from custom_components.ocpp.csms.allowances.reports import CALM_AFTER_S
from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Overuse, Registration, Snapshot
from custom_components.ocpp.csms.server.admission import ConnectionLimits
from custom_components.ocpp.csms.station import ChargingStation
from tests.csms.bench import PATIENT
from tests.fuzz.fuzzer import raw
from tests.timers import Timers
from tests.waiting import until

RECONNECTS = ConnectionLimits().reconnects
SLOT_S = 60 / ConnectionLimits().reconnects_per_minute
HEARTBEAT = '[2,"h","Heartbeat",{}]'


class Restless:
    """A charger that connects anew, and what is told of it."""

    def __init__(self, system: CentralSystem) -> None:
        """Initialize; it has not connected yet."""
        self.system = system
        self.station: ChargingStation = system.adopt("CP1")
        self.told: list[Snapshot] = []
        self.station.subscribe(self.told.append)

    @property
    def connections(self) -> int:
        """The number of times that it was told to be connected."""
        return len({told.connected_at for told in self.told if told.connected})

    async def dial(self, identity: str = "CP1", **options: Any) -> ClientConnection:
        """Open a connection."""
        url = f"ws://127.0.0.1:{self.system.port}"
        return await raw(url, identity, **options)

    async def come_and_go(self) -> None:
        """Connect, be served, and disconnect."""
        socket = await self.dial()
        assert await _is_served(socket)
        await socket.close()
        await until(lambda: not self.station.connected)

    async def exhaust(self) -> None:
        """Connect as often as it may at once."""
        for _ in range(RECONNECTS):
            await self.come_and_go()


async def _is_served(socket: ClientConnection) -> bool:
    """Return whether a heartbeat is answered."""
    await socket.send(HEARTBEAT)
    async for text in socket:
        if json.loads(text)[0] == 3:
            return True
    return False


@pytest.fixture
async def restless(timers: Timers) -> AsyncIterator[Restless]:
    system = CentralSystem(unknown_chargers=Registration.ACCEPTED, timeouts=PATIENT)
    await system.start("127.0.0.1", 0)
    yield Restless(system)
    await system.stop()


async def test_a_charger_that_reconnects_all_the_time_changes_little(
    restless: Restless, timers: Timers
) -> None:
    await restless.exhaust()
    told = len(restless.told)
    with timers.stopped():
        sockets = [await restless.dial() for _ in range(100)]
        for socket in sockets[:-1]:
            # The next takes its place.
            await socket.wait_closed()
        assert len(restless.told) == told
    timers.elapse(SLOT_S)
    assert await _is_served(sockets[-1])
    await until(lambda: restless.station.snapshot.overuses == {Overuse.CONNECTIONS})
    assert restless.connections == RECONNECTS + 1
    # Others are served meanwhile.
    assert await _is_served(await restless.dial("CP2"))


async def test_the_owner_is_told_until_it_has_calmed_down(
    restless: Restless, timers: Timers
) -> None:
    await restless.exhaust()
    assert not restless.station.snapshot.overuses
    socket = await restless.dial()
    timers.elapse(SLOT_S)
    assert await _is_served(socket)
    assert restless.station.snapshot.overuses == {Overuse.CONNECTIONS}
    timers.elapse(CALM_AFTER_S)
    await until(lambda: not restless.station.snapshot.overuses)


async def test_a_network_that_flaps_is_no_reason_to_wait(
    restless: Restless, timers: Timers
) -> None:
    for _ in range(3 * RECONNECTS):
        await restless.come_and_go()
        timers.elapse(SLOT_S)
    assert restless.connections == 3 * RECONNECTS
    assert not restless.station.snapshot.overuses


async def test_the_known_address_goes_before_others(
    restless: Restless, timers: Timers
) -> None:
    await restless.exhaust()
    with timers.stopped():
        stranger = await restless.dial(local_addr=("127.0.0.2", 0))
        known = await restless.dial()
        await stranger.wait_closed()
        await (await restless.dial(local_addr=("127.0.0.2", 0))).wait_closed()
    timers.elapse(SLOT_S)
    assert await _is_served(known)


async def test_who_goes_while_it_waits_was_never_there(
    restless: Restless, timers: Timers
) -> None:
    await restless.exhaust()
    with timers.stopped():
        await (await restless.dial()).close()
    timers.elapse(SLOT_S)
    await restless.come_and_go()
    assert restless.connections == RECONNECTS + 1


async def test_a_charger_that_is_let_go_while_it_waits_is_cut(
    restless: Restless, timers: Timers
) -> None:
    await restless.exhaust()
    with timers.stopped():
        socket = await restless.dial()
        restless.system.release("CP1")
    timers.elapse(SLOT_S)
    await socket.wait_closed()
    assert "CP1" not in restless.system.stations


async def test_a_system_that_stops_waits_for_nobody(restless: Restless) -> None:
    await restless.exhaust()
    socket = await restless.dial()
    async with asyncio.timeout(SLOT_S):
        await restless.system.stop()
    await socket.wait_closed()
