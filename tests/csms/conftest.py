"""A central system on a real socket."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.tolerance import Tolerance


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


@pytest.fixture
async def central_system() -> AsyncIterator[CentralSystem]:
    """A central system that accepts every charger."""
    system = CentralSystem(
        strangers=Registration.ACCEPTED,
        tolerance=Tolerance(transaction_grace_s=0.01),
    )
    await system.start("127.0.0.1", 0)
    yield system
    await system.stop()


@pytest.fixture
def url(central_system: CentralSystem) -> str:
    """Where chargers reach the central system."""
    return f"ws://127.0.0.1:{central_system.port}"


async def until(condition: Callable[[], object], timeout_s: float = 5.0) -> None:
    """Wait for a condition that the other side of a socket brings about."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)
