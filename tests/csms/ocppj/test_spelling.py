"""Names in other spellings, over a socket: messages, fields and words in other capitals, or with other marks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.raw_charger import RawCharger, raw_charger

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "SuspendedEV"}


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


@pytest.mark.parametrize(
    "action",
    [
        "statusNotification",
        "STATUSNOTIFICATION",
        "status_notification",
        " StatusNotification ",
        "StatusNotificationRequest",
        "StatusNotification.req",
    ],
)
async def test_a_message_may_be_called_otherwise(
    charger: RawCharger, action: str
) -> None:
    assert (await charger.call(action, STATUS))[0] == 3
    assert charger.snapshot.evse(1).status == "SuspendedEV"
    assert charger.faults[Fault.SCHEMA_VIOLATION] == 1


@pytest.mark.parametrize("action", ["Request", "Dance", "", "StatusNotificationn", "_"])
async def test_a_message_that_is_none_is_refused(
    charger: RawCharger, action: str
) -> None:
    assert (await charger.call(action, STATUS))[:3:2] == [4, "NotImplemented"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "suspendedev"},
        {"status": "SUSPENDED_EV"},
        {"status": " Suspended EV\n"},
        {"errorCode": "noerror"},
        {"errorCode": "No Error"},
        {"errorCode": "NO_ERROR"},
        {"errorCode": ""},
        {"errorCode": 0},
        {"errorCode": "none"},
    ],
)
async def test_a_word_may_be_written_otherwise(
    charger: RawCharger, change: dict[str, Any]
) -> None:
    await charger.call("StatusNotification", {**STATUS, **change})
    evse = charger.snapshot.evse(1)
    assert evse.status == "SuspendedEV"
    assert evse.status_details.error_code is None
    assert charger.faults[Fault.SCHEMA_VIOLATION]


@pytest.mark.parametrize(
    ("connector", "tag", "register", "at", "transaction"),
    [
        ("ConnectorId", "IdTag", "MeterStart", "Timestamp", "TransactionId"),
        ("connectorID", "idtag", "meterstart", "timeStamp", "transactionID"),
        ("connector_id", "id_tag", "meter_start", "timestamp ", "transaction_id"),
    ],
)
async def test_a_field_may_be_called_otherwise(
    charger: RawCharger,
    connector: str,
    tag: str,
    register: str,
    at: str,
    transaction: str,
) -> None:
    now = datetime.now(UTC).isoformat()
    start = {connector: 2, tag: "TAG", register: 1000, at: now}
    answer = await charger.call("StartTransaction", start)
    running = charger.snapshot.evse(2).running_transaction
    assert running is not None
    assert (running.id_token, running.meter_start_wh) == ("TAG", 1000)
    stop = {transaction: answer[2]["transactionId"], "METERSTOP": 1500, at: now}
    await charger.call("StopTransaction", stop)
    ended = charger.snapshot.evse(2).transaction
    assert ended is not None
    assert (ended.running, ended.energy_wh) == (False, 500)


async def test_a_field_of_the_right_name_counts_more(charger: RawCharger) -> None:
    await charger.call("StatusNotification", {"ConnectorId": 2, **STATUS})
    assert list(charger.snapshot.evses) == [1]
