"""The way to pause, learned from what comes of a limit of 0 A, over a real socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.devices.capabilities import PauseBy, Traits
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.limits.pausing.restarts import MOST_TRIES
from custom_components.ocpp.csms.limits.pausing.watch import SETTLES_AFTER
from custom_components.ocpp.csms.model import Limit
from custom_components.ocpp.csms.operations.free_vend import FreeVend
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.csms.bench import MINUTE, Bench
from tests.simulator.charger import ChargePointStatus, SimulatedCharger
from tests.waiting import until

TEN, PAUSE = Limit(10), Limit(0)
TEN_SECONDS = timedelta(seconds=10)


@asynccontextmanager
async def _ended_at_zero(
    bench: Bench,
    reason: str = "Other",
    status: ChargePointStatus = ChargePointStatus.finishing,
) -> AsyncIterator[SimulatedCharger]:
    """Pause a session at 0 A, which the charger then ends."""
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, PAUSE)
        await charger.stop_session(reason)
        await charger.change_status(status)
        bench.station.limits.verify()
        bench.clock.ahead += SETTLES_AFTER
        bench.station.limits.verify()
        yield charger


def _pause_by(bench: Bench) -> PauseBy:
    return bench.station.capabilities.pause_by


@pytest.mark.parametrize("reason", ["Other", "Local"])
@pytest.mark.parametrize(
    "status", [ChargePointStatus.finishing, ChargePointStatus.preparing]
)
async def test_a_session_that_ends_at_0_a_is_started_again_when_there_is_a_limit(
    quiet_bench: Bench, reason: str, status: ChargePointStatus
) -> None:
    bench = quiet_bench
    async with _ended_at_zero(bench, reason, status) as charger:
        assert _pause_by(bench) is PauseBy.STOP_TRANSACTION
        charger.received.clear()
        bench.clock.ahead += MINUTE
        await bench.station.limits.uphold()
        assert "RemoteStartTransaction" not in charger.received_names
        await bench.station.limits.set(1, TEN)
        await until(lambda: charger.connectors[1].transaction_id is not None)
        started = await charger.wait_for("RemoteStartTransaction")
        assert started["id_tag"] == "TAG"
        await until(lambda: bench.station.snapshot.evse(1).running_transaction)
        await bench.station.limits.uphold()
        assert charger.offered_a() == 10
        # It is not paused by 0 A again.
        charger.received.clear()
        await bench.station.limits.set(1, PAUSE)
        assert "RemoteStopTransaction" in charger.received_names
        assert all(limit_a > 0 for _, _, limit_a in charger.received_limits)


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("EVDisconnected", ChargePointStatus.finishing),
        ("Remote", ChargePointStatus.finishing),
        ("Other", ChargePointStatus.available),
    ],
)
async def test_a_session_that_ends_for_another_reason_teaches_nothing(
    quiet_bench: Bench, reason: str, status: ChargePointStatus
) -> None:
    async with _ended_at_zero(quiet_bench, reason, status):
        assert _pause_by(quiet_bench) is PauseBy.ZERO_CURRENT
        assert quiet_bench.station.snapshot.evse(1).stopped_for_pause is None


async def test_what_was_learned_of_pauses_is_remembered_for_a_while(
    quiet_bench: Bench,
) -> None:
    async with _ended_at_zero(quiet_bench):
        memory = quiet_bench.station.memory
        assert memory.learned_pausing.by is PauseBy.STOP_TRANSACTION
        now = quiet_bench.clock()
        assert memory.learned_pausing.traits(now).known
        assert not memory.learned_pausing.traits(now + timedelta(days=1)).known
        quiet_bench.station.forget_learned()
        assert _pause_by(quiet_bench) is PauseBy.ZERO_CURRENT


async def test_the_owner_knows_better_how_a_charger_pauses(quiet_bench: Bench) -> None:
    async with _ended_at_zero(quiet_bench):
        quiet_bench.configure(pause_by=PauseBy.LEAST_CURRENT)
        assert _pause_by(quiet_bench) is PauseBy.LEAST_CURRENT


async def test_starting_again_has_a_budget_of_tries(quiet_bench: Bench) -> None:
    bench = quiet_bench
    async with _ended_at_zero(bench) as charger:
        charger.statuses["RemoteStartTransaction"] = "Rejected"
        charger.received.clear()
        with pytest.raises(RejectedError):
            await bench.station.limits.set(1, TEN)
        for _ in range(60):
            bench.clock.ahead += MINUTE
            bench.station.limits.verify()
            try:
                await bench.station.limits.uphold()
            except RejectedError:
                continue
        assert charger.received_names.count("RemoteStartTransaction") == MOST_TRIES
        # From now on it keeps its least current, and the owner is told.
        assert bench.station.snapshot.evse(1).stays_stopped
        assert _pause_by(bench) is PauseBy.LEAST_CURRENT
        await charger.unplug()
        bench.station.limits.verify()
        assert not bench.station.snapshot.evse(1).stays_stopped


async def test_a_start_that_is_accepted_without_a_session_is_tried_again(
    quiet_bench: Bench,
) -> None:
    bench = quiet_bench
    async with _ended_at_zero(bench) as charger:
        charger.statuses["RemoteStartTransaction"] = "Accepted"
        charger.received.clear()
        await bench.station.limits.set(1, TEN)
        await bench.station.limits.set(1, Limit(11))
        assert charger.received_names.count("RemoteStartTransaction") == 1
        assert bench.station.snapshot.evse(1).stopped_for_pause is not None
        bench.clock.ahead += MINUTE
        await bench.station.limits.uphold()
        assert charger.received_names.count("RemoteStartTransaction") == 2


async def test_a_charger_that_goes_on_at_0_a_has_its_session_stopped(
    quiet_bench: Bench,
) -> None:
    bench = quiet_bench
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, PAUSE)
        power = {"measurand": "Power.Active.Import", "value": "4100", "unit": "W"}
        for _ in range(10):
            bench.clock.ahead += TEN_SECONDS
            if charger.connectors[1].transaction_id is not None:
                await charger.meter([power])
            bench.station.limits.verify()
            await bench.station.limits.uphold()
        await until(lambda: charger.connectors[1].transaction_id is None)
        assert _pause_by(bench) is PauseBy.STOP_TRANSACTION


async def test_a_paused_car_on_standby_is_paused(quiet_bench: Bench) -> None:
    bench = quiet_bench
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, PAUSE)
        power = {"measurand": "Power.Active.Import", "value": "300", "unit": "W"}
        for _ in range(20):
            bench.clock.ahead += TEN_SECONDS
            await charger.meter([power])
            bench.station.limits.verify()
        assert _pause_by(bench) is PauseBy.ZERO_CURRENT


async def test_a_charger_that_starts_on_request_only_is_asked_once_for_each_car(
    quiet_bench: Bench,
) -> None:
    bench = quiet_bench
    async with bench.in_session() as charger:
        bench.configure(remote_start=True)
        await charger.stop_session()
        await charger.change_status(ChargePointStatus.preparing)
        free_vend = FreeVend(bench.station)
        assert free_vend.newly_waiting() == [1]
        await charger.start_session()
        assert free_vend.newly_waiting() == []
        await charger.stop_session()
        await charger.change_status(ChargePointStatus.preparing)
        assert free_vend.newly_waiting() == []


async def test_the_owner_decides_whether_cars_are_started(quiet_bench: Bench) -> None:
    bench = quiet_bench
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        await charger.change_status(ChargePointStatus.preparing)
        free_vend = FreeVend(bench.station)
        assert free_vend.newly_waiting() == []
        bench.station.configure(StationSettings(starts_cars=True))
        # The charger may start by itself first.
        assert free_vend.newly_waiting() == []
        assert free_vend.newly_waiting() == [1]
        assert free_vend.newly_waiting() == []
        bench.configure(remote_start=True)
        known = StationSettings(starts_cars=False, traits=Traits.of(remote_start=True))
        bench.station.configure(known)
        assert FreeVend(bench.station).newly_waiting() == []


async def test_a_car_that_was_stopped_is_not_started_again(quiet_bench: Bench) -> None:
    bench = quiet_bench
    async with bench.in_session() as charger:
        bench.station.configure(StationSettings(starts_cars=True))
        free_vend = FreeVend(bench.station)
        assert free_vend.newly_waiting() == []
        await charger.stop_session()
        await charger.change_status(ChargePointStatus.preparing)
        for _ in range(3):
            assert free_vend.newly_waiting() == []
        await charger.unplug()
        assert free_vend.newly_waiting() == []
        await charger.change_status(ChargePointStatus.preparing)
        assert [free_vend.newly_waiting() for _ in range(2)] == [[], [1]]
