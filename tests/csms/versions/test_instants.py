"""Times in the forms in which chargers write them, over a socket where the form decides."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.versions.instants import instant_of
from tests.csms.raw_charger import raw_charger

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01T12:00:00Z",
        "2026-06-01T14:00:00+0200",
        "2026-06-01T12:00:00.000000000Z",
        "2026-06-01t12:00:00z",
        " 2026-06-01T12:00:00Z\0",
        "2026-06-01T12:00:00 Z",
        "2026-06-01 12:00:00 UTC",
        "2026-06-01T14:00:00 +02:00",
        "2026-6-1T12:0:0Z",
        "2026/06/01 12:00:00",
        "2026-06-01T12:00:00.Z",
        "20260601120000",
        "1780315200",
        "1780315200000",
        "1780315200.0",
    ],
)
def test_a_time_is_read_in_any_form_that_leaves_no_doubt(text: str) -> None:
    assert instant_of(text) == NOON


def test_a_leap_second_is_the_last_one_of_its_minute() -> None:
    assert instant_of("2026-06-30T23:59:60Z") == instant_of("2026-06-30T23:59:59Z")


@pytest.mark.parametrize(
    "text", ["", "yesterday", "01/06/2026 12:00", "12", "2026-13-01T12:00:00Z", "-1"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert instant_of(text) is None


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,20}([-/T:.][0-9]{1,3}){0,9}Z?"))
def test_whatever_is_read_can_be_reckoned_with(text: str) -> None:
    moment = instant_of(text)
    if moment is not None:
        far = abs(moment - NOON)
        assert NOON - far - far < NOON + far + far


NEVER_SET = [
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "1601-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
]


@pytest.mark.parametrize("first", NEVER_SET)
@pytest.mark.parametrize("second", [*NEVER_SET, None])
async def test_values_are_taken_after_a_time_beyond_all(
    first: str, second: str | None
) -> None:
    def values(at: str, power_w: int) -> dict[str, Any]:
        sampled = [{"value": str(power_w), "measurand": "Power.Active.Import"}]
        value = {"timestamp": at, "sampledValue": sampled}
        return {"connectorId": 1, "meterValue": [value]}

    async with raw_charger() as charger:
        told = [first, second or datetime.now(UTC).isoformat()]
        for number, at in enumerate(told):
            assert (await charger.call("MeterValues", values(at, number)))[0] == 3


async def test_a_start_that_tells_its_time_in_seconds_was_then() -> None:
    async with raw_charger() as charger:
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000}
        await charger.call("StartTransaction", {**start, "timestamp": 1780315200})
        running = charger.snapshot.evse(1).running_transaction
        assert running is not None
        assert running.started_at == NOON
