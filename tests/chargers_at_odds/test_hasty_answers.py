"""Sessions of a charger that does not notice what it is answered at once."""

import asyncio
from dataclasses import replace
from typing import Any

from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.events import Event, MemoryChanged
from custom_components.ocpp.csms.learned.delay import LearnedDelay
from custom_components.ocpp.csms.limits.findings import Finding
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.csms.raw_charger import RawCharger, accepting, raw_charger
from tests.timers import Timers
from tests.waiting import until


def _start(number: int) -> dict[str, Any]:
    moment = f"2026-06-01T12:{number:02}:00Z"
    return {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": moment}


async def _starts_unnoticed(charger: RawCharger, number: int) -> None:
    """Start a session twice, since the answer goes unnoticed."""
    first = await charger.call("StartTransaction", _start(number))
    second = await charger.call("StartTransaction", _start(number))
    assert first[2]["transactionId"] == second[2]["transactionId"]
    stop = {"transactionId": second[2]["transactionId"], "meterStop": 0}
    await charger.call("StopTransaction", stop)


def _delay_s(charger: RawCharger) -> float:
    return charger.station.capabilities.answer_delay_s


async def test_a_charger_that_repeats_what_was_answered_is_answered_later(
    timers: Timers,
) -> None:
    async with accepting() as system, raw_charger(system) as charger:
        for number in range(3):
            assert _delay_s(charger) == 0
            await _starts_unnoticed(charger, number)
        await until(lambda: _delay_s(charger) == 1)
        call = asyncio.create_task(charger.call("StartTransaction", _start(9)))
        await until(lambda: charger.snapshot.evse(1).running_transaction is not None)
        assert not call.done()
        timers.elapse(1.0)
        assert (await call)[0] == 3
        charger.station.configure(StationSettings(traits=Traits()))
        assert _delay_s(charger) == 1
        memory = charger.station.memory
        assert memory.learned_delay.waits is not None
        charger.station.forget_learned()
        assert _delay_s(charger) == 0


async def test_a_charger_that_repeats_everything_is_not_stored_each_time() -> None:
    async with raw_charger() as charger:
        await charger.call("Heartbeat", {})
        # It was tried already, and of no use.
        useless = LearnedDelay(useless=Finding(charger.station.now))
        charger.station.conclude(replace(charger.station.learned, delay=useless))
        stored: list[Event] = []
        charger.station.subscribe_all_events(stored.append)
        for number in range(10):
            await _starts_unnoticed(charger, number)
        await charger.call("Heartbeat", {})
        assert [event for event in stored if isinstance(event, MemoryChanged)] == []
        assert charger.station.memory.learned_delay == useless


async def test_a_charger_that_repeats_nothing_is_answered_at_once() -> None:
    async with raw_charger() as charger:
        for number in range(6):
            answer = await charger.call("StartTransaction", _start(number))
            stop = {"transactionId": answer[2]["transactionId"], "meterStop": 0}
            await charger.call("StopTransaction", stop)
        assert _delay_s(charger) == 0
        assert charger.station.memory.learned_delay.signs == 0
