"""One connection: calls in both directions, and everything that can be malformed."""

import asyncio
from collections import Counter
from dataclasses import replace
import json
from typing import Any, override

import pytest

from custom_components.ocpp.csms.connections.connection import Connection
from custom_components.ocpp.csms.errors import (
    CallFailedError,
    CallTimeoutError,
    InvalidCallError,
    NotConnectedError,
)
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.ocppj.schemas.mending import UnusableError
from custom_components.ocpp.csms.ocppj.violations import (
    DEFECT_AGAIN_AFTER_S,
    Fault,
    Faults,
)
from custom_components.ocpp.csms.versions import Version
from custom_components.ocpp.csms.versions.v16 import VERSION

from .raw_charger import raw_charger
from .versions.stub import STUB

START = {
    "connectorId": 1,
    "idTag": "TAG",
    "meterStart": 0,
    "timestamp": "2026-06-01T12:00:00Z",
}


class Wire:
    """A connection whose other end is this test."""

    def __init__(self, version: Version = VERSION) -> None:
        """Open it."""
        self.sent: asyncio.Queue[list[Any]] = asyncio.Queue()
        self.handled: list[tuple[str, Payload]] = []
        self.faults = Faults()
        self.connection = Connection(
            "CP1", version, self._handle, self._send, self.faults
        )

    def _handle(self, action: str, payload: Payload) -> Payload:
        self.handled.append((action, payload))
        if action == "DataTransfer":
            raise RuntimeError("a defect")
        if action == "Authorize":
            raise UnusableError("too much")
        return {"number": len(self.handled)}

    async def _send(self, text: str) -> None:
        self.sent.put_nowait(json.loads(text))

    def receive(self, frame: object) -> Any:
        """Deliver a frame and return the answer to it."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        answers = self.connection.receive(text)
        return json.loads(answers[0]) if answers else None

    async def answer(self, payload: object) -> None:
        """Answer the call that was sent last."""
        call = await self.sent.get()
        assert self.receive([3, call[1], payload]) is None


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_a_call_is_answered(wire: Wire) -> None:
    assert wire.receive([2, "a", "Heartbeat", {}]) == [3, "a", {"number": 1}]
    assert wire.handled == [("Heartbeat", {})]
    assert wire.faults == Counter()


@pytest.mark.parametrize(
    ("frame", "code", "fault"),
    [
        ("nonsense", "FormationViolation", Fault.MALFORMED_FRAME),
        ({"no": "list"}, "FormationViolation", Fault.MALFORMED_FRAME),
        ([2, "a", "Dance", {}], "NotImplemented", Fault.UNKNOWN_ACTION),
        ([2, "a", "Reset", {"type": "Soft"}], "NotSupported", Fault.UNKNOWN_ACTION),
        (
            [2, "a", "Authorize", {"idTag": "T"}],
            "PropertyConstraintViolation",
            Fault.UNUSABLE_PAYLOAD,
        ),
    ],
)
def test_what_is_wrong_gets_the_right_call_error(
    wire: Wire, frame: object, code: str, fault: Fault
) -> None:
    answer = wire.receive(frame)
    assert answer[0] == 4
    assert answer[2] == code
    assert answer[3]
    assert wire.faults == Counter({fault: 1})
    assert wire.receive([2, "b", "Heartbeat", {}])[0] == 3


def test_an_unknown_message_type_is_ignored(wire: Wire) -> None:
    assert wire.receive([9, "a"]) is None
    assert wire.faults == Counter({Fault.UNKNOWN_MESSAGE_TYPE: 1})


STREAM = {"id": 1, "pending": 0, "basetime": "2026-06-01T12:00:00Z", "data": []}


@pytest.mark.parametrize(
    ("frame", "faults"),
    [
        ([6, "a", "NotifyPeriodicEventStream", STREAM], {Fault.SCHEMA_VIOLATION: 1}),
        ([6, "a", "NotifyPeriodicEventStream", {}], {Fault.SCHEMA_VIOLATION: 4}),
        ([6, "a", "Heartbeat", {}], {Fault.UNKNOWN_ACTION: 1}),
        ([6, "a", "Dance", {}], {Fault.UNKNOWN_ACTION: 1}),
        ([6, "a"], {Fault.MALFORMED_FRAME: 1}),
        ([5, "a", "FormatViolation", "no", {}], {Fault.REFUSED_ANSWER: 1}),
    ],
)
def test_what_must_not_be_answered_is_not(
    frame: list[Any], faults: dict[Fault, int]
) -> None:
    wire = Wire(STUB)
    assert wire.receive(frame) is None
    assert wire.faults == Counter(faults)
    taken_in = Fault.SCHEMA_VIOLATION in faults
    assert wire.handled == ([(frame[2], frame[3])] if taken_in else [])


def test_a_message_that_is_not_answered_is_no_call() -> None:
    answer = Wire(STUB).receive([2, "a", "NotifyPeriodicEventStream", STREAM])
    assert answer[:3] == [4, "a", "NotSupported"]


@pytest.mark.parametrize("frame", [[5, "a", "FormatViolation", "no", {}], [6, "a"]])
def test_version_1_6_knows_neither_sends_nor_errors_of_results(
    wire: Wire, frame: list[Any]
) -> None:
    assert wire.receive(frame) is None
    assert wire.faults == Counter({Fault.UNKNOWN_MESSAGE_TYPE: 1})


@pytest.mark.parametrize(("version", "is_told"), [(STUB, True), (VERSION, False)])
async def test_a_charger_is_told_of_an_unusable_answer_where_there_is_a_message_for_it(
    version: Version, is_told: bool
) -> None:
    wire = Wire(version)
    answer = asyncio.create_task(wire.connection.call("ClearCache", {}))
    sent = await wire.sent.get()
    wire.receive([3, sent[1], {}])
    assert await answer == {}
    assert wire.faults == Counter({Fault.UNUSABLE_PAYLOAD: 1})
    told = [wire.sent.get_nowait() for _ in range(wire.sent.qsize())]
    code = "OccurenceConstraintViolation"
    assert [item[:3] for item in told] == ([[5, sent[1], code]] if is_told else [])


def test_a_defect_of_ours_costs_nobody_the_connection(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    assert (
        wire.receive([2, "a", "DataTransfer", {"vendorId": "x"}])[2] == "InternalError"
    )
    assert "a defect" in caplog.text
    assert wire.receive([2, "b", "Heartbeat", {}])[0] == 3


def test_a_defect_is_logged_once_however_often_it_shows(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(50):
        wire.receive([2, f"{number}", "DataTransfer", {"vendorId": "x"}])
    assert wire.faults == Counter({Fault.DEFECT_HERE: 50})
    assert wire.faults.none_of_its_own
    assert caplog.text.count("could not be handled: RuntimeError") == 1


def test_a_defect_is_logged_again_after_some_time() -> None:
    faults = Faults()
    assert [
        faults.is_news_of_defect("a", now_s)
        for now_s in (0.0, 1.0, DEFECT_AGAIN_AFTER_S, DEFECT_AGAIN_AFTER_S + 1.0)
    ] == [True, False, True, False]
    news = [faults.is_news_of_defect(f"{number}", 0.0) for number in range(100)]
    assert sum(news) < 20


class _Faulty(frozenset[str]):
    """A set that nobody can look into."""

    @override
    def __contains__(self, item: object) -> bool:
        raise RuntimeError("a defect")


def test_a_defect_in_the_reading_of_a_frame_is_answered() -> None:
    disclosure = replace(VERSION.disclosure, actions=_Faulty())
    wire = Wire(replace(VERSION, disclosure=disclosure))
    answer = wire.receive([2, "a", "Dance", {}])
    assert answer == [4, "a", "InternalError", "", {}]
    assert wire.receive('[[2,"b","Dance",{}],[2,"c","Dance",{}]]') is None
    assert wire.faults[Fault.DEFECT_HERE] == 2
    assert wire.receive([2, "d", "Heartbeat", {}])[0] == 3


async def test_an_observer_with_a_defect_does_not_end_the_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = "a secret".upper()

    def observe(_: object) -> None:
        raise RuntimeError(told)

    async with raw_charger() as charger:
        await charger.call("Heartbeat", {})
        charger.station.subscribe_events(observe)
        for _ in range(3):
            answer = await charger.call("DataTransfer", {"vendorId": "x"})
            assert answer[0] == 3
        assert (await charger.call("Heartbeat", {}))[0] == 3
        assert charger.faults[Fault.DEFECT_HERE] == 3
        assert charger.station.connected
    assert caplog.text.count("could not be handled: RuntimeError") == 1
    assert told not in caplog.text


def test_the_same_fault_is_logged_once(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(50):
        wire.receive([2, f"{number}", "Dance", {}])
    assert wire.faults[Fault.UNKNOWN_ACTION] == 50
    assert caplog.text.count("Dance") == 1


def test_many_different_faults_do_not_flood_the_log(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(500):
        wire.receive([2, f"{number}", f"Dance{number}", {}])
    assert len(caplog.records) < 50


def test_a_repeated_start_is_not_done_twice(wire: Wire) -> None:
    first = wire.receive([2, "a", "StartTransaction", START])
    assert wire.receive([2, "a", "StartTransaction", START]) == first
    assert len(wire.handled) == 1
    assert wire.faults[Fault.DUPLICATE_MESSAGE_ID] == 1


def test_a_message_id_that_is_used_for_something_else_loses_nothing(wire: Wire) -> None:
    wire.receive([2, "1", "StartTransaction", START])
    wire.receive([2, "1", "StartTransaction", {**START, "connectorId": 2}])
    wire.receive([2, "1", "Heartbeat", {}])
    wire.receive([2, "1", "Heartbeat", {}])
    assert [action for action, _ in wire.handled] == ["StartTransaction"] * 2 + [
        "Heartbeat"
    ] * 2
    assert wire.faults[Fault.DUPLICATE_MESSAGE_ID] == 3


async def test_our_call_gets_its_answer(wire: Wire) -> None:
    call = asyncio.create_task(wire.connection.call("Reset", {"type": "Soft"}))
    await wire.answer({"status": "Accepted"})
    assert await call == {"status": "Accepted"}


async def test_only_one_call_is_outstanding(wire: Wire) -> None:
    first = asyncio.create_task(wire.connection.call("Reset", {"type": "Soft"}))
    second = asyncio.create_task(wire.connection.call("ClearCache", {}))
    sent = await wire.sent.get()
    assert sent[2] == "Reset"
    await asyncio.sleep(0)
    assert wire.sent.empty()
    wire.receive([3, sent[1], {"status": "Accepted"}])
    assert await first == {"status": "Accepted"}
    await wire.answer({"status": "Rejected"})
    assert await second == {"status": "Rejected"}


async def test_what_the_schema_forbids_is_not_sent(wire: Wire) -> None:
    with pytest.raises(InvalidCallError, match="type"):
        await wire.connection.call("Reset", {"type": "Gently"})
    with pytest.raises(InvalidCallError, match="no such message"):
        await wire.connection.call("Dance", {})
    assert wire.sent.empty()


async def test_a_call_error_is_raised_in_the_chargers_words(wire: Wire) -> None:
    call = asyncio.create_task(wire.connection.call("Reset", {"type": "Soft"}))
    sent = await wire.sent.get()
    wire.receive([4, sent[1], "NotSupported", "never", {}])
    with pytest.raises(CallFailedError, match="NotSupported") as caught:
        await call
    assert caught.value.description == "never"


async def test_a_call_error_repeats_nothing_that_was_sent(wire: Wire) -> None:
    secret: Payload = {"key": "WiFiPassword", "value": "s3cret"}
    call = asyncio.create_task(wire.connection.call("ChangeConfiguration", secret))
    sent = await wire.sent.get()
    told = "s3cret is too short, see http://example.org/?pin=1234"
    wire.receive([4, sent[1], "PropertyConstraintViolation", told, secret])
    with pytest.raises(CallFailedError) as caught:
        await call
    described = caught.value.description
    assert described == "**REDACTED** is too short, see **REDACTED**"
    assert "short" not in str(caught.value)


async def test_silence_ends_in_a_time_out_and_a_late_answer_is_dropped(
    wire: Wire,
) -> None:
    with pytest.raises(CallTimeoutError):
        await wire.connection.call("Reset", {"type": "Soft"}, timeout_s=0.01)
    sent = await wire.sent.get()
    assert wire.receive([3, sent[1], {"status": "Accepted"}]) is None
    assert wire.faults == Counter({Fault.NO_ANSWER: 1, Fault.LATE_ANSWER: 1})
    again = asyncio.create_task(wire.connection.call("Reset", {"type": "Hard"}))
    await wire.answer({"status": "Accepted"})
    assert await again == {"status": "Accepted"}


async def test_a_charger_that_answers_late_is_waited_for_longer(wire: Wire) -> None:
    for timeout_s in (0.01, 0.02, 0.04, 0.04):
        with pytest.raises(CallTimeoutError) as error:
            await wire.connection.call("Reset", {"type": "Soft"}, timeout_s=0.01)
        assert error.value.timeout_s == timeout_s
        sent = await wire.sent.get()
        wire.receive([3, sent[1], {"status": "Accepted"}])


async def test_answers_to_calls_never_made_are_dropped(wire: Wire) -> None:
    assert wire.receive([3, "x", {}]) is None
    assert wire.receive([4, "x", "InternalError", "", {}]) is None
    assert wire.faults == Counter({Fault.LATE_ANSWER: 2})


async def test_an_answer_that_breaks_the_schema_is_read_as_far_as_it_goes(
    wire: Wire,
) -> None:
    call = asyncio.create_task(wire.connection.call("GetConfiguration", {}))
    key = {"key": "A", "readonly": "true", "value": 5}
    await wire.answer({"configurationKey": [key, {"value": "B"}], "more": 1})
    assert await call == {
        "configurationKey": [{"key": "A", "readonly": True, "value": "5"}],
        "more": 1,
    }
    assert wire.faults[Fault.SCHEMA_VIOLATION] > 0


async def test_an_empty_answer_is_no_consent(wire: Wire) -> None:
    call = asyncio.create_task(wire.connection.call("Reset", {"type": "Soft"}))
    await wire.answer({})
    assert await call == {}
    assert wire.faults == Counter({Fault.UNUSABLE_PAYLOAD: 1})


async def test_the_end_of_the_connection_ends_all_calls(wire: Wire) -> None:
    calls = [
        asyncio.create_task(wire.connection.call("ClearCache", {})) for _ in range(3)
    ]
    await wire.sent.get()
    wire.connection.close()
    for call in calls:
        with pytest.raises(NotConnectedError):
            await call
    with pytest.raises(NotConnectedError):
        await wire.connection.call("ClearCache", {})


async def test_a_call_that_is_given_up_makes_way(wire: Wire) -> None:
    call = asyncio.create_task(wire.connection.call("ClearCache", {}))
    await wire.sent.get()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    again = asyncio.create_task(wire.connection.call("ClearCache", {}))
    await wire.answer({"status": "Accepted"})
    assert await again == {"status": "Accepted"}
