"""Stations of OCPP 2.0.1 and 2.1, charged through sessions with whatever happens to stations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import Evse, Limit
from custom_components.ocpp.csms.operations.start_transaction import Started, start
from custom_components.ocpp.csms.operations.stop_transaction import Outcome, stop
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.car import Car
from tests.simulator.haste import HASTE, Clock
from tests.simulator.station2 import SimulatedStation, simulated_station
from tests.waiting import settled, until

IDENTITY = "CP1"
LIMITS_A = (13.0, 6.0, 10.5)
SETTLE_S = 30
PHASE_S = 60
LARGEST_STEP_A = 1.0

VERSIONS = pytest.mark.parametrize("version", ["2.0.1", "2.1"])


@dataclass(frozen=True, slots=True)
class Site:
    """A central system with one station."""

    system: CentralSystem
    station: ChargingStation
    charger: SimulatedStation
    clock: Clock

    @property
    def evse(self) -> Evse:
        """The snapshot of the first EVSE."""
        return self.station.snapshot.evse(1)

    async def settle(self) -> None:
        """Let the central system finish what it is about."""
        await asyncio.sleep(3 * HASTE.housekeeping_s)
        await settled(IDENTITY)

    async def pass_time(self, seconds: int) -> float:
        """Let time pass, and return the highest current that was drawn after the time to settle."""
        highest_a = 0.0
        for elapsed_s in range(seconds):
            self.clock.now += timedelta(seconds=1)
            await self.charger.elapse(1)
            car = self.charger.evses[1].car
            if car is not None and elapsed_s >= SETTLE_S:
                highest_a = max(highest_a, car.current_a)
            if elapsed_s % 10 == 9:
                await self.settle()
        return highest_a

    async def limit(self, current_a: float) -> None:
        """Limit the car."""
        await self.station.limits.set(1, Limit(current_a))
        await self.settle()


@asynccontextmanager
async def site(version: str) -> AsyncIterator[Site]:
    """Connect a station, and wait until it has been set up."""
    clock = Clock()
    system = CentralSystem(clock=clock, timeouts=HASTE)
    station = system.adopt(IDENTITY)
    station.configure(StationSettings(traits=Traits.of(answer_delay_s=0.0)))
    await system.start("127.0.0.1", 0)
    url = f"ws://127.0.0.1:{system.port}"
    try:
        async with simulated_station(url, IDENTITY, version, clock=clock) as charger:
            connected = Site(system, station, charger, clock)
            await charger.boot()
            await until(lambda: charger.sent("StatusNotification"))
            await connected.settle()
            yield connected
            assert charger.violations == []
    finally:
        await system.stop()


def assert_drawn(drawn_a: float, allowed_a: float) -> None:
    """Check that a car has drawn what it was allowed."""
    assert allowed_a - LARGEST_STEP_A <= drawn_a <= allowed_a + 0.05


@VERSIONS
async def test_a_whole_solar_session(version: str) -> None:
    async with site(version) as at:
        assert at.station.snapshot.version == version
        await at.charger.start_session(car=Car())
        await at.settle()
        running = at.evse.running_transaction
        assert running is not None
        for limit_a in LIMITS_A:
            await at.limit(limit_a)
            assert_drawn(await at.pass_time(PHASE_S), limit_a)
        await at.limit(0)
        assert await at.pass_time(PHASE_S) == 0
        assert at.evse.status is ConnectorStatus.SUSPENDED_EVSE
        await at.limit(9)
        assert_drawn(await at.pass_time(PHASE_S), 9)
        await at.charger.unplug()
        await at.settle()
        ended = at.evse.transaction
        assert ended is not None
        assert ended.id == running.id
        assert ended.energy_wh == pytest.approx(at.charger.evses[1].energy_wh, abs=1)
        assert at.station.faults.total() == 0, at.station.faults.examples


@VERSIONS
async def test_a_session_that_is_started_from_here(version: str) -> None:
    async with site(version) as at:
        await at.charger.plug_in(Car())
        await at.settle()
        await at.station.commands.start_transaction(1)
        await until(lambda: at.evse.running_transaction is not None)
        await at.limit(8)
        assert_drawn(await at.pass_time(PHASE_S), 8)
        await at.station.commands.stop_transaction(1)
        await until(lambda: at.evse.running_transaction is None)
        ended = at.evse.transaction
        assert ended is not None
        assert ended.stop_reason == "Remote"
        assert ended.energy_wh == pytest.approx(at.charger.evses[1].energy_wh, abs=1)


@VERSIONS
async def test_a_session_that_began_with_the_car_is_started_from_here(
    version: str,
) -> None:
    async with site(version) as at:
        await at.charger.plug_in(Car())
        await until(lambda: at.evse.running_transaction is not None)
        assert at.evse.status is ConnectorStatus.PREPARING
        assert await start(at.station, 1) is Started.STARTED
        await until(lambda: at.evse.status is not ConnectorStatus.PREPARING)
        assert await start(at.station, 1) is Started.RUNNING
        await at.limit(8)
        assert_drawn(await at.pass_time(PHASE_S), 8)
        assert (await stop(at.station, 1)).outcome is Outcome.ENDED
        assert at.charger.evses[1].id_token is None


@VERSIONS
async def test_a_session_that_began_with_the_car_is_started_for_everybody(
    version: str,
) -> None:
    async with site(version) as at:
        at.station.configure(replace(at.station.settings, starts_cars=True))
        for _ in range(2):
            await at.charger.plug_in(Car())
            await until(lambda: at.charger.evses[1].id_token is not None)
            await at.settle()
            assert at.charger.received_names.count("RequestStartTransaction") == 1
            at.charger.received.clear()
            await at.charger.unplug()
            await at.settle()


@VERSIONS
async def test_a_session_lasts_until_the_car_has_left(version: str) -> None:
    async with site(version) as at:
        at.charger.model.set("TxCtrlr", "TxStopPoint", "EVConnected")
        await at.charger.start_session(car=Car())
        await at.pass_time(PHASE_S)
        assert (await stop(at.station, 1)).outcome is Outcome.ENDED
        assert at.evse.paused_instead_of_stop is None
        assert at.evse.status is ConnectorStatus.FINISHING
        await at.charger.unplug()
        await until(lambda: at.evse.running_transaction is None)


@VERSIONS
async def test_a_reboot_in_a_session(version: str) -> None:
    async with site(version) as at:
        await at.charger.start_session(car=Car())
        await at.limit(10)
        await at.pass_time(PHASE_S)
        running = at.evse.running_transaction
        await at.charger.restart()
        await at.settle()
        assert_drawn(await at.pass_time(PHASE_S), 10)
        again = at.evse.running_transaction
        assert running is not None
        assert again is not None
        assert again.id == running.id
        await at.charger.unplug()
        await at.settle()
        ended = at.evse.transaction
        assert ended is not None
        assert ended.energy_wh == pytest.approx(at.charger.evses[1].energy_wh, abs=1)
        assert at.evse.ledger.total_wh == pytest.approx(
            at.charger.evses[1].energy_wh, abs=1
        )


@VERSIONS
async def test_a_backlog_of_events_from_the_time_without_a_link(version: str) -> None:
    async with site(version) as at:
        await at.charger.start_session(car=Car())
        await at.limit(10)
        await at.pass_time(PHASE_S)
        await at.charger.disconnect()
        await until(lambda: not at.station.connected)
        for _ in range(PHASE_S):
            at.clock.now += timedelta(seconds=1)
            await at.charger.elapse(1)
        await at.charger.unplug()
        ended_at = at.clock.now
        at.clock.now += timedelta(minutes=10)
        await at.charger.reconnect()
        await at.settle()
        ended = at.evse.transaction
        assert ended is not None
        assert ended.ended_at == ended_at
        assert ended.energy_wh == pytest.approx(at.charger.evses[1].energy_wh, abs=1)
        assert at.evse.status is ConnectorStatus.AVAILABLE


@VERSIONS
async def test_a_whole_session_without_a_link(version: str) -> None:
    async with site(version) as at:
        await at.charger.disconnect()
        await until(lambda: not at.station.connected)
        began_at = at.clock.now
        await at.charger.start_session(car=Car())
        for _ in range(PHASE_S):
            at.clock.now += timedelta(seconds=1)
            await at.charger.elapse(1)
        await at.charger.unplug()
        at.clock.now += timedelta(minutes=10)
        await at.charger.reconnect()
        await at.settle()
        ended = at.evse.transaction
        assert ended is not None
        assert not ended.running
        assert ended.started_at == began_at
        assert ended.energy_wh == pytest.approx(at.charger.evses[1].energy_wh, abs=1)


@VERSIONS
async def test_a_new_socket_beside_one_that_is_dead(version: str) -> None:
    async with site(version) as at:
        await at.charger.start_session(car=Car())
        await at.limit(10)
        await at.pass_time(PHASE_S)
        running = at.evse.running_transaction
        await at.charger.link.open()
        await at.settle()
        assert_drawn(await at.pass_time(PHASE_S), 10)
        again = at.evse.running_transaction
        assert running is not None
        assert again is not None
        assert again.id == running.id
