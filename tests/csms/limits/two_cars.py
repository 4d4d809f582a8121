"""A charger with two connectors and a car at each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.csms.bench import MINUTE, Bench
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until


@asynccontextmanager
async def two_connectors(bench: Bench) -> AsyncIterator[SimulatedCharger]:
    """Connect a charger with two connectors, and wait until both are known."""
    async with bench.connect(connectors=2) as charger:
        await charger.boot()
        await until(lambda: _are_known(bench))
        yield charger


async def start_session(
    bench: Bench, charger: SimulatedCharger, connector_id: int
) -> None:
    """Have a car charge at a connector."""
    await charger.plug_in(connector_id=connector_id)
    await charger.start_session(f"TAG{connector_id}", connector_id)
    assert bench.station.snapshot.evse(connector_id).running_transaction is not None


@asynccontextmanager
async def two_cars(bench: Bench) -> AsyncIterator[SimulatedCharger]:
    """Have two cars charge at one charger, for longer than new sessions are given time."""
    async with two_connectors(bench) as charger:
        for connector_id in charger.connectors:
            await start_session(bench, charger, connector_id)
        bench.clock.ahead += MINUTE
        charger.received.clear()
        yield charger


def _are_known(bench: Bench) -> bool:
    """Return whether the safe defaults of both connectors are in force."""
    limits = bench.station.limits
    return all(limits.in_force(evse_id) is not None for evse_id in (1, 2))
