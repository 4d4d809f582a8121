"""Sockets that are abused: messages without end, and peers that never read. Nobody else notices."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.server.bounded_socket import MAX_FRAME_BYTES
from tests.simulator.dead_peer import half_open, masked, stuff
from tests.waiting import until

from .fuzzer import fate, raw
from .neighbour import Neighbour


async def _pieces() -> AsyncIterator[str]:
    """Yield the pieces of a message that is too large only as a whole."""
    yield '[2,"1","DataTransfer",{"vendorId":"'
    for _ in range(2 * MAX_FRAME_BYTES // 2**14):
        yield "x" * 2**14


@pytest.mark.parametrize("compression", [None, "deflate"])
@pytest.mark.parametrize(
    "message",
    [
        lambda: "[" * (MAX_FRAME_BYTES + 1),
        lambda: b"\xff" * (MAX_FRAME_BYTES + 1),
        lambda: "x" * (16 * MAX_FRAME_BYTES),
        _pieces,
    ],
    ids=["brackets", "binary", "huge", "pieces"],
)
async def test_too_large_a_message_costs_only_its_sender(
    central_system: CentralSystem,
    url: str,
    neighbour: Neighbour,
    message: Callable[[], Any],
    compression: str | None,
) -> None:
    """Compressed or in pieces, it is large all the same."""
    for count in (1, 2):
        large = await raw(url, compression=compression)
        ended = asyncio.create_task(fate(large))
        with suppress(ConnectionClosed):
            await large.send(message())
        await neighbour.live()
        assert await ended == 1009
        faults = central_system.stations["FUZZER"].faults
        await until(lambda: faults[Fault.OVERSIZED_FRAME] == count)  # noqa: B023
    await neighbour.limit(7.0)
    await neighbour.live()


async def test_a_charger_that_reads_nothing_holds_nobody_up(
    central_system: CentralSystem, url: str, neighbour: Neighbour
) -> None:
    with half_open(central_system.port, "FUZZER") as dead:
        await until(lambda: central_system.stations["FUZZER"].connected)
        await stuff(dead)
        await neighbour.limit(7.0)
        await neighbour.live()
        await _comes_back(central_system, url)
    await neighbour.live()


async def test_a_frame_that_never_ends_holds_nobody_up(
    central_system: CentralSystem, url: str, neighbour: Neighbour
) -> None:
    with half_open(central_system.port, "FUZZER") as dead:
        await until(lambda: central_system.stations["FUZZER"].connected)
        dead.send(masked(b'[2,"1","Heartbeat",{}]')[:-1])
        await neighbour.limit(7.0)
        await neighbour.live()
        await _comes_back(central_system, url)
    await neighbour.live()


async def _comes_back(central_system: CentralSystem, url: str) -> None:
    """Connect again as the charger whose old socket hangs: that one is cut, and this one answered."""
    async with asyncio.timeout(60):
        websocket = await raw(url)
        await websocket.send('[2,"back","Heartbeat",{}]')
        assert json.loads(await websocket.recv())[:2] == [3, "back"]
        assert central_system.stations["FUZZER"].connected
        await websocket.close()
