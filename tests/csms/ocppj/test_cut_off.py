"""Messages that were cut off, over a socket: the start and the end of a session are read as far as they are whole."""

from collections.abc import AsyncIterator
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.ocppj.tolerant import (
    MAX_CUT_OFF_LENGTH,
    value_cut_off_in,
)
from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.raw_charger import RawCharger, raw_charger

from .json_values import JSON

START = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000}


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


async def _started(charger: RawCharger) -> int:
    answer = await charger.call("StartTransaction", START)
    return int(answer[2]["transactionId"])


def _transaction(charger: RawCharger) -> Transaction:
    transaction = charger.snapshot.evse(1).transaction
    assert transaction is not None
    return transaction


@pytest.mark.parametrize(
    ("rest", "energy_wh"),
    [
        pytest.param(',"meterStop":1500,"reason":"Loc', 500, id="in a text"),
        pytest.param(',"meterStop":1500,"reason":', 500, id="before a value"),
        pytest.param(',"meterStop":1500,"reas', 500, id="in a name"),
        pytest.param(',"meterStop":1500,', 500, id="behind a comma"),
        pytest.param(',"meterStop":"1500"', 500, id="behind a text"),
        pytest.param(',"meterStop":12', 200, id="in the register"),
        pytest.param(',"meterStop":', 200, id="before the register"),
        pytest.param(
            ',"meterStop":1500,"transactionData":[{"sampledValue":[{"value":"9","un',
            500,
            id="in a sample",
        ),
        pytest.param(
            ',"transactionData":[{"sampledValue":[{"value":"9000"',
            200,
            id="before the measurand of a sample",
        ),
    ],
)
async def test_the_end_of_a_session_that_was_cut_off_is_the_end(
    charger: RawCharger, rest: str, energy_wh: float
) -> None:
    transaction_id = await _started(charger)
    sample = [{"sampledValue": [{"value": "1200"}]}]
    told = {"connectorId": 1, "transactionId": transaction_id, "meterValue": sample}
    await charger.call("MeterValues", told)
    stop = f'[2,"a","StopTransaction",{{"transactionId":{transaction_id}{rest}'
    assert (await charger.answer_to(stop))[:2] == [3, "a"]
    assert not _transaction(charger).running
    assert _transaction(charger).energy_wh == energy_wh
    assert charger.faults[Fault.MALFORMED_FRAME]


@pytest.mark.parametrize("rest", [',{"transactionId":', ",{", ",", ""])
async def test_an_end_of_which_only_the_name_is_left_ends_the_only_session(
    charger: RawCharger, rest: str
) -> None:
    await _started(charger)
    answer = await charger.answer_to('[2,"a","StopTransaction"' + rest)
    assert answer[:2] == [3, "a"]
    assert not _transaction(charger).running


async def test_a_session_that_was_cut_off_is_known_in_other_capitals(
    charger: RawCharger,
) -> None:
    start = '[2,"a","startTransaction",{"connectorid":1,"idtag":"TAG","meterSt'
    assert (await charger.answer_to(start))[:2] == [3, "a"]
    assert _transaction(charger).id_token == "TAG"
    stop = f'[2,"b","stoptransaction",{{"transactionid":{_transaction(charger).id},"m'
    assert (await charger.answer_to(stop))[:2] == [3, "b"]
    assert not _transaction(charger).running


@pytest.mark.parametrize("payload", ["", ",null", ',""', ",[]", ",{}"])
async def test_no_payload_is_an_empty_one(charger: RawCharger, payload: str) -> None:
    answer = await charger.answer_to(f'[2,"a","Heartbeat"{payload}]')
    assert answer[:2] == [3, "a"]


@pytest.mark.parametrize("rest", [',"meterStart":10', ',"meterSt', ""])
async def test_the_start_of_a_session_that_was_cut_off_is_the_start(
    charger: RawCharger, rest: str
) -> None:
    start = '[2,"a","StartTransaction",{"connectorId":1,"idTag":"TAG"' + rest
    assert (await charger.answer_to(start))[:2] == [3, "a"]
    assert _transaction(charger).running
    assert _transaction(charger).id_token == "TAG"


@pytest.mark.parametrize(
    "frame",
    [
        '[2,"a","StartTransaction",{"connectorId":1,"idTag":"TA',
        '[2,"a","StartTransaction",{"connectorId":1',
        '[2,"a","StartTransaction",',
        '[2,"a","MeterValues",{"connectorId":1,"transactionId":5',
        '[2,"a","StopTrans',
        '[2,"a","StopTransaction",{"x":[2,"b","Heartbeat",{',
        '[2,"a","StopTransaction",{"x":"%s' % ("x" * MAX_CUT_OFF_LENGTH),
    ],
)
async def test_what_remains_in_doubt_is_refused_under_its_id(
    charger: RawCharger, frame: str
) -> None:
    transaction_id = await _started(charger)
    assert (await charger.answer_to(frame))[:2] == [4, "a"]
    assert _transaction(charger).running
    assert _transaction(charger).id == str(transaction_id)
    assert (await charger.call("Heartbeat", {}))[0] == 3


@given(st.dictionaries(st.text(), JSON, max_size=4), st.integers(0, 300))
def test_only_whole_values_are_read(payload: dict[str, Any], length: int) -> None:
    text = json.dumps([2, "a", "StopTransaction", payload])[:length]
    match value_cut_off_in(text):
        case [2, "a", "StopTransaction", dict(understood)]:
            assert all(payload[name] == each for name, each in understood.items())
