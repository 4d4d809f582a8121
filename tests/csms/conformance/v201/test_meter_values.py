"""Block J: meter values."""

from typing import Any

import pytest

from custom_components.ocpp.csms.metering.signed import SignedValue
from tests.csms.conformance.peer import NOW, Message, text

from .script import CARD, METER_START_WH, METER_STOP_WH, Session, Station, energy

CLOCK, PERIODIC = "Sample.Clock", "Sample.Periodic"
BEGIN = energy(METER_START_WH, "Transaction.Begin")
END = energy(METER_STOP_WH, "Transaction.End")


def sampled(context: str, *samples: tuple[str, float, str]) -> Message:
    """Return the field with a meter value of several measurands."""
    values = [
        {
            "measurand": measurand,
            "value": value,
            "context": context,
            "unitOfMeasure": {"unit": unit},
        }
        for measurand, value, unit in samples
    ]
    return {"meterValue": [{"timestamp": text(NOW), "sampledValue": values}]}


def signed(value_wh: float, context: str) -> Message:
    """Return the field with an energy register that is signed."""
    told: Message = energy(value_wh, context)
    told["meterValue"][0]["sampledValue"][0]["signedMeterValue"] = {
        "signedMeterData": f"data {context}",
        "signingMethod": "",
        "encodingMethod": "OCMF",
        "publicKey": "key",
    }
    return told


async def begun(charger: Station, **values: Any) -> Session:
    """Begin a session with a car that charges."""
    await charger.report("Occupied")
    session = charger.session()
    await session.start("ChargingStateChanged", "Charging", **(values or BEGIN))
    return session


def charged_wh(charger: Station) -> float | None:
    """Return the energy of the session."""
    transaction = charger.evse.transaction
    return None if transaction is None else transaction.energy_wh


async def test_TC_J_01(charger: Station) -> None:
    for evse_id in (1, 2):
        values = energy(1000 * evse_id, CLOCK)
        assert await charger.tell("MeterValues", evseId=evse_id, **values) == {}
        evse = charger.station.snapshot.evse(evse_id)
        assert evse.ledger.registers[0].value_wh == 1000 * evse_id
    # The main meter of the station.
    assert await charger.tell("MeterValues", evseId=0, **energy(9000, CLOCK)) == {}
    assert charger.station.snapshot.evses.keys() == {1, 2}


async def test_TC_J_02(charger: Station) -> None:
    session = await begun(charger)
    values = sampled(
        CLOCK,
        ("Energy.Active.Import.Register", METER_STOP_WH, "Wh"),
        ("Voltage", 231, "V"),
    )
    assert await session.update("MeterValueClock", "Charging", **values) == {}
    assert charged_wh(charger) == METER_STOP_WH - METER_START_WH
    assert charger.evse.meter.voltage_v == 231


async def test_TC_J_03(charger: Station) -> None:
    session = await begun(charger)
    values: Message = energy(2000, CLOCK)
    values["meterValue"] += energy(METER_STOP_WH, "Transaction.End")["meterValue"]
    assert await session.end("EVDeparted", "EVDisconnected", **values) == {}
    assert charged_wh(charger) == METER_STOP_WH - METER_START_WH


@pytest.mark.parametrize(
    ("trigger", "context"),
    [
        pytest.param("MeterValueClock", CLOCK, id="TC_J_04"),
        pytest.param("MeterValuePeriodic", PERIODIC, id="TC_J_11"),
    ],
)
async def test_signed_values_are_kept(
    charger: Station, trigger: str, context: str
) -> None:
    session = await begun(charger, **signed(METER_START_WH, "Transaction.Begin"))
    await session.update(trigger, "Charging", **signed(2000, context))
    values = signed(METER_STOP_WH, "Transaction.End")
    await session.end("EVDeparted", "EVDisconnected", **values)
    assert charged_wh(charger) == METER_STOP_WH - METER_START_WH
    ended = charger.evse.transaction
    assert ended is not None
    assert ended.signed == tuple(
        SignedValue(NOW, context, f"data {context}", "OCMF", "key")
        for context in ("Transaction.Begin", "Transaction.End")
    )


async def test_a_signed_value_that_is_too_long_is_not_kept(charger: Station) -> None:
    values: Message = signed(METER_START_WH, "Transaction.Begin")
    told = values["meterValue"][0]["sampledValue"][0]["signedMeterValue"]
    told["signedMeterData"] = ""
    await begun(charger, **values)
    running = charger.evse.running_transaction
    assert running is not None
    assert running.signed == ()


async def test_TC_J_07(charger: Station) -> None:
    await begun(charger)
    running = charger.evse.running_transaction
    assert running is not None
    assert running.meter_start_wh == METER_START_WH


async def test_TC_J_08(charger: Station) -> None:
    await charger.authorize()
    session = charger.session()
    # Nobody knows yet where the car will be plugged in.
    answer = await session.event("Started", "Authorized", idToken=CARD, **BEGIN)
    assert answer["idTokenInfo"]["status"] == "Accepted"
    await charger.report("Occupied")
    place: Message = {"evse": {"id": 1, "connectorId": 1}}
    await session.update("CablePluggedIn", "EVConnected", **place)
    assert session.is_running


async def test_TC_J_09(charger: Station) -> None:
    session = await begun(charger)
    values = sampled(
        PERIODIC,
        ("Energy.Active.Import.Register", METER_STOP_WH / 1000, "kWh"),
        ("Current.Import", 16, "A"),
        ("Voltage", 231, "V"),
        ("Power.Offered", 11000, "W"),
        ("SoC", 55, "Percent"),
    )
    assert await session.update("MeterValuePeriodic", "Charging", **values) == {}
    assert charged_wh(charger) == METER_STOP_WH - METER_START_WH
    assert charger.evse.meter.voltage_v == 231


async def test_TC_J_10(charger: Station) -> None:
    session = await begun(charger)
    assert await session.end("EVDeparted", "EVDisconnected", **END) == {}
    assert charged_wh(charger) == METER_STOP_WH - METER_START_WH
