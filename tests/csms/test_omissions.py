"""Required fields that chargers leave out, over a socket: what is known from elsewhere is filled in."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.ocpp.csms.events import DataReceived, Event
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.versions.v16 import VERSION

from .raw_charger import RawCharger, raw_charger

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Preparing"}
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _start(**told: Any) -> dict[str, Any]:
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000}
    return {**start, "timestamp": _now(), **told}


def _without(payload: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name not in names}


def _values(value: int, **told: Any) -> dict[str, Any]:
    sampled = [{"value": str(value), "unit": "Wh"}]
    return {"meterValue": [{"timestamp": _now(), "sampledValue": sampled}], **told}


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


async def _started(charger: RawCharger, **told: Any) -> int:
    answer = await charger.call("StartTransaction", _start(**told))
    assert answer[0] == 3
    return int(answer[2]["transactionId"])


@pytest.mark.parametrize(
    ("shown", "understood"),
    [(26008.333, 26008), ("1000.5", 1000), ("1000,5", 1000), ("900", 900), (7.0, 7)],
)
async def test_a_register_at_the_start_is_read_in_any_form(
    charger: RawCharger, shown: Any, understood: int
) -> None:
    await _started(charger, meterStart=shown)
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.meter_start_wh == understood
    assert charger.faults[Fault.SCHEMA_VIOLATION]


@pytest.mark.parametrize("shown", [2000.4, "2000.4", "2000", 2000.0])
async def test_a_register_at_the_end_is_read_in_any_form(
    charger: RawCharger, shown: Any
) -> None:
    transaction_id = await _started(charger)
    stop = {"transactionId": transaction_id, "timestamp": _now(), "meterStop": shown}
    assert (await charger.call("StopTransaction", stop))[0] == 3
    ended = charger.snapshot.evse(1).transaction
    assert ended is not None
    assert not ended.running
    assert ended.energy_wh == 1000


@pytest.mark.parametrize("shown", [None, "", "many", {}])
async def test_a_session_without_a_register_is_counted_by_the_meter_values(
    charger: RawCharger, shown: Any
) -> None:
    await charger.call("MeterValues", _values(500, connectorId=1))
    transaction_id = await _started(charger, meterStart=shown)
    await charger.call("MeterValues", _values(1700, connectorId=1))
    stop = {"transactionId": transaction_id, "timestamp": _now(), "meterStop": shown}
    assert (await charger.call("StopTransaction", stop))[0] == 3
    ended = charger.snapshot.evse(1).transaction
    assert ended is not None
    assert ended.energy_wh == 1200
    assert not ended.running


@pytest.mark.parametrize("name", ["connectorId", "idTag", "meterStart", "timestamp"])
async def test_a_start_is_not_refused_whatever_it_lacks(
    charger: RawCharger, name: str
) -> None:
    for start in (_without(_start(), name), {**_start(), name: None}):
        assert (await charger.call("StartTransaction", start))[0] == 3
        running = charger.snapshot.evse(1).running_transaction
        assert running is not None
    assert charger.faults[Fault.SCHEMA_VIOLATION]
    assert not charger.faults[Fault.UNUSABLE_PAYLOAD]


async def test_a_start_without_a_tag_is_that_of_the_tag_that_was_shown(
    charger: RawCharger,
) -> None:
    await charger.call("Authorize", {"idTag": "SHOWN"})
    await charger.call("StartTransaction", _without(_start(), "idTag"))
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.id_token == "SHOWN"


async def test_a_start_without_a_connector_is_at_the_one_with_a_car(
    charger: RawCharger,
) -> None:
    for connector_id, status in ((1, "Available"), (2, "Preparing"), (3, "Available")):
        told = {**STATUS, "connectorId": connector_id, "status": status}
        await charger.call("StatusNotification", told)
    await charger.call("StartTransaction", _without(_start(), "connectorId"))
    assert charger.snapshot.evse(2).running_transaction is not None


@pytest.mark.parametrize("name", ["transactionId", "meterStop", "timestamp"])
async def test_a_stop_is_not_refused_whatever_it_lacks(
    charger: RawCharger, name: str
) -> None:
    transaction_id = await _started(charger)
    stop = {"transactionId": transaction_id, "timestamp": _now(), "meterStop": 1500}
    assert (await charger.call("StopTransaction", _without(stop, name)))[0] == 3
    ended = charger.snapshot.evse(1).transaction
    assert ended is not None
    assert not ended.running
    assert (await charger.call("StopTransaction", {**stop, name: None}))[0] == 3
    assert (await charger.call("StopTransaction", {}))[0] == 3


async def test_a_stop_without_an_id_ends_the_session_of_its_tag(
    charger: RawCharger,
) -> None:
    await _started(charger, connectorId=1, idTag="ONE")
    await _started(charger, connectorId=2, idTag="TWO")
    stop = {"idTag": "TWO", "timestamp": _now(), "meterStop": 1500}
    assert (await charger.call("StopTransaction", stop))[0] == 3
    assert charger.snapshot.evse(1).running_transaction is not None
    assert charger.snapshot.evse(2).running_transaction is None
    unclear = {"timestamp": _now(), "idTag": "THREE"}
    await _started(charger, connectorId=2, idTag="TWO")
    assert (await charger.call("StopTransaction", unclear))[0] == 3
    assert charger.snapshot.evse(1).running_transaction is not None
    assert charger.snapshot.evse(2).running_transaction is not None
    assert charger.faults[Fault.UNKNOWN_TRANSACTION] == 1


@pytest.mark.parametrize("lacks", ["errorCode", "connectorId"])
async def test_a_status_is_read_whatever_else_it_lacks(
    charger: RawCharger, lacks: str
) -> None:
    answer = await charger.call("StatusNotification", _without(STATUS, lacks))
    assert answer[0] == 3
    assert charger.snapshot.evse(1).status == "Preparing"
    assert charger.snapshot.evse(1).error_code is None


async def test_meter_values_without_a_connector_are_those_of_the_session(
    charger: RawCharger,
) -> None:
    await _started(charger, connectorId=1)
    transaction_id = await _started(charger, connectorId=2)
    values = _values(1400, transactionId=transaction_id)
    assert (await charger.call("MeterValues", values))[0] == 3
    assert charger.snapshot.evse(2).meter.energy_wh == 1400
    assert charger.snapshot.evse(1).meter.energy_wh != 1400


async def test_meter_values_without_a_connector_are_those_of_the_only_one(
    charger: RawCharger,
) -> None:
    assert (await charger.call("MeterValues", _values(1400)))[0] == 3
    assert charger.snapshot.evse(1).meter.energy_wh == 1400


async def test_meter_values_without_a_time_are_of_now(charger: RawCharger) -> None:
    sampled = [{"value": "2300", "measurand": "Power.Active.Import"}]
    values = {"connectorId": 1, "meterValue": [{"sampledValue": sampled}]}
    assert (await charger.call("MeterValues", values))[0] == 3
    assert charger.snapshot.evse(1).meter.power_w == 2300


async def test_a_boot_says_no_less_than_is_known(charger: RawCharger) -> None:
    assert (await charger.call("BootNotification", {}))[2]["status"] == "Accepted"
    await charger.call("BootNotification", BOOT)
    await charger.call("BootNotification", _without(BOOT, "chargePointVendor"))
    info = charger.snapshot.info
    assert info is not None
    assert (info.vendor, info.model) == ("Vendor", "Model")


@pytest.mark.parametrize("action", sorted(VERSION.handlers))
async def test_nothing_is_refused_for_what_it_lacks(
    charger: RawCharger, action: str
) -> None:
    required = VERSION.schemas.requests[action].shape.required
    payloads: list[dict[str, Any]] = [
        {},
        dict.fromkeys(required),
        {name: [{}] for name in required},
    ]
    for payload in payloads:
        assert (await charger.call(action, payload))[0] == 3
    assert charger.faults[Fault.SCHEMA_VIOLATION] or not required
    assert not charger.faults[Fault.UNUSABLE_PAYLOAD]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"vin": "WVWZZZ", "list": [1, 2]}, '{"vin":"WVWZZZ","list":[1,2]}'),
        (["a", 1.5], '["a",1.5]'),
        (17, "17"),
        ("text", "text"),
    ],
)
async def test_data_of_any_form_arrives(
    charger: RawCharger, data: Any, text: str
) -> None:
    events: list[Event] = []
    charger.station.subscribe_events(events.append)
    told = {"vendorId": "org.example", "messageId": "Car", "data": data}
    assert (await charger.call("DataTransfer", told))[0] == 3
    assert DataReceived("CP1", "org.example", "Car", text, welcome=False) in events


@pytest.mark.parametrize("connector", [-1, 17, 2**63, 1e300, "4294967295"])
async def test_a_session_at_no_connector_starts_where_it_can(
    charger: RawCharger, connector: Any
) -> None:
    await charger.call("StatusNotification", STATUS)
    await _started(charger, connectorId=connector)
    assert charger.snapshot.evse(1).running_transaction is not None
    assert charger.faults[Fault.UNUSABLE_VALUE] == 1
