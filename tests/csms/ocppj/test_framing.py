"""OCPP-J frames."""

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.ocpp.csms.ocppj.framing import (
    ALL_MESSAGE_TYPES,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MalformedFrameError,
    Send,
    UnknownMessageTypeError,
    decode,
    encode,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**31), 2**31)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
PAYLOAD = st.dictionaries(st.text(max_size=8), JSON, max_size=4)
TEXT = st.text(max_size=36)
FRAMES = st.one_of(
    st.builds(Call, TEXT, TEXT, PAYLOAD),
    st.builds(CallResult, TEXT, PAYLOAD),
    st.builds(CallError, TEXT, TEXT, TEXT, PAYLOAD),
    st.builds(CallResultError, TEXT, TEXT, TEXT, PAYLOAD),
    st.builds(Send, TEXT, TEXT, PAYLOAD),
)


@given(FRAMES)
def test_a_frame_survives_the_wire(frame: Frame) -> None:
    assert decode(encode(frame), ALL_MESSAGE_TYPES) == frame


def _outcome(text: str | bytes) -> Frame | str:
    try:
        return decode(text, ALL_MESSAGE_TYPES)
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
        ('[2,7,"Heartbeat",{}]', Call("7", "Heartbeat", {})),
        ('[3,"1"]', CallResult("1", {})),
        ('[4,"1","InternalError"]', CallError("1", "InternalError")),
        ('[4,"1","InternalError","why"]', CallError("1", "InternalError", "why")),
        ('[4,"1",null,"why",{}]', CallError("1", "GenericError", "why")),
    ],
)
def test_harmless_deviations_are_understood(text: str, frame: Frame) -> None:
    assert decode(text) == frame


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ("nonsense", "-1"),
        ("{}", "-1"),
        ('"text"', "-1"),
        ("[]", "-1"),
        ("[2]", "-1"),
        ('["2","1","Heartbeat",{}]', "-1"),
        ('[2,"1"]', "1"),
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
        ('[5,7,"InternalError","why"]', CallResultError("7", "InternalError", "why")),
    ],
)
def test_harmless_deviations_of_newer_types_are_understood(
    text: str, frame: Frame
) -> None:
    assert decode(text, ALL_MESSAGE_TYPES) == frame


@pytest.mark.parametrize("text", ["[5]", '[5,"1"]', "[6]", '[6,"1","Stream","text"]'])
def test_frames_that_must_not_be_answered_have_no_id_to_answer(text: str) -> None:
    with pytest.raises(MalformedFrameError) as error:
        decode(text, ALL_MESSAGE_TYPES)
    assert error.value.message_id is None
