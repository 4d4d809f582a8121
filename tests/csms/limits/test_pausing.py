"""Pauses, and chargers that cannot pause, over a real socket."""

import asyncio

import pytest

from custom_components.ocpp.csms.devices.capabilities import PauseBy
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import Limit, StoppedForPause
from tests.csms.bench import MINUTE, Bench
from tests.simulator.charger import ChargePointStatus
from tests.waiting import until

TEN, PAUSE = Limit(10), Limit(0)


async def test_a_charger_that_cannot_pause_keeps_its_least_current(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(pause_by=PauseBy.LEAST_CURRENT, minimum_current_a=7.0)
        in_force = await bench.station.limits.set(1, PAUSE)
        assert in_force is not None
        assert charger.offered_a() == in_force.limit.current_a == 7
        assert not bench.station.limits.pending


async def test_a_charger_that_cannot_pause_has_its_session_stopped_and_started(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(pause_by=PauseBy.STOP_TRANSACTION)
        first = charger.connectors[1].transaction_id
        assert await bench.station.limits.set(1, PAUSE) is None
        await until(lambda: charger.connectors[1].transaction_id is None)
        assert bench.station.memory.evses[1].stopped_for_pause == StoppedForPause(
            str(first), "TAG"
        )
        # It stays so, and nothing more is sent than what lies beneath all limits.
        await bench.station.limits.uphold()
        charger.received.clear()
        await bench.station.limits.uphold()
        assert charger.received == []
        bench.clock.ahead += MINUTE
        await bench.station.limits.set(1, TEN)
        await until(lambda: charger.connectors[1].transaction_id is not None)
        started = await charger.wait_for("RemoteStartTransaction")
        assert started == {"id_tag": "TAG", "connector_id": 1}
        await until(lambda: charger.offered_a() == 10)
        assert bench.station.snapshot.evse(1).stopped_for_pause is None


async def test_a_charger_that_starts_by_itself_is_put_out_of_service_for_a_pause(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(pause_by=PauseBy.INOPERATIVE)
        await bench.station.limits.set(1, PAUSE)
        assert charger.received_names[-2:] == [
            "ChangeAvailability",
            "RemoteStopTransaction",
        ]
        await until(lambda: charger.connectors[1].transaction_id is None)
        await charger.change_status(ChargePointStatus.unavailable)
        assert bench.station.snapshot.evse(1).stopped_for_pause is not None
        charger.received.clear()
        await bench.station.limits.set(1, TEN)
        assert charger.received_names[-2:] == [
            "ChangeAvailability",
            "RemoteStartTransaction",
        ]
        await until(lambda: charger.connectors[1].transaction_id is not None)


async def test_a_charger_that_refuses_to_leave_service_has_its_session_stopped_alone(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(pause_by=PauseBy.INOPERATIVE, change_availability=False)
        await bench.station.limits.set(1, PAUSE)
        assert charger.received_names[-1:] == ["RemoteStopTransaction"]
        await until(lambda: charger.connectors[1].transaction_id is None)
        await bench.station.limits.set(1, TEN)
        await until(lambda: charger.connectors[1].transaction_id is not None)
        assert "ChangeAvailability" not in charger.received_names


async def test_a_session_that_was_stopped_for_a_pause_is_forgotten_when_the_car_leaves(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(pause_by=PauseBy.STOP_TRANSACTION)
        await bench.station.limits.set(1, PAUSE)
        await until(
            lambda: bench.station.snapshot.evse(1).status is ConnectorStatus.FINISHING
        )
        await charger.unplug()
        await until(lambda: bench.station.snapshot.evse(1).stopped_for_pause is None)
        charger.received.clear()
        await bench.station.limits.set(1, TEN)
        assert "RemoteStartTransaction" not in charger.received_names


async def test_a_session_that_cannot_be_resumed_is_tried_again_later(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(pause_by=PauseBy.STOP_TRANSACTION)
        await bench.station.limits.set(1, PAUSE)
        await until(lambda: charger.connectors[1].transaction_id is None)
        car, charger.connectors[1].car = charger.connectors[1].car, None
        with pytest.raises(RejectedError):
            await bench.station.limits.set(1, TEN)
        assert not bench.station.limits.pending
        charger.connectors[1].car = car
        bench.clock.ahead += 2 * MINUTE
        await until(lambda: charger.connectors[1].transaction_id is not None)


async def test_a_charger_that_takes_no_limits_is_paused_by_stopping_its_session(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(purposes=(), pause_by=PauseBy.STOP_TRANSACTION)
        await bench.station.limits.set(1, PAUSE)
        await until(lambda: charger.connectors[1].transaction_id is None)
        await bench.station.limits.set(1, TEN)
        await until(lambda: charger.connectors[1].transaction_id is not None)
    assert "SetChargingProfile" not in charger.received_names


async def test_the_limit_after_a_pause_is_repeated_where_chargers_forget_the_first(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(repeat_after_pause=True)
        for limit in (TEN, PAUSE, TEN, Limit(12)):
            await bench.station.limits.set(1, limit)
        told = [
            limit_a
            for _, purpose, limit_a in charger.received_limits
            if purpose == "TxProfile"
        ]
    assert told == [10, 0, 10, 10, 12]


async def test_a_session_that_cannot_be_stopped_is_left_alone_for_a_while(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        quiet_bench.configure(pause_by=PauseBy.STOP_TRANSACTION)
        charger.statuses["RemoteStopTransaction"] = "Rejected"
        limits = quiet_bench.station.limits
        with pytest.raises(RejectedError):
            await limits.set(1, PAUSE)
        assert not limits.pending
        quiet_bench.clock.ahead += 2 * MINUTE
        assert limits.pending


async def test_a_session_is_resumed_once(quiet_bench: Bench) -> None:
    async with quiet_bench.in_session() as charger:
        quiet_bench.configure(pause_by=PauseBy.STOP_TRANSACTION)
        limits = quiet_bench.station.limits
        await limits.set(1, PAUSE)
        await until(lambda: charger.connectors[1].transaction_id is None)
        car, charger.connectors[1].car = charger.connectors[1].car, None
        with pytest.raises(RejectedError):
            await limits.set(1, TEN)
        charger.connectors[1].car = car
        charger.received.clear()
        quiet_bench.clock.ahead += 2 * MINUTE
        await asyncio.gather(limits.uphold(), limits.uphold())
        assert charger.received_names.count("RemoteStartTransaction") == 1
