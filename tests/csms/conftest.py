"""A central system on a real socket."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.timeouts import Timeouts
from custom_components.ocpp.csms.versions import DIALECTS, Dialect, Version
from tests.timers import Timers

from .bench import PATIENT, Bench, Clock
from .versions.stub import STUB

GRACE_S = 30.0
"""The time that the patient central system gives new sessions."""
_WITHOUT_HOUSEKEEPING = replace(PATIENT, housekeeping_s=3600.0, transaction_grace_s=0.0)


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


@pytest.fixture
async def central_system() -> AsyncIterator[CentralSystem]:
    """A central system that accepts every charger."""
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        timeouts=Timeouts(transaction_grace_s=0.01),
    )
    await system.start("127.0.0.1", 0)
    yield system
    await system.stop()


@pytest.fixture
def url(central_system: CentralSystem) -> str:
    """The URL of the central system for chargers."""
    return f"ws://127.0.0.1:{central_system.port}"


def _dialect_of(version: Version) -> Dialect:
    return Dialect(version.name, version.subprotocol, lambda: version)


@asynccontextmanager
async def _bench(
    dialects: Sequence[Dialect], timers: Timers, timeouts: Timeouts = PATIENT
) -> AsyncIterator[Bench]:
    clock = Clock()
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        timeouts=timeouts,
        clock=clock,
        dialects=dialects,
    )
    await system.start("127.0.0.1", 0)
    yield Bench(system, clock, timers)
    await system.stop()


@pytest.fixture
async def bench(timers: Timers) -> AsyncIterator[Bench]:
    """A central system that waits for nothing but a charger, and clocks that can be put ahead."""
    async with _bench(DIALECTS, timers) as bench:
        yield bench


@pytest.fixture
async def stub_bench(
    timers: Timers, request: pytest.FixtureRequest
) -> AsyncIterator[Bench]:
    """The same with a protocol version of the tests' own, which may be given as its parameter."""
    async with _bench([_dialect_of(getattr(request, "param", STUB))], timers) as bench:
        yield bench


@pytest.fixture
async def quiet_bench(timers: Timers) -> AsyncIterator[Bench]:
    """The same without housekeeping: what happens, the test brings about."""
    async with _bench(DIALECTS, timers, _WITHOUT_HOUSEKEEPING) as bench:
        yield bench


@pytest.fixture
async def patient_bench(timers: Timers) -> AsyncIterator[Bench]:
    """The same, and new sessions are given much time."""
    timeouts = replace(_WITHOUT_HOUSEKEEPING, transaction_grace_s=GRACE_S)
    async with _bench(DIALECTS, timers, timeouts) as bench:
        yield bench
