"""Sessions of chargers whose clocks, values and statuses are not what they seem."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime

from ocpp.v16 import call
import pytest

from custom_components.ocpp.csms.events import (
    Event,
    TransactionEnded,
    TransactionStarted,
)
from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.simulator.behaviour import Behaviour, Manners, Metering, Register, Sessions
from tests.simulator.charger import ChargePointStatus
from tests.simulator.haste import Clock
from tests.waiting import until

from .stage import STEP_S, Stage
from .truth import energy_is_exact, shown_and_true

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

NEVER_SET_S = (datetime(1970, 1, 1, tzinfo=UTC) - Clock().now).total_seconds()


def _behaviour(
    metering: Metering | None = None,
    sessions: Sessions | None = None,
    manners: Manners | None = None,
) -> Behaviour:
    return Behaviour(
        metering=metering or Metering(),
        sessions=sessions or Sessions(),
        manners=manners or Manners(),
    )


async def _dials_anew(at: Stage) -> None:
    connected_at = at.station.snapshot.connected_at
    at.clock.now = at.clock.now.replace(microsecond=1)
    await at.charger.hang_up()
    await until(
        lambda: (
            at.station.connected and at.station.snapshot.connected_at != connected_at
        )
    )
    await at.settled()


@pytest.mark.parametrize("register", [Register.SESSION, Register.LIFETIME])
@pytest.mark.parametrize("clock_ahead_s", [7200.0, NEVER_SET_S, -7200.0])
async def test_a_bad_clock_and_a_start_that_is_told_again(
    stage: OnStage, register: Register, clock_ahead_s: float
) -> None:
    behaviour = _behaviour(
        Metering(register=register), manners=Manners(clock_ahead_s=clock_ahead_s)
    )
    async with stage(behaviour) as at:
        events: list[Event] = []
        at.station.subscribe_events(events.append)
        connector = at.charger.connectors[1]
        start_wh = round(at.charger.start_register_wh(connector))
        told = call.StartTransaction(1, "TAG", start_wh, at.charger.shown_time())
        await at.begins()
        await at.limited(13)
        await at.lasts(120)
        shown_and_true(at)
        await _dials_anew(at)
        answer = await at.charger.call(told)
        assert int(answer.transaction_id) == connector.transaction_id
        await at.lasts(120)
        shown_and_true(at)
        energy_is_exact(at)
        await at.ends()
        shown_and_true(at)
        energy_is_exact(at)
        kinds = [type(event) for event in events]
        assert kinds.count(TransactionStarted) == 1
        assert kinds.count(TransactionEnded) == 1


async def test_values_that_close_a_session(stage: OnStage) -> None:
    async with stage(_behaviour(sessions=Sessions(closing_values=True))) as at:
        for current_a in (13, 9):
            await at.begins()
            await at.limited(current_a)
            await at.lasts(60)
            shown_and_true(at)
            charging = at.charger.metered(at.charger.samples())
            # The car is still drawing when the charger closes the session.
            await at.charger.change_status(ChargePointStatus.finishing)
            await at.charger.report([charging])
            car = at.charger.connectors[1].car
            await at.charger.stop_session()
            await at.charger.report([charging])
            at.charger.connectors[1].car = None
            await at.settled()
            shown_and_true(at)
            energy_is_exact(at)
            assert car is not None
            await at.charger.change_status(ChargePointStatus.available)
            await at.lasts(300)
            shown_and_true(at)
            # What its queue still holds comes after a new connection.
            await _dials_anew(at)
            await at.charger.report_status()
            await at.charger.report([charging])
            await at.settled()
            shown_and_true(at)
            energy_is_exact(at)


async def test_values_that_were_held_up_come_after_a_fresh_one(
    stage: OnStage,
) -> None:
    async with stage(_behaviour(Metering(periodic=False))) as at:
        await at.begins()
        await at.limited(16)
        queue = []
        for current_a in (16, 16, 6, 6, 10, 10):
            await at.limited(current_a)
            await at.lasts(STEP_S)
            queue.append(at.charger.metered(at.charger.samples()))
        await at.charger.meter()
        shown_and_true(at)
        for value in (*queue[::2], *queue[1::2]):
            await at.charger.report([value])
            shown_and_true(at)
        assert not at.station.faults[Fault.FALLING_REGISTER]
        await at.lasts(STEP_S)
        await at.charger.meter()
        energy_is_exact(at)
        await at.ends()
        energy_is_exact(at)


@pytest.mark.parametrize("by_phase", [True, False])
async def test_pieces_of_one_instant_in_several_messages(
    stage: OnStage, by_phase: bool
) -> None:
    async with stage(_behaviour(Metering(by_phase=by_phase, in_pieces=True))) as at:
        await at.begins()
        for current_a in (16, 8, 12):
            await at.limited(current_a)
            for _ in range(3):
                await at.lasts(STEP_S)
            shown_and_true(at)
            assert at.evse().meter.phases_in_use == 3
            energy_is_exact(at)
        await at.ends()
        shown_and_true(at)
        energy_is_exact(at)


async def test_a_register_in_kwh_that_is_called_wh(stage: OnStage) -> None:
    async with stage(_behaviour(Metering(register_factor=1e-3))) as at:
        for _ in range(2):
            await at.begins()
            await at.limited(16)
            await at.lasts(120)
            energy_is_exact(at)
            await at.ends()
            energy_is_exact(at)
        assert at.station.faults[Fault.WRONG_UNIT] == 1


async def test_a_pause_that_is_repeated_while_the_car_charges(stage: OnStage) -> None:
    manners = Manners(status_in_session="SuspendedEVSE")
    async with stage(_behaviour(manners=manners)) as at:
        await at.begins()
        await at.limited(10)
        await at.lasts(60)
        for _ in range(5):
            await at.lasts(STEP_S)
            await at.charger.report_status()
            shown_and_true(at)
        assert at.drawn_a() > 9
        await at.ends()
        shown_and_true(at)
        energy_is_exact(at)


async def test_all_of_it_at_once(stage: OnStage) -> None:
    """A clock that is two hours slow, pieces, closing values, a register of the session, and repeated pauses."""
    behaviour = _behaviour(
        Metering(register=Register.SESSION, by_phase=True, in_pieces=True),
        Sessions(closing_values=True),
        Manners(clock_ahead_s=-7200.0, status_in_session="SuspendedEVSE"),
    )
    async with stage(replace(behaviour, max_current_a=32.0)) as at:
        for _ in range(2):
            await at.begins()
            await at.limited(11)
            await at.lasts(90)
            await at.charger.report_status()
            shown_and_true(at)
            energy_is_exact(at)
            await at.ends()
            shown_and_true(at)
            energy_is_exact(at)
