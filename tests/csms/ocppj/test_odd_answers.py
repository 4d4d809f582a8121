"""Answers of chargers that deviate from the specification, over a socket: no call waits longer for them."""

import asyncio
from collections.abc import AsyncIterator
import json
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.errors import CallFailedError, RejectedError
from custom_components.ocpp.csms.model import ResetKind
from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.raw_charger import RawCharger, raw_charger


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


async def _reset(charger: RawCharger, answer: Any) -> None:
    """Reset the charger, which answers with a frame that has `ID` for an id."""
    async with asyncio.timeout(60):
        await charger.answers_to('[2,"a","Heartbeat",{}]')
        resetting = asyncio.create_task(charger.station.commands.reset(ResetKind.SOFT))
        call = json.loads(await charger.socket.recv())
        assert call[2] == "Reset"
        text = answer if isinstance(answer, str) else json.dumps(answer)
        for message_id in ("ID", "UPPER"):
            told = call[1] if message_id == "ID" else call[1].upper()
            text = text.replace(message_id, told)
        await charger.socket.send(text)
        await resetting


@pytest.mark.parametrize(
    "answer",
    [
        [3, "ID", {"status": "accepted"}],
        [3, "ID", {"Status": " ACCEPTED\0"}],
        [3, "ID", "Accepted"],
        [3, "ID", [{"status": "Accepted"}]],
        [3, "ID", json.dumps({"status": "Accepted"})],
        [3, "ID", "Reset", {"status": "Accepted"}],
        [3, "ID", {"status": "Accepted"}, {}],
        ["3", "ID", {"status": "Accepted"}],
        ["CALLRESULT", "ID", {"status": "Accepted"}],
        [3, " UPPER ", {"status": "Accepted"}],
    ],
)
async def test_what_is_clear_is_read_and_counted(
    charger: RawCharger, answer: Any
) -> None:
    await _reset(charger, answer)
    await charger.answers_to('[2,"b","Heartbeat",{}]')
    assert set(charger.faults) <= {Fault.MALFORMED_FRAME, Fault.SCHEMA_VIOLATION}
    assert charger.faults.total() >= 1


@pytest.mark.parametrize(
    "answer", [[3, "ID"], [3, "ID", None], [3, "ID", []], [3, "ID", 7], [3, "ID", {}]]
)
async def test_an_answer_without_content_is_a_refusal(
    charger: RawCharger, answer: Any
) -> None:
    with pytest.raises(RejectedError):
        await _reset(charger, answer)
    assert charger.faults[Fault.UNUSABLE_PAYLOAD] == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ([4, "ID"], "GenericError"),
        ([4, "ID", "NotSupported"], "NotSupported"),
        ([4, "ID", "not_supported", ""], "NotSupported"),
        ([4, "ID", "NotImplmented", "", {}], "NotImplemented"),
        ([4, "ID", "Busy", "", {}], "Busy"),
        ([4, "ID", None, None, None], "GenericError"),
        ([4, "ID", 5, {"a": 1}], "GenericError"),
        ([4, "ID", "InternalError", 7, {}], "InternalError"),
        ([4, "ID", "InternalError", "", {}, {}], "InternalError"),
        ([4, "-1", "FormationViolation", "", {}], "FormationViolation"),
        ([4, "", "FormationViolation", "", {}], "FormationViolation"),
        ([4, None, "FormationViolation", "", {}], "FormationViolation"),
        (["CALLERROR", "ID", "InternalError", "", {}], "InternalError"),
    ],
)
async def test_an_error_ends_the_call(
    charger: RawCharger, answer: Any, code: str
) -> None:
    with pytest.raises(CallFailedError) as error:
        await _reset(charger, answer)
    assert error.value.code == code


SETTING = {"key": "HeartbeatInterval", "readonly": False, "value": "60"}


@pytest.mark.parametrize(
    "answer",
    [
        {"GetConfigurationResponse": {"configurationKey": [SETTING]}},
        {"configurationKeys": [SETTING]},
        {"configurationKey": SETTING, "unknownKey": "x"},
        {"configurationKey": [{**SETTING, "value": 60}]},
        {"configurationKey": [{**SETTING, "value": ["60"]}]},
        {"configurationKey": [{**SETTING, "key": " heartbeatInterval\n"}]},
        {"configurationKey": [{**SETTING, "value": " 60\r\n"}]},
    ],
)
async def test_a_setting_of_another_form_is_read(
    charger: RawCharger, answer: Any
) -> None:
    async with asyncio.timeout(60):
        await charger.answers_to('[2,"a","Heartbeat",{}]')
        asking = asyncio.create_task(charger.station.commands.get_settings())
        call = json.loads(await charger.socket.recv())
        await charger.socket.send(json.dumps([3, call[1], answer]))
        settings = await asking
    assert settings[VariableId("HeartbeatInterval")].value == "60"


async def test_a_wrapped_message_without_fields_is_counted(charger: RawCharger) -> None:
    await charger.answers_to('[2,"b","Heartbeat",{"Heartbeat":{}}]')
    assert charger.faults[Fault.SCHEMA_VIOLATION] == 1
