"""A central system on a real socket, and one charger to connect to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.station import ChargingStation
from tests.simulator.charger import SimulatedCharger, simulated_charger


async def until(condition: Callable[[], object], timeout_s: float = 5.0) -> None:
    """Wait for a condition that the other side of a socket brings about."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)


class Clock:
    """A clock that goes on when told to."""

    def __init__(self) -> None:
        """Start in real time, so that the charger's own clock agrees."""
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self.ahead


MINUTE = timedelta(minutes=1)


class Bench:
    """A central system, and what a test needs to connect chargers to it."""

    def __init__(self, system: CentralSystem, clock: Clock) -> None:
        """Initialize."""
        self.system = system
        self.clock = clock

    @property
    def station(self) -> ChargingStation:
        """The charger, as the central system sees it."""
        return self.system.stations["CP1"]

    @property
    def silent_evses(self) -> list[int]:
        """The EVSEs that would be polled now."""
        return self.system.housekeeping.polling(self.station).silent_evses

    @property
    def url(self) -> str:
        """The address at which chargers reach the central system."""
        return f"ws://127.0.0.1:{self.system.port}"

    def connect(self, **options: Any) -> Any:
        """Connect the charger."""
        return simulated_charger(self.url, "CP1", clock=self.clock, **options)

    @asynccontextmanager
    async def in_session(self, **options: Any) -> AsyncIterator[SimulatedCharger]:
        """Connect the charger, and start a session once it is set up."""
        async with self.connect(**options) as charger:
            await charger.boot()
            await self.commissioned(charger)
            await charger.plug_in()
            await charger.start_session()
            yield charger

    async def commissioned(self, charger: SimulatedCharger) -> None:
        """Wait until the charger has been set up, and forget what that took."""
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        charger.received.clear()
