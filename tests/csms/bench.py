"""A central system on a real socket, and one charger to connect to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.events import Event
from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.metering.meter import Meter
from custom_components.ocpp.csms.model import Evse
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.simulator.charger import SimulatedCharger, reconnected, simulated_charger
from tests.timers import Timers
from tests.waiting import until


class Clock:
    """A clock that goes on when told to."""

    def __init__(self) -> None:
        """Start in real time, so that the charger's own clock agrees."""
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self.ahead


MINUTE = timedelta(minutes=1)
PATIENT = Timeouts(
    housekeeping_s=0.05,
    boot_s=20,
    reconnect_s=20,
    tell_s=20,
    transaction_grace_s=0.01,
    stop_s=20,
)
"""Short where a test waits for what comes anyway, long where chargers on a slow machine must be in time.

A test that puts the timers ahead by one of these lets no call time out that is on its way.
"""


class Bench:
    """A central system, and what a test needs to connect chargers to it."""

    def __init__(self, system: CentralSystem, clock: Clock, timers: Timers) -> None:
        """Initialize.

        Args:
            system: the central system.
            clock: tells it and the charger the time.
            timers: can be put ahead.
        """
        self.system = system
        self.clock = clock
        self.timers = timers

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

    def configure(self, **traits: Any) -> None:
        """Have the owner set what the charger can do."""
        self.station.configure(StationSettings(traits=Traits.of(**traits)))

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

    @asynccontextmanager
    async def reconnected(self, charger: SimulatedCharger) -> AsyncIterator[None]:
        """Connect a known charger anew; as it does not boot, it is taken to have lost its connection for a while."""
        async with reconnected(charger, self.url):
            await charger.heartbeat()
            self.timers.elapse(PATIENT.reconnect_s)
            yield

    async def housekeeping(self, charger: SimulatedCharger) -> None:
        """Wait until housekeeping has come round, and what it asks of the charger has arrived."""
        # Its timer was set before this one and runs down first; an answer comes after the calls before it.
        await asyncio.sleep(PATIENT.housekeeping_s)
        await charger.heartbeat()

    async def ignored(
        self, charger: SimulatedCharger, condition: Callable[[], object]
    ) -> None:
        """Have each call that the charger leaves unanswered time out, until a condition holds."""

        def ignored() -> int:
            return sum(name in charger.unanswered for name, _ in charger.received)

        timed_out = 0
        while not condition():
            await until(
                lambda: condition() or ignored() > timed_out  # noqa: B023
            )
            if ignored() > timed_out:
                timed_out = ignored()
                self.timers.elapse(self.station.capabilities.call_timeout_s)

    async def commissioned(self, charger: SimulatedCharger) -> None:
        """Wait until the charger has been set up, and forget what that took."""
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        charger.received.clear()


class ConnectedBench(Bench):
    """A central system with its charger connected, and the events of that charger."""

    def __init__(self, bench: Bench, charger: SimulatedCharger) -> None:
        """Initialize with the charger known to the central system."""
        super().__init__(bench.system, bench.clock, bench.timers)
        self.charger = charger
        self.events: list[Event] = []
        self.station.subscribe_events(self.events.append)

    @property
    def evse(self) -> Evse:
        """Its first connector."""
        return self.station.snapshot.evse(1)

    @property
    def meter(self) -> Meter:
        """The meter of the connector."""
        return self.evse.meter

    @property
    def session(self) -> Transaction:
        """The session there, running or ended."""
        assert self.evse.transaction is not None
        return self.evse.transaction
