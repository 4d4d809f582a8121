"""OCPP-J frames."""

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.ocpp.csms.ocppj.framing import (
    ALL_MESSAGE_TYPES,
    CALLS_AND_ANSWERS,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MalformedFrameError,
    MessageType,
    Send,
    UnknownMessageTypeError,
    encode,
)
from custom_components.ocpp.csms.ocppj.odd_frames import understand
from custom_components.ocpp.csms.ocppj.reading import read

from .json_values import JSON

PAYLOAD = st.dictionaries(st.text(max_size=8), JSON, max_size=4)
TEXT = st.text(max_size=36)
FRAMES = st.one_of(
    st.builds(Call, TEXT, TEXT, PAYLOAD),
    st.builds(CallResult, TEXT, PAYLOAD),
    st.builds(CallError, TEXT, TEXT, TEXT, PAYLOAD),
    st.builds(CallResultError, TEXT, TEXT, TEXT, PAYLOAD),
    st.builds(Send, TEXT, TEXT, PAYLOAD),
)


def decode(
    text: str | bytes, known: frozenset[MessageType] = CALLS_AND_ANSWERS
) -> Frame:
    """Return the only frame in a text."""
    (value,) = read(text).values
    return understand(value, known).frame


@given(FRAMES)
def test_a_frame_survives_the_wire(frame: Frame) -> None:
    assert decode(encode(frame), ALL_MESSAGE_TYPES) == frame


def _outcome(text: str | bytes) -> Frame | str:
    try:
        return understand(read(text).values[0], ALL_MESSAGE_TYPES).frame
    except (MalformedFrameError, UnknownMessageTypeError) as err:
        return str(err)


@given(JSON.map(orjson.dumps) | st.text() | st.binary())
def test_anything_is_a_frame_or_a_clear_error(text: str | bytes) -> None:
    assert _outcome(text)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('[2,"1","Heartbeat"]', Call("1", "Heartbeat", {})),
        ('[2,"1","Heartbeat",null]', Call("1", "Heartbeat", {})),
        ('[2,"1","Heartbeat",[]]', Call("1", "Heartbeat", {})),
        ('[2,7,"Heartbeat",{}]', Call(7, "Heartbeat", {})),
        ('[2,null,"Heartbeat",{}]', Call(None, "Heartbeat", {})),
        ('["2","1","Heartbeat",{}]', Call("1", "Heartbeat", {})),
        ('[2,"1","Heartbeat",{},{}]', Call("1", "Heartbeat", {})),
        ('[3,"1",{},{}]', CallResult("1", {})),
        ('[3,"1"]', CallResult("1", {})),
        ('[4,"1","InternalError"]', CallError("1", "InternalError")),
        ('[4,"1","InternalError","why"]', CallError("1", "InternalError", "why")),
        ('[4,"1",null,"why",{}]', CallError("1", "GenericError", "why")),
        ('[" 2.0","1","Heartbeat",{}]', Call("1", "Heartbeat", {})),
        ('["Call","1","Heartbeat",{}]', Call("1", "Heartbeat", {})),
        ('[2,"1","Heartbeat",0]', Call("1", "Heartbeat", {})),
        ('[2,"1","Heartbeat","{}"]', Call("1", "Heartbeat", {})),
        ('[2,"1","Boot",[{"a":1}]]', Call("1", "Boot", {"a": 1})),
        ('[2,"1","Boot","{\\"a\\":1}"]', Call("1", "Boot", {"a": 1})),
        ('[2,"1",{"Boot":{"a":1}}]', Call("1", "Boot", {"a": 1})),
        ('[2,"1",["Boot"],{"a":1}]', Call("1", "Boot", {"a": 1})),
        ('[2,"1",["Boot",{"a":1}]]', Call("1", "Boot", {"a": 1})),
        ('[2,"1",{"a":1},"Boot"]', Call("1", "Boot", {"a": 1})),
        ('["CALLRESULT","1",{}]', CallResult("1", {})),
        ("[3,1,{}]", CallResult("1", {})),
        ('[3,"1",null]', CallResult("1", {})),
        ('[3,"1",[]]', CallResult("1", {})),
        ('[3,"1",[1,2]]', CallResult("1", {})),
        ('[3,"1",[{"a":1}]]', CallResult("1", {"a": 1})),
        ('[3,"1","{\\"a\\":1}"]', CallResult("1", {"a": 1})),
        ('[3,"1","Boot",{"a":1}]', CallResult("1", {"a": 1})),
        ('[3,"1","Accepted"]', CallResult("1", {"status": "Accepted"})),
        ('["CALLERROR","1","InternalError","",{}]', CallError("1", "InternalError")),
        ('[4,"1"]', CallError("1", "GenericError")),
        ('[4,null,"InternalError"]', CallError("-1", "InternalError")),
        ('[4,"1","not supported"]', CallError("1", "NotSupported")),
        ('[4,"1","NotImplmented","",{}]', CallError("1", "NotImplemented")),
        ('[4,"1","Busy","",{}]', CallError("1", "Busy")),
        (
            '[4,"1","InternalError",{"a":1}]',
            CallError("1", "InternalError", "", {"a": 1}),
        ),
    ],
)
def test_harmless_deviations_are_understood_and_named(text: str, frame: Frame) -> None:
    assert decode(text) == frame
    (value,) = read(text).values
    assert understand(value).mistake


