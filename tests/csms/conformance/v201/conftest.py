"""Fixtures for the conformance cases."""

from collections.abc import AsyncIterator

import pytest

from custom_components.ocpp.csms.timeouts import Timeouts

from .script import Station, StationBench, running


@pytest.fixture
async def bench() -> AsyncIterator[StationBench]:
    """A central system that accepts everybody."""
    async with running(timeouts=Timeouts(transaction_grace_s=0.01)) as bench:
        yield bench


@pytest.fixture
async def charger(bench: StationBench) -> AsyncIterator[Station]:
    """A charging station that has booted and is set up."""
    async with bench.in_service() as charger:
        yield charger
