"""Numbers that are written for people, over a socket: read where there is one reading, and counted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.raw_charger import RawCharger, raw_charger

NOW = "2026-06-01T12:00:00Z"
CERTAIN: list[tuple[str, float]] = [
    ("1 000", 1000),
    ("1\u00a0000", 1000),
    ("1'000", 1000),
    ("12 345 678", 12_345_678),
    ("1 000,5", 1000.5),
    ("1,000.5", 1000.5),
    ("1.000,5", 1000.5),
    ("1.234.567,25", 1_234_567.25),
    ("1,000,000", 1_000_000),
    ("1.000.000", 1_000_000),
    ("0x0A", 10),
    ("1000\0", 1000),
    ("10 Wh", 10),
    ("10Wh", 10),
    ("10 wh ", 10),
    ("1.5 kWh", 1500),
    ("1,5 kWh", 1500),
    ("1 234.5 kWh", 1_234_500),
    ("2 MWh", 2_000_000),
]
UNCERTAIN = [
    "1 00",
    "1,00,000",
    "1.000,000,5",
    "10 apples",
    "10 h",
    "ten",
    "--1",
    "1 2",
    "1" * 65,
    "1" * 65 + " Wh",
]


@pytest.fixture
async def charger() -> AsyncIterator[RawCharger]:
    async with raw_charger() as charger:
        yield charger


async def _sampled(charger: RawCharger, value: str, **more: str) -> float | None:
    """Return the register after a sampled value."""
    sampled = {"value": value, "measurand": "Energy.Active.Import.Register", **more}
    told = [{"timestamp": NOW, "sampledValue": [sampled]}]
    answer = await charger.call("MeterValues", {"connectorId": 1, "meterValue": told})
    assert answer[0] == 3
    return charger.snapshot.evse(1).meter.energy_wh


@pytest.mark.parametrize(("text", "number"), CERTAIN)
async def test_a_sampled_value_with_one_reading(
    charger: RawCharger, text: str, number: float
) -> None:
    assert await _sampled(charger, text) == number
    assert charger.faults[Fault.UNUSABLE_VALUE] == 1


@pytest.mark.parametrize("text", UNCERTAIN)
async def test_a_sampled_value_with_none_is_dropped(
    charger: RawCharger, text: str
) -> None:
    assert await _sampled(charger, text) is None
    assert charger.faults[Fault.UNUSABLE_VALUE] == 1


@pytest.mark.parametrize(
    ("text", "unit", "wh"),
    [("10 kWh", "kWh", 10_000), ("10 kWh", "Wh", None), ("1 000", "kWh", 1_000_000)],
)
async def test_a_unit_must_not_contradict_another(
    charger: RawCharger, text: str, unit: str, wh: float | None
) -> None:
    assert await _sampled(charger, text, unit=unit) == wh
    assert charger.faults[Fault.UNUSABLE_VALUE] == 1


async def _start(charger: RawCharger, meter_start: Any) -> float | None:
    start = {
        "connectorId": 1,
        "idTag": "TAG",
        "meterStart": meter_start,
        "timestamp": NOW,
    }
    answer = await charger.call("StartTransaction", start)
    assert answer[2]["idTagInfo"]["status"] == "Accepted"
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    return running.meter_start_wh


@pytest.mark.parametrize(("text", "number"), CERTAIN)
async def test_a_session_begins_and_ends_where_it_is_told(
    charger: RawCharger, text: str, number: float
) -> None:
    assert await _start(charger, 0) == 0
    transaction = charger.snapshot.evse(1).transaction
    assert transaction is not None
    stop = {"transactionId": int(transaction.id), "meterStop": text, "timestamp": NOW}
    await charger.call("StopTransaction", stop)
    ended = charger.snapshot.evse(1).transaction
    assert ended is not None
    assert not ended.running
    if number < 200_000:
        assert ended.energy_wh == round(number)
    assert await _start(charger, text) == round(number)
    assert charger.faults[Fault.SCHEMA_VIOLATION] == 2


@pytest.mark.parametrize("text", [*UNCERTAIN, "1,000", {"a": 1, "b": 2}])
async def test_a_session_whose_begin_is_uncertain_takes_what_is_known(
    charger: RawCharger, text: Any
) -> None:
    await _sampled(charger, "5000")
    assert await _start(charger, text) is None
    await _sampled(charger, "5400")
    running = charger.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.energy_wh == 400
    assert charger.faults[Fault.SCHEMA_VIOLATION] == 1