@pytest.mark.parametrize("text", ["[3]", "[3,null,{}]", "[4]", "[4,{}]"])
def test_an_answer_is_never_answered(text: str) -> None:
    with pytest.raises(MalformedFrameError) as error:
        decode(text)
    assert error.value.message_id is None


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ("nonsense", "-1"),
        ("{}", "-1"),
        ('"text"', "-1"),
        ("[]", "-1"),
        ("[2]", "-1"),
        ('["SHOUT","1","Heartbeat",{}]', "-1"),
        ('["22","1","Heartbeat",{}]', "-1"),
        ('[2,"1"]', "1"),
        ('[2,["1"],"Heartbeat",{}]', "-1"),
        ('[2,"1","Heartbeat","payload"]', "1"),
        ('[2,"1",5,{}]', "1"),
    ],
)
def test_what_is_no_frame_is_told_apart(text: str, message_id: str) -> None:
    with pytest.raises(MalformedFrameError) as error:
        decode(text)
    assert error.value.message_id == message_id


@pytest.mark.parametrize(
    "text",
    [
        '[5,"1","InternalError","why",{}]',
        '[6,"1","NotifyPeriodicEventStream",{}]',
        "[6]",
        '[9,"1"]',
    ],
)
def test_message_types_that_a_version_does_not_know_are_passed_over(text: str) -> None:
    with pytest.raises(UnknownMessageTypeError):
        decode(text)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('[6,"1","Stream"]', Send("1", "Stream", {})),
        ('[6,7,"Stream",null]', Send("7", "Stream", {})),
        ('[5,"1","InternalError"]', CallResultError("1", "InternalError")),
        ('[5,"1"]', CallResultError("1", "GenericError")),
        ('[5,7,"InternalError","why"]', CallResultError("7", "InternalError", "why")),
    ],
)
def test_harmless_deviations_of_newer_types_are_understood(
    text: str, frame: Frame
) -> None:
    assert decode(text, ALL_MESSAGE_TYPES) == frame


@pytest.mark.parametrize("text", ["[5]", "[5,null]", "[6]", '[6,"1","Stream","text"]'])
def test_frames_that_must_not_be_answered_have_no_id_to_answer(text: str) -> None:
    with pytest.raises(MalformedFrameError) as error:
        decode(text, ALL_MESSAGE_TYPES)
    assert error.value.message_id is None
