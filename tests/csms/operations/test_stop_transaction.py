"""Stopping sessions at chargers that do not stop them."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.errors import (
    NotConnectedError,
    NoTransactionError,
    StopFailedError,
)
from custom_components.ocpp.csms.limits.profile_variants import PROFILE_LIFETIME
from custom_components.ocpp.csms.model import LastResort, Limit
from custom_components.ocpp.csms.operations.stop_transaction import (
    Outcome,
    resume,
    stop,
)
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.csms.bench import MINUTE, PATIENT, Bench
from tests.simulator.charger import ChargePointStatus
from tests.waiting import until

TEN = Limit(10)


async def test_a_session_is_ended(bench: Bench) -> None:
    async with bench.in_session() as charger:
        stopped = await stop(bench.station, 1)
        assert stopped.outcome is Outcome.ENDED
        assert stopped.refusals == ()
        assert charger.received_names == ["RemoteStopTransaction"]
        assert bench.station.snapshot.evse(1).running_transaction is None


@pytest.mark.parametrize("own_id", [4711, -42])
async def test_a_session_that_the_charger_calls_otherwise_is_ended(
    bench: Bench, own_id: int
) -> None:
    async with bench.in_session() as charger:
        charger.connectors[1].transaction_id = own_id
        await charger.meter()
        stopped = await stop(bench.station, 1)
        assert stopped.outcome is Outcome.ENDED
        assert stopped.refusals == ("RemoteStopTransaction was answered Rejected",)


@pytest.mark.parametrize("own_id", [4711, -42])
async def test_a_session_that_nobody_knows_is_asked_for(
    bench: Bench, own_id: int
) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        charger.connectors[1].transaction_id = own_id
        await charger.change_status(ChargePointStatus.charging)
        stopped = await stop(bench.station, 1)
        assert stopped.outcome is Outcome.ENDED
        assert charger.received_names[:3] == [
            *("TriggerMessage", "TriggerMessage", "RemoteStopTransaction")
        ]


async def test_where_no_car_charges_nothing_is_stopped(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        with pytest.raises(NoTransactionError):
            await stop(bench.station, 1)
        assert charger.received_names == []


async def test_what_is_away_cannot_be_stopped(bench: Bench) -> None:
    with pytest.raises(NotConnectedError):
        await stop(bench.system.adopt("CP1"), 1)


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ("Rejected", "RemoteStopTransaction was answered Rejected"),
        ("Accepted", "the session goes on although RemoteStopTransaction was accepted"),
    ],
)
async def test_a_session_that_goes_on_is_paused(
    bench: Bench, answer: str, refusal: str
) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        charger.statuses["RemoteStopTransaction"] = answer
        stopping = asyncio.create_task(stop(bench.station, 1))
        if answer == "Accepted":
            await charger.wait_for("RemoteStopTransaction")
            await charger.heartbeat()
            bench.timers.elapse(PATIENT.stop_s)
        stopped = await stopping
        assert stopped.outcome is Outcome.PAUSED
        assert stopped.refusals == (refusal,)
        assert charger.offered_a() == 0
        # It stays paused ...
        bench.clock.ahead += PROFILE_LIFETIME / 2
        charger.received.clear()
        await until(lambda: "SetChargingProfile" in charger.received_names)
        bench.clock.ahead += PROFILE_LIFETIME * 0.8
        assert charger.offered_a() == 0
        # ... until somebody wants it again.
        await resume(bench.station, 1)
        assert charger.offered_a() == 10
        assert bench.station.snapshot.evse(1).paused_instead_of_stop is None


async def test_a_pause_for_want_of_a_stop_ends_with_the_session(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        charger.statuses["RemoteStopTransaction"] = "Rejected"
        await stop(bench.station, 1)
        await charger.stop_session()
        assert bench.station.snapshot.evse(1).paused_instead_of_stop is None
        bench.clock.ahead += MINUTE
        await charger.start_session()
        await until(lambda: charger.offered_a() == 10)


async def test_a_pause_for_want_of_a_stop_outlives_a_restart(bench: Bench) -> None:
    async with bench.in_session() as charger:
        charger.statuses["RemoteStopTransaction"] = "Rejected"
        await stop(bench.station, 1)
        memory = bench.station.memory
        bench.system.release("CP1")
        bench.system.adopt("CP1", memory=memory)
        charger.connectors[1].profiles.clear()
        transaction_id = charger.connectors[1].transaction_id
    async with bench.connect() as charger:
        charger.connectors[1].transaction_id = transaction_id
        charger.connectors[1].status = ChargePointStatus.charging
        await until(lambda: charger.connectors[1].profiles)
        bench.clock.ahead += timedelta(seconds=1)
        assert charger.offered_a() == 0


async def test_nothing_is_forced_unless_the_owner_allows_it(bench: Bench) -> None:
    async with bench.in_session() as charger:
        charger.statuses["RemoteStopTransaction"] = "Rejected"
        charger.refuse_profile = lambda _: True
        with pytest.raises(StopFailedError, match="SetChargingProfile"):
            await stop(bench.station, 1)
        assert not {"UnlockConnector", "Reset"} & set(charger.received_names)


@pytest.mark.parametrize(
    ("last_resort", "action", "outcome"),
    [
        (LastResort.UNLOCK, "UnlockConnector", Outcome.UNLOCKED),
        (LastResort.RESET, "Reset", Outcome.RESET),
    ],
)
async def test_the_owner_may_allow_force(
    bench: Bench, last_resort: LastResort, action: str, outcome: Outcome
) -> None:
    async with bench.in_session() as charger:
        bench.station.configure(StationSettings(last_resort=last_resort))
        charger.statuses["RemoteStopTransaction"] = "Rejected"
        charger.refuse_profile = lambda _: True
        stopped = await stop(bench.station, 1)
        assert stopped.outcome is outcome
        assert charger.received_names[-1] == action
