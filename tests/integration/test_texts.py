"""Foreign texts where they are shown."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.texts import MOST_SHOWN, neutral


@given(st.text())
def test_nothing_is_left_that_means_something(text: str) -> None:
    shown = neutral(text)
    assert len(shown) <= MOST_SHOWN + shown.count(" ")
    assert not set(shown) & set("[]<>`*\\|~#@\n\r\x1b\u202e\u2066\u200b")
    assert "://" not in shown
    assert "www." not in shown.lower()


@pytest.mark.parametrize(
    "text", ["EVSE_22K_2", "Terra AC W22/2", "sensor.grid_power", "ABB 1.5 (x)"]
)
def test_usual_names_stay(text: str) -> None:
    assert neutral(text) == text


def test_a_picture_is_none() -> None:
    assert neutral("![p](http://x/y.svg)") == "!(p)(http: //x/y.svg)"
    assert neutral("__bold__") == "ˍboldˍ"
