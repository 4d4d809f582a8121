"""Marks of vehicles in the data of vendors."""

import json

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import Connector, Evse
from custom_components.ocpp.vehicles.told_marks import ToldMarks, told_marks
from custom_components.ocpp.vehicles.visit import ConnectorView, Wiring

ADDRESS, NUMBER = "VID:382C4AA1B2C3", "VID:VF1AG000123456789"


@pytest.mark.parametrize(
    ("message_id", "data", "tokens", "evse_id"),
    [
        (
            "VehicleIdentity",
            '{"vin":"","evccId":"382C4AA1B2C3","emaid":"DE-ABC-C12345678-9"}',
            {ADDRESS},
            None,
        ),
        (
            "VehicleIdentity",
            '{"connectorId":2,"evccId":"38:2C:4A:A1:B2:C3","vin":"VF1AG000123456789"}',
            {ADDRESS, NUMBER},
            2,
        ),
        ("EVCCID", "38-2c-4a-a1-b2-c3", {ADDRESS}, None),
        ("Autocharge", "VID:382C4AA1B2C3", {ADDRESS}, None),
        ("VehicleID", '"382C4AA1B2C3"', {ADDRESS}, None),
        (None, "connectorId=1;evMac=38:2C:4A:A1:B2:C3", {ADDRESS}, 1),
        (None, "EVCCID: 38:2C:4A:A1:B2:C3", {ADDRESS}, None),
        (
            None,
            '{"evseId": "1", "vehicle": {"vid": "VID:382C4AA1B2C3", "soc": 40}}',
            {ADDRESS},
            1,
        ),
        ("Session", '[{"idTag": "VID:382C4AA1B2C3"}]', {ADDRESS}, None),
        # These are about the charger, or about nothing.
        ("NetworkInfo", '{"mac": "38:2C:4A:A1:B2:C3"}', set(), None),
        ("Device", '{"deviceId": "382C4AA1B2C3"}', set(), None),
        ("EVCCID", "unknown", set(), None),
        ("EVCCID", None, set(), None),
        ("EVCCID", "", set(), None),
    ],
)
def test_forms(
    message_id: str | None, data: str | None, tokens: set[str], evse_id: int | None
) -> None:
    assert told_marks(message_id, data) == ToldMarks(frozenset(tokens), evse_id)


def test_huge_and_deep_data_are_left_alone() -> None:
    assert not told_marks("EVCCID", "382C4AA1B2C3" + " " * 10_000).tokens
    assert not told_marks("EVCCID", "[" * 3_000).tokens
    many = json.dumps([f"38:2C:4A:A1:{n:02X}:00" for n in range(150)])
    assert len(told_marks("EVCCID", many).tokens) <= 100


@given(st.none() | st.text(), st.text())
def test_no_data_do_harm(message_id: str | None, data: str) -> None:
    told_marks(message_id, data)


PREPARING = Evse(1, {1: Connector(1, ConnectorStatus.PREPARING)})


def test_tokens_wait_for_a_car_for_a_while() -> None:
    free = ConnectorView(was_free=True)
    shown = free.with_token("04A1", 0).with_token("04B2", 10).with_token(ADDRESS, 20)
    shown = shown.with_token("VID:000000000001", 30).with_token(NUMBER, 40)
    visit = shown.after(PREPARING, Wiring(), 100).visit
    assert visit is not None
    assert visit.tokens == {"04B2", "VID:000000000001", NUMBER}
    visit = shown.after(PREPARING, Wiring(), 1000).visit
    assert visit is not None
    assert not visit.tokens
    visit = shown.with_token("04C3", 1000).after(PREPARING, Wiring(), 1010).visit
    assert visit is not None
    assert visit.tokens == {"04C3"}


def test_a_reader_that_never_rests_fills_no_memory() -> None:
    view = ConnectorView(was_free=True).after(PREPARING, Wiring(), 0)
    for number in range(100):
        view = view.with_token(f"TAG{number}", number)
    assert view.visit is not None
    assert len(view.visit.tokens) <= 20
