"""A central system on a real socket."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.timeouts import Tolerance
from custom_components.ocpp.csms.versions import VERSIONS, Version

from .bench import Bench, Clock, until
from .versions.stub import STUB

__all__ = ["until"]


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


@pytest.fixture
async def central_system() -> AsyncIterator[CentralSystem]:
    """A central system that accepts every charger."""
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        tolerance=Tolerance(transaction_grace_s=0.01, stop_s=0.2),
    )
    await system.start("127.0.0.1", 0)
    yield system
    await system.stop()


@pytest.fixture
def url(central_system: CentralSystem) -> str:
    """Where chargers reach the central system."""
    return f"ws://127.0.0.1:{central_system.port}"


@asynccontextmanager
async def _bench(versions: Sequence[Version]) -> AsyncIterator[Bench]:
    clock = Clock()
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        tolerance=Tolerance(
            housekeeping_s=0.05,
            boot_s=0.05,
            reconnect_s=0.05,
            tell_s=0.2,
            transaction_grace_s=0.01,
            stop_s=0.2,
        ),
        clock=clock,
        versions=versions,
    )
    await system.start("127.0.0.1", 0)
    yield Bench(system, clock)
    await system.stop()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A central system in a hurry, and a clock that can be put ahead."""
    async with _bench(VERSIONS) as bench:
        yield bench


@pytest.fixture
async def stub_bench() -> AsyncIterator[Bench]:
    """The same with a protocol version of the tests' own."""
    async with _bench([STUB]) as bench:
        yield bench
