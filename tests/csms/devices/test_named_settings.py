"""Settings in vendors' files, by version."""

from jsonschema_rs import Draft202012Validator
import pytest

from custom_components.ocpp.csms.devices.named_settings import (
    NAMES_SCHEMA,
    VALUES_SCHEMA,
    read_names,
    read_values,
)
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.ocppj.framing import Json

KEY = VariableId("HeartbeatInterval")
VARIABLE = VariableId("HeartbeatInterval", "OCPPCommCtrlr")
TEXT = "OCPPCommCtrlr.HeartbeatInterval"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("HeartbeatInterval", (KEY,)),
        (["HeartbeatInterval", "Other"], (KEY, VariableId("Other"))),
        ([TEXT], (VariableId(TEXT),)),
        ({"1.6": "HeartbeatInterval", "2.x": TEXT}, (KEY, VARIABLE)),
        ({"1.6": ["HeartbeatInterval"], "2.x": [TEXT]}, (KEY, VARIABLE)),
        ({"2.x": TEXT}, (VARIABLE,)),
    ],
)
def test_settings_are_named_for_version_1_6_or_by_version(
    value: Json, names: tuple[VariableId, ...]
) -> None:
    assert Draft202012Validator(NAMES_SCHEMA).is_valid(value)
    assert read_names(value) == names


@pytest.mark.parametrize(
    ("value", "settings"),
    [
        ({"HeartbeatInterval": "60"}, {KEY: "60"}),
        (
            {"1.6": {"HeartbeatInterval": "60"}, "2.x": {TEXT: "30"}},
            {KEY: "60", VARIABLE: "30"},
        ),
        ({"2.x": {TEXT: "30"}}, {VARIABLE: "30"}),
        ({}, {}),
    ],
)
def test_settings_are_given_for_version_1_6_or_by_version(
    value: Json, settings: dict[VariableId, str]
) -> None:
    assert Draft202012Validator(VALUES_SCHEMA).is_valid(value)
    assert read_values(value) == settings


@pytest.mark.parametrize(
    "value",
    [
        5,
        [],
        [""],
        {},
        {"1.5": "HeartbeatInterval"},
        {"2.x": "HeartbeatInterval"},
        {"2.x": "A.B.C"},
    ],
)
def test_names_that_mean_nothing_are_refused(value: Json) -> None:
    assert not Draft202012Validator(NAMES_SCHEMA).is_valid(value)


@pytest.mark.parametrize(
    "value",
    [
        {"HeartbeatInterval": 60},
        {"1.5": {"HeartbeatInterval": "60"}},
        {"2.x": {"HeartbeatInterval": "60"}},
        {"2.x": {TEXT: 60}},
        {"HeartbeatInterval": "60", "2.x": {TEXT: "60"}},
    ],
)
def test_values_that_mean_nothing_are_refused(value: Json) -> None:
    assert not Draft202012Validator(VALUES_SCHEMA).is_valid(value)
