"""Frames that a strict reader refuses are read where they leave no doubt, over a socket."""

from collections.abc import AsyncIterator
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.ocppj.framing import MalformedFrameError
from custom_components.ocpp.csms.ocppj.reading import read
from custom_components.ocpp.csms.ocppj.tolerant import MAX_LENGTH, values_in
from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.raw_charger import RawCharger, raw_charger

from .json_values import JSON

STATUS = (
    '[2,"a","StatusNotification",'
    '{"connectorId":1,"errorCode":"NoError","status":"Charging"%s}]'
)
SAMPLE = '{"value":"2300","measurand":"Power.Active.Import"%s}'
VALUES = (
    '[2,"a","MeterValues",{"connectorId":1,%s"meterValue":'
    '[{"timestamp":"2026-06-01T12:00:00Z","sampledValue":[%s]}]}]'
)


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


def _status(more: str = "") -> str:
    return STATUS % more


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(_status() + "\0", id="NUL behind"),
        pytest.param(_status() + "\0\0\0\0", id="NULs behind"),
        pytest.param(_status() + ",", id="comma behind"),
        pytest.param(_status() + "]", id="bracket behind"),
        pytest.param(_status() + "\x1a garbage \xff", id="garbage behind"),
        pytest.param("\ufeff" + _status(), id="byte order mark"),
        pytest.param(_status()[:-1] + ",]", id="comma before the end"),
        pytest.param(_status(","), id="comma before the brace"),
        pytest.param(_status(',"info":'), id="no value"),
        pytest.param(_status(',,"info":"x"'), id="two commas"),
        pytest.param(_status(',"info":NaN'), id="not a number"),
        pytest.param(_status(',"info":-Infinity'), id="infinity"),
        pytest.param(_status(',"info":nan'), id="nan"),
        pytest.param(_status(',"info":None'), id="None"),
        pytest.param(_status(',"info":007'), id="leading zeros"),
        pytest.param(_status(',"info":.5'), id="no digit before the point"),
        pytest.param(_status(',"info":1e999'), id="a number beyond all"),
        pytest.param(_status(',"info":"a\tb\nc"'), id="control characters"),
        pytest.param(_status(',"info":"a\0b"'), id="NUL in a text"),
        pytest.param(_status(r',"info":"C:\path"'), id="bad escape"),
        pytest.param(_status(r',"info":"\ud800"'), id="half a character"),
        pytest.param(_status(",info:1"), id="name without quotes"),
        pytest.param(_status(",1 : 2"), id="a number as a name"),
        pytest.param(_status().replace('"', "'"), id="single quotes"),
        pytest.param(
            _status(r""",'info':'a \"b\" c'"""), id="escaped quotes in single ones"
        ),
        pytest.param(_status(r""",'info':'the car\'s'"""), id="escaped single quotes"),
        pytest.param(
            _status(",info:9" + "\u0669" * 4300), id="digits of other scripts"
        ),
        pytest.param(f"[{_status()}]", id="in a list"),
        pytest.param(_status()[:-1], id="no bracket at the end"),
        pytest.param(_status()[:-2] + "]", id="no brace"),
        pytest.param(_status().replace('1,"err', '1 "err'), id="no comma"),
        pytest.param(_status().replace("[2,", "[2 "), id="no comma behind the type"),
        pytest.param(_status('/* a comment, */,"info":"x"//y\n'), id="comments"),
        pytest.param(_status(',"info":0x1F'), id="hexadecimal"),
        pytest.param(_status(',"timestamp":2026-06-01T12:00:00.5Z'), id="bare time"),
        pytest.param(_status(",unit:Power.Active.Import"), id="bare words with points"),
        pytest.param(_status().replace('"', '\\"'), id="escaped quotes"),
        pytest.param(json.dumps(_status()), id="JSON in JSON"),
        pytest.param(_status().encode("utf-16"), id="UTF-16 with a mark"),
        pytest.param(_status().encode("utf-16-le"), id="UTF-16, the low byte first"),
        pytest.param(_status().encode("utf-16-be"), id="UTF-16, the high byte first"),
        pytest.param(_status(',"info":"Störung"').encode("latin-1"), id="Latin-1"),
    ],
)
async def test_a_frame_that_leaves_no_doubt_is_read(
    charger: RawCharger, frame: str | bytes
) -> None:
    assert (await charger.answer_to(frame))[:2] == [3, "a"]
    assert charger.snapshot.evse(1).status == "Charging"
    assert charger.faults
    assert (await charger.call("Heartbeat", {}))[0] == 3


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(_status().replace("[2", '["2"'), id="type as a text"),
        pytest.param(_status()[:-1] + ",{}]", id="an element too many"),
        pytest.param(
            json.dumps([*json.loads(_status())[:3], _status()[28:-1]]),
            id="payload as JSON",
        ),
        pytest.param(
            _status().replace("{", "[{").replace("}", "}]"), id="payload in a list"
        ),
    ],
)
async def test_a_frame_of_an_odd_form_is_read(charger: RawCharger, frame: str) -> None:
    assert (await charger.answer_to(frame))[:2] == [3, "a"]
    assert charger.snapshot.evse(1).status == "Charging"


