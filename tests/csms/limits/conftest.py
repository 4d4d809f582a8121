"""Central systems that do nothing by themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.timeouts import Tolerance
from tests.csms.bench import Bench, Clock

NEVER_S = 3600.0
GRACE_S = 30.0
"""The time that the patient one gives new sessions."""


@asynccontextmanager
async def _without_housekeeping(transaction_grace_s: float) -> AsyncIterator[Bench]:
    clock = Clock()
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        tolerance=Tolerance(
            housekeeping_s=NEVER_S,
            tell_s=0.2,
            transaction_grace_s=transaction_grace_s,
            stop_s=0.2,
        ),
        clock=clock,
    )
    await system.start("127.0.0.1", 0)
    yield Bench(system, clock)
    await system.stop()


@pytest.fixture
async def quiet_bench() -> AsyncIterator[Bench]:
    """A central system without housekeeping."""
    async with _without_housekeeping(0.0) as bench:
        yield bench


@pytest.fixture
async def patient_bench() -> AsyncIterator[Bench]:
    """A central system without housekeeping that gives new sessions much time."""
    async with _without_housekeeping(GRACE_S) as bench:
        yield bench
