"""Identifiers that chargers write as numbers, over a socket: no digit is lost, and none is added."""

from collections.abc import AsyncIterator
import json
from typing import Any

import pytest

from custom_components.ocpp.csms.ocppj.numeric_ids import with_ids_as_texts
from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.raw_charger import RawCharger, raw_charger

START = '"connectorId":1,"meterStart":1000,"timestamp":"2026-06-01T12:00:00Z"'


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


@pytest.mark.parametrize(
    "id_tag",
    [
        "12",
        "1234567890123456789",
        "12345678901234567890123",
        "04123456",
        "04E12345",
        "4E12",
        "4E1234",
        "04A1B2C3",
    ],
)
async def test_an_id_tag_without_quotes_keeps_its_digits(
    charger: RawCharger, id_tag: str
) -> None:
    frame = f'[2,"a","StartTransaction",{{"idTag":{id_tag},{START}}}]'
    assert (await charger.answer_to(frame))[:2] == [3, "a"]
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    assert (running.id_token, running.meter_start_wh) == (id_tag, 1000)
    assert charger.faults


@pytest.mark.parametrize(
    "message_id",
    ["123456789012345678901234", "-98765432109876543210", "1.50", "1e3", "12.0"],
)
@pytest.mark.parametrize("action", ["Heartbeat", "Dance"])
@pytest.mark.parametrize("end", ["}]", "},]", '"idTag":1e30}]'])
async def test_a_message_id_comes_back_digit_by_digit(
    charger: RawCharger, message_id: str, action: str, end: str
) -> None:
    await charger.socket.send(f'[2,{message_id},"{action}",{{{end}')
    answer = await charger.socket.recv()
    assert isinstance(answer, str)
    assert answer.split(",")[1] == message_id
    assert json.loads(answer)[0] == (3 if action == "Heartbeat" else 4)


@pytest.mark.parametrize(
    "told", [2**53 + 1, str(2**53 + 1), f" {2**53 + 1}", 2**62 + 1, str(2**62 + 1)]
)
async def test_the_id_of_a_session_is_exact(charger: RawCharger, told: Any) -> None:
    status = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
    await charger.call("StatusNotification", status)
    sampled = [{"value": "2300", "measurand": "Power.Active.Import"}]
    values = {
        "connectorId": 1,
        "transactionId": told,
        "meterValue": [{"timestamp": "2026-06-01T12:00:00Z", "sampledValue": sampled}],
    }
    await charger.call("MeterValues", values)
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.is_called(str(told).strip())


async def test_an_unknown_session_with_a_very_long_id_ends_nothing_else(
    charger: RawCharger,
) -> None:
    await charger.answer_to(f'[2,"a","StartTransaction",{{"idTag":"A",{START}}}]')
    stop = f'{{"transactionId":{10**24 + 1},"meterStop":1,"timestamp":"x"}}'
    assert (await charger.answer_to(f'[2,"b","StopTransaction",{stop}]'))[0] == 3
    assert charger.faults[Fault.UNKNOWN_TRANSACTION] == 1


def test_only_identifiers_are_put_in_quotes() -> None:
    long = "1" * 23
    text = f'{{"idTag":{long},"id":1,"x":{long},"y":"\\"idTag\\":{long},","z":1e3}}'
    quoted = text.replace(f'"idTag":{long}', f'"idTag":"{long}"', 1)
    assert with_ids_as_texts(text) == quoted
