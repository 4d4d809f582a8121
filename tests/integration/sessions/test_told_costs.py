"""The cost of a session, told to a charger that speaks OCPP 2.0.1."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.csms.ocppj.framing import Payload
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.csms.versions.stub import StubCharger, stub_charger

PRICE, PRICE_PER_KWH = "sensor.price", 0.2


@pytest.fixture
def options(hass: HomeAssistant) -> dict[str, Any]:
    """A tariff whose price is known."""
    unit = {"unit_of_measurement": "EUR/kWh"}
    hass.states.async_set(PRICE, str(PRICE_PER_KWH), unit)
    return {"tariff": {"price_entities": [PRICE]}}


async def event(charger: StubCharger, kind: str, energy_wh: float) -> dict[str, Any]:
    """Report on a session, and return the answer."""
    now = dt_util.utcnow().isoformat()
    sampled: Payload = {
        "value": energy_wh,
        "measurand": "Energy.Active.Import.Register",
    }
    payload: Payload = {
        "eventType": kind,
        "timestamp": now,
        "triggerReason": "ChargingStateChanged",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "tx-1", "chargingState": "Charging"},
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": [{"timestamp": now, "sampledValue": [sampled]}],
    }
    return await charger.call("TransactionEvent", payload)


async def test_the_end_of_a_session_is_answered_with_its_cost(
    running: MockConfigEntry, port: int
) -> None:
    async with stub_charger(f"ws://127.0.0.1:{port}", "CP1", "ocpp2.0.1") as charger:
        station: Payload = {"vendorName": "Sunny", "model": "Wallbox 22"}
        boot: Payload = {"reason": "PowerUp", "chargingStation": station}
        await charger.call("BootNotification", boot)
        assert await event(charger, "Started", 1000) == {}
        assert await event(charger, "Updated", 2500) == {}
        answer = await event(charger, "Ended", 4000)
        assert answer == {"totalCost": pytest.approx(3 * PRICE_PER_KWH)}
