"""A central system, a neighbour who charges, and what went wrong without anybody catching it."""

import asyncio
from collections.abc import AsyncIterator
import gc
import logging
import os
import random

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.server.admission import ConnectionLimits
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.simulator.charger import simulated_charger
from tests.waiting import until

from .neighbour import Neighbour

# Chosen once, for all processes that share the work.
SEED = int(
    os.environ.setdefault("FUZZ_SEED", str(random.SystemRandom().randrange(2**32)))
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the seed, so that the run can be repeated."""
    terminalreporter.write_line(f"FUZZ_SEED={SEED}")


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


@pytest.fixture
def seed() -> int:
    """The seed of the random frames."""
    return SEED


@pytest.fixture
async def accidents(caplog: pytest.LogCaptureFixture) -> AsyncIterator[list[str]]:
    """Errors that nothing has caught; there must be none at the end."""
    found: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: found.append(repr(context))
    )
    yield found
    found += [
        f"{record.name}: {record.getMessage()} {record.exc_info}"
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR
    ]
    # Errors of tasks that nobody waits for come to light when they are collected.
    gc.collect()
    assert found[:5] == []


@pytest.fixture
async def central_system(accidents: list[str]) -> AsyncIterator[CentralSystem]:
    """A central system that accepts every charger."""
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        timeouts=Timeouts(transaction_grace_s=0.01),
        # Frames beyond what is allowed would only wait; here they are to hit.
        limits=ConnectionLimits(frames_per_s=1_000_000, frames=1_000_000),
    )
    # What is not answered must not hold the test up.
    # It repeats much, by which answers would be found to have to wait.
    hasty = StationSettings(traits=Traits.of(call_timeout_s=0.1, answer_delay_s=0.0))
    system.adopt("FUZZER", hasty)
    await system.start("127.0.0.1", 0)
    yield system
    await system.stop()


@pytest.fixture
def url(central_system: CentralSystem) -> str:
    """The address at which chargers reach the central system."""
    return f"ws://127.0.0.1:{central_system.port}"


@pytest.fixture
async def neighbour(
    central_system: CentralSystem, url: str
) -> AsyncIterator[Neighbour]:
    """Another charger, which charges."""
    async with simulated_charger(url, "NEIGHBOUR") as charger:
        await charger.boot()
        connector = charger.connectors[1]
        await until(lambda: ("TxDefaultProfile", 0) in connector.profiles)
        await charger.plug_in()
        await charger.start_session()
        neighbour = Neighbour(charger, central_system.stations["NEIGHBOUR"])
        await neighbour.limit(13.0)
        yield neighbour
