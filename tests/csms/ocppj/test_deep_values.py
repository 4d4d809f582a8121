"""Values that a charger nests deeply: they leave the core in no form that is nested as deeply."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import timedelta
import json
from typing import Any

import pytest

from custom_components.ocpp.csms.events import DataReceived, Event
from custom_components.ocpp.csms.ocppj.framing import Json
from custom_components.ocpp.csms.ocppj.trimming import MAX_LEVELS, is_too_deep
from custom_components.ocpp.csms.versions.v16 import VERSION
from tests.csms.raw_charger import RawCharger, raw_charger

DEPTH = 300
LISTS = "[" * DEPTH + "]" * DEPTH
OBJECTS = '{"a":' * DEPTH + "1" + "}" * DEPTH


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


def _nested(levels: int) -> Json:
    value: Json = 1
    for _ in range(levels):
        value = [value]
    return value


def test_levels_are_counted() -> None:
    assert not is_too_deep(_nested(MAX_LEVELS))
    assert is_too_deep(_nested(MAX_LEVELS + 1))
    assert is_too_deep({"a": 1, "b": [{"c": _nested(MAX_LEVELS)}]})
    assert is_too_deep(_nested(900))


@pytest.mark.parametrize("nested", [LISTS, OBJECTS], ids=["lists", "objects"])
async def test_events_and_shown_frames_are_flat(
    charger: RawCharger, nested: str
) -> None:
    await charger.call("Heartbeat", {})
    events: list[Event] = []
    charger.station.subscribe_all_events(events.append)
    told = json.loads(nested)
    data = {"vendorId": "V", "messageId": told, "data": told}
    assert (await charger.call("DataTransfer", data))[0] == 3
    fault = {"connectorId": 1, "status": "Faulted", "errorCode": "OtherError"}
    fault |= {"info": told, "vendorId": told}
    assert (await charger.call("StatusNotification", fault))[0] == 3
    # The answers come before the observers are told.
    await charger.call("Heartbeat", {})
    assert any(isinstance(event, DataReceived) for event in events)
    for event in events:
        shown: Any = json.loads(json.dumps(asdict(event), default=str))
        assert not is_too_deep(shown)
    for entry in charger.station.message_log.shown(VERSION.disclosure):
        assert not is_too_deep(entry)


@pytest.mark.parametrize("nested", [LISTS, OBJECTS], ids=["lists", "objects"])
async def test_answers_are_flat(charger: RawCharger, nested: str) -> None:
    await charger.call("Heartbeat", {})
    station, told = charger.station, json.loads(nested)
    vendor_setting = {"key": "Vendor", "readonly": True, "value": told}
    schedule = {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6, "vendor": told}],
    }
    charger.answers = {
        "DataTransfer": {"status": "Accepted", "data": told},
        "GetConfiguration": {
            "configurationKey": [vendor_setting],
            "unknownKey": [told],
        },
        "GetCompositeSchedule": {
            "status": "Accepted",
            "connectorId": 1,
            "scheduleStart": "2026-06-01T12:00:00Z",
            "chargingSchedule": schedule,
        },
    }
    listening = asyncio.create_task(charger.listen())
    answer = await station.request(lambda version: version.data.send("V", None, None))
    assert answer.status == "Accepted"
    assert answer.data is None or isinstance(answer.data, str)
    for setting in (await station.commands.get_settings()).values():
        assert setting.value is None or isinstance(setting.value, str)
    found = await station.commands.get_composite_schedule(1, timedelta(hours=1))
    assert found is not None
    assert not is_too_deep(json.loads(json.dumps(asdict(found), default=str)))
    for entry in station.message_log.shown(VERSION.disclosure):
        assert not is_too_deep(entry)
    listening.cancel()
