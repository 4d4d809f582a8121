"""What is shown of messages and settings: no text that anybody could have made a secret of."""

import json
from typing import Any

from ocpp.v16.enums import ConfigurationKey
import pytest

from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.versions import DIALECTS, dialect_named
from custom_components.ocpp.csms.versions.version import Version
from tests.canaries import CANARY, messages

from .stub import STUB

VERSIONS = [dialect.load() for dialect in DIALECTS]


@pytest.mark.parametrize("package", ["ocpp.v16", "ocpp.v201", "ocpp.v21"])
@pytest.mark.parametrize("version", [*VERSIONS, STUB], ids=lambda version: version.name)
def test_no_secret_of_any_message_is_shown(version: Version, package: str) -> None:
    for name, right, wrong in messages(package):
        for payload in (right, wrong, {**right, "key": [CANARY]}):
            frames: list[list[Any]] = [
                [2, "1", name, payload],
                [3, "1", payload],
                [4, "1", f"{CANARY}code", f"{CANARY}text", payload],
                [5, "1", f"{CANARY}code", f"{CANARY}text", payload],
                [6, "1", name, payload],
                [2, f"{CANARY}id", f"{CANARY}action", payload],
                [7, payload],
            ]
            for frame in frames:
                shown = json.dumps(version.disclosure.frame(frame))
                assert CANARY not in shown, (name, shown)
                assert "71717171" not in shown


@pytest.mark.parametrize("version", [*VERSIONS, STUB], ids=lambda version: version.name)
def test_no_secret_in_any_setting_is_shown(version: Version) -> None:
    disclosure = version.disclosure
    for name in [*ConfigurationKey, "WiFiPassword", "ApnPassword", f"{CANARY}setting"]:
        setting = {"key": str(name), "value": f"{CANARY}value", "readonly": False}
        frames: list[list[Any]] = [
            [3, "1", {"configurationKey": [setting], "unknownKey": [CANARY]}],
            [2, "1", "ChangeConfiguration", setting],
            [2, "1", "ChangeConfiguration", {**setting, "extra": f"{CANARY}extra"}],
        ]
        for frame in frames:
            assert CANARY not in json.dumps(disclosure.frame(frame))


@pytest.mark.parametrize(
    "payload",
    [
        # Vendors put anything into data, under names that are harmless elsewhere.
        {"vendorId": "a.b", "data": {"id": 71717171, "reason": "Local"}},
        {"data": [{"sampledValue": [{"value": "71717171"}]}]},
        {"data": {"key": "HeartbeatInterval", "value": "71717171"}},
        {"vendorsOwn": {"limit": 71717171}},
        {"idTag": {"id": 71717171}},
        # What stands beside the name of a setting is not its value.
        {"key": "HeartbeatInterval", "idTag": "71717171"},
        {"key": "HeartbeatInterval", "pin": 71717171},
        {"configurationKey": [{"key": "MeterValueSampleInterval", "iccid": 71717171}]},
    ],
)
def test_numbers_are_shown_only_where_they_belong(payload: Payload) -> None:
    for version in VERSIONS:
        frames: list[list[Any]] = [
            [2, "1", "DataTransfer", payload],
            [3, "1", payload],
        ]
        for frame in frames:
            assert "71717171" not in json.dumps(version.disclosure.frame(frame))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (300, 300),
        ("300", "300"),
        (1234567890123, "**REDACTED**"),
        ([300], "**REDACTED**"),
    ],
)
def test_a_known_setting_shows_what_can_be_no_secret(value: Any, shown: Any) -> None:
    version = next(each for each in VERSIONS if each.name == "1.6")
    setting: Payload = {"key": "HeartbeatInterval", "value": value}
    frame = version.disclosure.frame([3, "1", setting])
    assert frame == [3, "1", {**setting, "value": shown}]


@pytest.mark.parametrize(
    "name",
    [
        "AuthorizationKey",
        "WiFiPassword",
        "WifiPSK",
        "ApnPassword",
        "FtpPass",
        "AdminPin",
        "HttpAuth",
        "ocppPassword",
        "FreevendIdTag",
        "DefaultIdTag",
    ],
)
@pytest.mark.parametrize("value", ["1234", "Current", "true", 1234])
def test_settings_that_are_not_known_show_nothing(name: str, value: str | int) -> None:
    version = dialect_named("1.6").load()
    setting: Payload = {"key": name, "value": value, "readonly": False}
    shown = version.disclosure.frame([3, "1", setting])
    redacted = {"key": name, "value": "**REDACTED**", "readonly": False}
    assert shown == [3, "1", redacted]


@pytest.mark.parametrize("version", VERSIONS[:2], ids=lambda version: version.name)
@pytest.mark.parametrize(
    ("component", "variable", "shown"),
    [
        ("OCPPCommCtrlr", "HeartbeatInterval", "1234"),
        ("SecurityCtrlr", "BasicAuthPassword", "**REDACTED**"),
        ("WiFi", "Password", "**REDACTED**"),
        ("OCPPCommCtrlr", "Pin", "**REDACTED**"),
    ],
)
def test_variables_show_what_is_known_to_be_harmless(
    version: Version, component: str, variable: str, shown: str
) -> None:
    names: Payload = {"component": {"name": component}, "variable": {"name": variable}}
    item: Payload = {**names, "attributeValue": "1234"}
    frame = version.disclosure.frame([3, "1", {"getVariableResult": [item]}])
    assert f'"attributeValue": "{shown}"' in json.dumps(frame)
