"""OCPP-J frames."""

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.ocpp.csms.ocppj.framing import (
    Call,
    CallError,
    CallResult,
    Frame,
    MalformedFrameError,
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
)


@given(FRAMES)
def test_a_frame_survives_the_wire(frame: Frame) -> None:
    assert decode(encode(frame)) == frame


def _outcome(text: str | bytes) -> Frame | str:
    try:
        return decode(text)
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


def test_other_message_types_are_passed_over() -> None:
    with pytest.raises(UnknownMessageTypeError):
        decode('[6,"1","NotifyPeriodicEventStream",{}]')
