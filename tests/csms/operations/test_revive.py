"""Chargers that are alive and answer nothing any more, over a real socket."""

import asyncio

import pytest

from custom_components.ocpp.csms.errors import CallTimeoutError, NotConnectedError
from custom_components.ocpp.csms.model import Limit
from custom_components.ocpp.csms.operations.revive import FIRST_INTERVAL
from tests.csms.bench import Bench
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until

ALL = {
    "ChangeConfiguration",
    "ClearChargingProfile",
    "GetCompositeSchedule",
    "GetConfiguration",
    "SetChargingProfile",
    "TriggerMessage",
}


async def _goes_mute(bench: Bench, charger: SimulatedCharger) -> None:
    """Have the charger answer nothing any more, until its connection is cut."""
    charger.unanswered |= ALL
    with pytest.raises((CallTimeoutError, NotConnectedError)):
        await _limited(bench, charger)


async def _limited(bench: Bench, charger: SimulatedCharger) -> None:
    setting = asyncio.create_task(bench.station.limits.set(1, Limit(10)))
    await bench.ignored(charger, setting.done)
    await setting


async def test_a_charger_that_answers_nothing_is_cut_so_that_it_connects_anew(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        await _goes_mute(bench, charger)
        await bench.ignored(charger, lambda: not bench.station.connected)
        assert bench.station.snapshot.is_mute
        # Having connected anew, it answers again.
        charger.unanswered.clear()
        async with reconnected(charger, bench.url):
            await charger.boot()
            await until(lambda: not bench.station.snapshot.is_mute)
            assert bench.station.connected


async def test_a_charger_that_stays_mute_is_cut_more_and_more_seldom(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        await _goes_mute(bench, charger)
        await bench.ignored(charger, lambda: not bench.station.connected)
        charger.received.clear()
        async with reconnected(charger, bench.url):
            await charger.boot()
            await bench.ignored(charger, lambda: len(charger.received) > 4)
            assert bench.station.connected
            assert bench.station.snapshot.is_mute
            bench.clock.ahead += FIRST_INTERVAL
            await bench.ignored(charger, lambda: not bench.station.connected)


async def test_a_charger_that_does_not_know_one_call_is_not_mute(bench: Bench) -> None:
    async with bench.in_session() as charger:
        charger.unanswered.add("SetChargingProfile")
        with pytest.raises(CallTimeoutError):
            await _limited(bench, charger)
        await charger.wait_for("GetConfiguration")
        await bench.housekeeping(charger)
        assert bench.station.connected
        assert not bench.station.snapshot.is_mute
