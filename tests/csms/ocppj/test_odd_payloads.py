"""Payloads that are put together otherwise and leave no doubt, over a socket: read, and counted."""

from collections.abc import AsyncIterator
import json
from typing import Any

import pytest

from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.raw_charger import RawCharger, raw_charger

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
START = {
    "connectorId": 1,
    "idTag": "TAG",
    "meterStart": 1000,
    "timestamp": "2026-06-01T12:00:00Z",
}


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


@pytest.mark.parametrize(
    "payload",
    [
        {"StatusNotification": STATUS},
        {"statusNotificationRequest": STATUS},
        {"status_notification.req": STATUS},
        {"payload": STATUS},
        {"action": "StatusNotification", "payload": STATUS},
        {**STATUS, "status": ["Charging"]},
        {**STATUS, "status": {"status": "charging"}},
        {**STATUS, "status": {"value": "Charging", "since": "today"}},
        {**STATUS, "connectorId": [1]},
        {**STATUS, "connectorId": {"id": "1"}},
    ],
)
async def test_a_wrapped_status_is_read(charger: RawCharger, payload: Any) -> None:
    assert (await charger.call("StatusNotification", payload))[0] == 3
    assert charger.snapshot.evse(1).status == "Charging"
    assert charger.faults[Fault.SCHEMA_VIOLATION] >= 1


@pytest.mark.parametrize(
    "id_tag",
    [
        {"idToken": "TAG"},
        {"value": "TAG"},
        {"idTag": "TAG"},
        {"idToken": {"idToken": "TAG", "type": "ISO14443"}},
        ["TAG"],
        [{"idToken": "TAG"}],
        " TAG ",
        "TAG\0\0\0",
        "\tTAG\r\n",
    ],
)
async def test_a_wrapped_id_tag_is_read(charger: RawCharger, id_tag: Any) -> None:
    await charger.call("StartTransaction", {**START, "idTag": id_tag})
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.id_token == "TAG"
    assert charger.faults.total() >= 1


@pytest.mark.parametrize("id_tag", [{"a": "X", "b": "Y"}, ["X", "Y"], {}, [], True])
async def test_an_id_tag_that_may_be_one_of_two_is_none(
    charger: RawCharger, id_tag: Any
) -> None:
    assert (await charger.call("StartTransaction", {**START, "idTag": id_tag}))[0] == 3
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.id_token == ""


async def test_a_wrapped_value_is_read(charger: RawCharger) -> None:
    for told in ({"value": "2300"}, ["2300"], {"value": {"value": 2300}}):
        sampled = {"value": told, "measurand": "Power.Active.Import"}
        values = {
            "connectorId": 1,
            "meterValue": {"timestamp": START["timestamp"], "sampledValue": sampled},
        }
        await charger.call("MeterValues", values)
        assert charger.snapshot.evse(1).meter.power_w == 2300


@pytest.mark.parametrize("space", ["", " "])
@pytest.mark.parametrize(
    ("more", "times"),
    [('"a":1,"a":2', 1), ('"a":{"b":1,"b":1}', 1), ('"a":"\\":","b":1', 0)],
)
async def test_a_name_that_stands_twice_is_counted(
    charger: RawCharger, space: str, more: str, times: int
) -> None:
    payload = json.dumps(STATUS)[1:-1] + "," + more.replace('":', f'"{space}:')
    await charger.answer_to(f'[2,"a","StatusNotification",{{{payload}}}]')
    assert charger.snapshot.evse(1).status == "Charging"
    assert charger.faults[Fault.MALFORMED_FRAME] == times


SAMPLE = {"value": "100", "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
AT = {"timestamp": START["timestamp"]}


@pytest.mark.parametrize(
    "told",
    [
        {"values": [{**AT, "value": [SAMPLE]}]},
        {"values": [{**AT, "values": [SAMPLE]}]},
        {"values": [{**AT, "value": ["100"]}]},
        {"values": [{**AT, "value": "100"}]},
        {"values": {**AT, "value": SAMPLE}},
        {"values": [{**AT, "sampledValue": [SAMPLE]}]},
        {"values": [], "meterValue": [{**AT, "sampledValue": [SAMPLE]}]},
        {"values": ["1", {**AT, "value": [SAMPLE]}]},
        {"meterValues": [{**AT, "sampledValue": [SAMPLE]}]},
        {"meterValue": [{**AT, "sampledValues": [SAMPLE]}]},
        {"meterValue": [{**AT, "sampledValue": ["100"]}]},
        {"meterValue": [{**AT, "sampledValue": 100}]},
        {"meterValue": [[{**AT, "sampledValue": [[SAMPLE]]}]]},
        {"meterValue": [{**AT, "sampledValue": [{**SAMPLE, "measurand": None}]}]},
        {**AT, "sampledValue": [SAMPLE]},
    ],
)
async def test_meter_values_of_other_forms_are_read(
    charger: RawCharger, told: Any
) -> None:
    assert (await charger.call("MeterValues", {"connectorId": 1, **told}))[0] == 3
    assert charger.snapshot.evse(1).meter.energy_wh == 100
    assert charger.faults[Fault.SCHEMA_VIOLATION] >= 1


async def test_an_id_token_stands_for_an_id_tag(charger: RawCharger) -> None:
    start = {name: told for name, told in START.items() if name != "idTag"}
    token = {"idToken": "TAG", "type": "ISO14443"}
    await charger.call("StartTransaction", {**start, "idToken": token})
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.id_token == "TAG"
    assert charger.faults[Fault.SCHEMA_VIOLATION] >= 1


async def test_an_occupied_connector_has_a_car(charger: RawCharger) -> None:
    occupied = {**STATUS, "status": "Occupied"}
    await charger.call("StatusNotification", occupied)
    assert charger.snapshot.evse(1).status == "Preparing"
    await charger.call("StartTransaction", START)
    await charger.call("StatusNotification", occupied)
    assert charger.snapshot.evse(1).status == "Charging"
    assert charger.faults[Fault.SCHEMA_VIOLATION] == 2
