"""Names of settings, and their text form."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.devices.variables import VariableId

NAMES = st.text(min_size=1, max_size=8) | st.text(".[]#:%2E ", min_size=1, max_size=6)
INSTANCES = st.none() | st.text(max_size=6) | st.text(".[]#:%", max_size=4)
NUMBERS = st.integers(0, 99)


@st.composite
def variables(draw: st.DrawFn) -> VariableId:
    """Any variable that belongs to a component."""
    evse = draw(st.none() | NUMBERS)
    return VariableId(
        draw(NAMES),
        draw(NAMES),
        draw(INSTANCES),
        draw(INSTANCES),
        evse,
        None if evse is None else draw(st.none() | NUMBERS),
    )


@given(variables())
def test_a_variable_survives_as_text(variable: VariableId) -> None:
    assert VariableId.parse(str(variable)) == variable


@given(variables(), variables())
def test_different_variables_have_different_texts(
    one: VariableId, other: VariableId
) -> None:
    assert (str(one) == str(other)) is (one == other)


@given(st.text())
def test_a_key_is_its_own_text(key: str) -> None:
    assert str(VariableId(key)) == key


@given(st.text())
def test_any_text_names_something(text: str) -> None:
    parsed = VariableId.parse(text)
    assert VariableId.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("HeartbeatInterval", VariableId("HeartbeatInterval")),
        (
            "OCPPCommCtrlr.HeartbeatInterval",
            VariableId("HeartbeatInterval", "OCPPCommCtrlr"),
        ),
        (
            "DeviceDataCtrlr.ItemsPerMessage[GetVariables]",
            VariableId("ItemsPerMessage", "DeviceDataCtrlr", "GetVariables"),
        ),
        (
            "NetworkConfiguration[1].SecurityProfile",
            VariableId(
                "SecurityProfile", "NetworkConfiguration", component_instance="1"
            ),
        ),
        ("EVSE#2.Power", VariableId("Power", "EVSE", evse=2)),
        (
            "Connector#1:2.Available",
            VariableId("Available", "Connector", evse=1, connector=2),
        ),
    ],
)
def test_the_text_form_is_the_usual_one(text: str, variable: VariableId) -> None:
    assert VariableId.parse(text) == variable
    assert str(variable) == text
