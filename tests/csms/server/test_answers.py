"""Chargers that must not be answered too soon."""

import asyncio
import json
from typing import Any

from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.devices.station_info import StationInfo
from custom_components.ocpp.csms.devices.vendor_files import load
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.csms.raw_charger import RawCharger, accepting, raw_charger
from tests.timers import Timers
from tests.waiting import until

START = {
    "connectorId": 1,
    "idTag": "TAG",
    "meterStart": 0,
    "timestamp": "2026-06-01T12:00:00Z",
}


def _wait(charger: RawCharger, delay_s: float) -> None:
    traits = Traits.of(answer_delay_s=delay_s)
    charger.station.configure(StationSettings(traits=traits))


async def _send(charger: RawCharger, *calls: tuple[str, Any]) -> None:
    for number, (action, payload) in enumerate(calls):
        await charger.socket.send(json.dumps([2, str(number), action, payload]))


async def test_answers_wait_and_stay_in_order(timers: Timers) -> None:
    async with accepting() as system, raw_charger(system) as charger:
        # Longer than any charger needs, so that nothing depends on the speed of the machine.
        _wait(charger, 30.0)
        await _send(charger, ("StartTransaction", START), ("Heartbeat", {}))
        # What it calls is taken in, and what others call is answered, meanwhile.
        await until(lambda: charger.snapshot.evse(1).running_transaction is not None)
        async with raw_charger(system, "CP2") as other:
            assert (await other.call("Heartbeat", {}))[0] == 3
        reading = asyncio.create_task(charger.next_answer())
        await asyncio.sleep(0)
        assert not reading.done()
        timers.elapse(30.0)
        first, second = await reading, await charger.next_answer()
        assert [first[:2], second[:2]] == [[3, "0"], [3, "1"]]
        _wait(charger, 0.0)
        assert (await charger.call("Heartbeat", {}))[0] == 3


async def test_more_calls_than_can_wait_are_answered_in_the_end(timers: Timers) -> None:
    async with raw_charger() as charger:
        _wait(charger, 0.1)
        await _send(charger, *[("Heartbeat", {})] * 50)
        answers = [(await charger.next_answer())[1] for _ in range(50)]
        assert answers == [str(number) for number in range(50)]


def test_a_make_that_fails_when_it_is_answered_at_once_is_known() -> None:
    known = load().recognise(StationInfo("Free2move eSolutions", "eProWallbox"))
    assert known is not None
    assert known.traits.known["answer_delay_s"] == 1
