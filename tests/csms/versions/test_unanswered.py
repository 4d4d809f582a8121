"""Messages that are not answered, over a socket."""

from custom_components.ocpp.csms.events import DataReceived, Event
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.bench import Bench
from tests.waiting import until

from .stub import stub_charger

STREAM: Payload = {
    "id": 3,
    "pending": 0,
    "basetime": "2026-06-01T12:00:00Z",
    "data": [{"t": 0, "v": "1"}],
}


async def test_what_is_sent_without_awaiting_an_answer_arrives(
    stub_bench: Bench,
) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        events: list[Event] = []
        stub_bench.station.subscribe_events(events.append)
        await charger.send_frame([6, "a", "NotifyPeriodicEventStream", STREAM])
        await until(lambda: events)
        assert events == [DataReceived("CP1", "stream", "3", "0", True)]
        # An answer would have come before that to a later message.
        await charger.call("Heartbeat", {})
        assert charger.frames == []
        assert stub_bench.station.faults.none_of_its_own


async def test_a_charger_that_refuses_an_answer_is_noted(stub_bench: Bench) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        await charger.send_frame([5, "a", "FormatViolation", "no time", {}])
        await charger.call("Heartbeat", {})
        faults = stub_bench.station.faults
        assert faults[Fault.REFUSED_ANSWER] == 1
        assert faults.examples[Fault.REFUSED_ANSWER] == ["FormatViolation"]