@pytest.mark.parametrize(
    "frame",
    [
        VALUES % ('"transactionId":,', SAMPLE % ""),
        VALUES % ("", SAMPLE % "" + ',{"value":NaN,"measurand":"Voltage"}'),
        VALUES % ("", SAMPLE % "" + ","),
    ],
)
async def test_the_values_around_a_mistake_are_taken(
    charger: RawCharger, frame: str
) -> None:
    assert (await charger.answer_to(frame))[:2] == [3, "a"]
    assert charger.snapshot.evse(1).meter.power_w == 2300
    assert charger.faults[Fault.MALFORMED_FRAME] == 1


@pytest.mark.parametrize("between", ["", "\n", ",", " \0"])
async def test_two_frames_in_one_message_are_both_answered(
    charger: RawCharger, between: str
) -> None:
    second = '[2,"b","Heartbeat",{}]'
    answers = await charger.answers_to(_status() + between + second, count=2)
    assert [answer[:2] for answer in answers] == [[3, "a"], [3, "b"]]
    assert charger.snapshot.evse(1).status == "Charging"


async def test_a_message_of_very_many_frames_is_answered_in_part(
    charger: RawCharger,
) -> None:
    frames = "".join(f'[2,"{number}","Heartbeat",{{}}]' for number in range(500))
    answers = await charger.answers_to(frames, count=10)
    assert [answer[1] for answer in answers] == [str(number) for number in range(10)]
    assert (await charger.call("Heartbeat", {}))[1] == "call 1"


@pytest.mark.parametrize("message_id", [12345, 0, -7, 1.5, 2**53, None])
async def test_the_message_id_comes_back_as_it_was(
    charger: RawCharger, message_id: Any
) -> None:
    frame = json.dumps([2, message_id, "Heartbeat", {}])
    answer = await charger.answer_to(frame)
    assert answer[0] == 3
    assert answer[1] == message_id
    assert type(answer[1]) is type(message_id)
    refused = await charger.answer_to(json.dumps([2, message_id, "Dance", {}]))
    assert refused[:2] == [4, message_id]


@pytest.mark.parametrize(
    ("frame", "message_id"),
    [
        ('[2,"a","MeterValues",{"transactionId":1,"meterStop":100', "a"),
        ('\ufeff [2, "a", "MeterValues", {"transactionId":1', "a"),
        ('[2,12,"Heartbeat",{', 12),
        ("nonsense", "-1"),
        ('[2,"a","MeterValues",{"transactionId":1,"reason":"Lo', "a"),
        ('[2,"a","MeterValues",{"transactionId":1,"reason":"Local"', "a"),
        ('[2,"a","MeterValues",{"transactionId":', "a"),
        ('[2,"a","Heartbeat",{"x":[2,"b","Heartbeat",{}]', "a"),
        ('[2,"a","Heartbeat",{"x":"the "best" one"}]', "a"),
        ('[2,"a","Heartbeat",{:1}]', "a"),
        ('[2,"a","Heartbeat",{[1]:2}]', "a"),
        ('[3,"a",{', "-1"),
    ],
)
async def test_a_frame_that_was_cut_off_is_refused_by_its_own_id(
    charger: RawCharger, frame: str, message_id: object
) -> None:
    assert (await charger.answer_to(frame))[:2] == [4, message_id]
    assert charger.faults[Fault.MALFORMED_FRAME] == 1


@pytest.mark.parametrize(
    "message_id", ["3f2504e0-4f89-11d3-9a0c-0305e82c3301", "12-7", "a.b", "x$1"]
)
async def test_a_message_id_without_quotes_comes_back(
    charger: RawCharger, message_id: str
) -> None:
    answer = await charger.answer_to(f'[2,{message_id},"Heartbeat",{{}}]')
    assert answer[:2] == [3, message_id]


@pytest.mark.parametrize("depth", [100, 250, 253, 300, 900, 5000])
async def test_a_frame_may_be_nested_however_deeply(
    charger: RawCharger, depth: int
) -> None:
    nested = "[" * depth + "]" * depth
    for frame in (f'[2,"a","Heartbeat",{{"x":{nested}}}]', f'[2,"a","{nested}'):
        assert (await charger.answer_to(frame))[1] in ("a", "-1")
    assert (await charger.call("Heartbeat", {}))[0] == 3


async def test_texts_in_latin_1_are_kept(charger: RawCharger) -> None:
    boot = {"chargePointVendor": "Müller", "chargePointModel": "Säule"}
    text = json.dumps([2, "a", "BootNotification", boot], ensure_ascii=False)
    await charger.answer_to(text.encode("latin-1"))
    info = charger.snapshot.info
    assert info is not None
    assert (info.vendor, info.model) == ("Müller", "Säule")


_PARTS = st.sampled_from(
    [
        *'[]{}:,"',
        "'",
        "\\",
        '\\"',
        "\\'",
        "\u0661",
        "\0",
        "\ufeff",
        "1",
        "-",
        ".5",
        "NaN",
        "true",
        " ",
        "ä",
    ]
)


@given(st.lists(_PARTS, max_size=60).map("".join) | st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(text: str | bytes) -> None:
    try:
        reading = read(text)
    except MalformedFrameError:
        return
    json.dumps(list(reading.values), allow_nan=False).encode()


@given(JSON)
def test_what_is_right_reads_the_same_a_second_time(value: Any) -> None:
    assert next(iter(values_in(json.dumps(value)))) == value


def test_a_text_that_is_too_long_is_not_read_again() -> None:
    assert not list(values_in("[" + " " * MAX_LENGTH + "]"))
