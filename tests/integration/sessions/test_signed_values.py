"""Signed meter values of a session, in the form that transparency software reads."""

from base64 import b64encode
from typing import Any
from xml.etree import ElementTree as ET

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.csms.ocppj.framing import Payload
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.csms.versions.stub import StubCharger, stub_charger
from tests.integration.actions import ask

OCMF = 'OCMF|{"FV":"1.0"}|{"SD":"3045"}'
KEY = "3059301306072A8648CE3D0201"


def encoded(text: str) -> str:
    """Return a text as OCPP 2.x sends it."""
    return b64encode(text.encode()).decode()


async def event(
    charger: StubCharger, kind: str, context: str, data: str, key: str
) -> None:
    """Report on a session, with its energy register signed."""
    now = dt_util.utcnow().isoformat()
    signed: Payload = {
        "signedMeterData": data,
        "signingMethod": "",
        "encodingMethod": "OCMF",
        "publicKey": key,
    }
    sampled: Payload = {"value": 1000, "context": context, "signedMeterValue": signed}
    payload: Payload = {
        "eventType": kind,
        "timestamp": now,
        "triggerReason": "ChargingStateChanged",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "tx-1", "chargingState": "Charging"},
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": [{"timestamp": now, "sampledValue": [sampled]}],
    }
    await charger.call("TransactionEvent", payload)


async def test_signed_values_are_written_as_they_are(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> None:
    async with stub_charger(f"ws://127.0.0.1:{port}", "CP1", "ocpp2.0.1") as charger:
        station: Payload = {"vendorName": "Sunny", "model": "Wallbox 22"}
        boot: Payload = {"reason": "PowerUp", "chargingStation": station}
        await charger.call("BootNotification", boot)
        told_key = encoded(f"oca:base16:asn1:{KEY}")
        begin, end = "Transaction.Begin", "Transaction.End"
        await event(charger, "Started", begin, encoded(OCMF), told_key)
        await event(charger, "Ended", end, "c2lnbmVk/w==", KEY)
    (session,) = (await ask(hass, "get_sessions"))["sessions"]
    assert session["signed_values"] == 2
    answer: dict[str, Any] = await ask(hass, "get_sessions", format="xml")
    assert answer["count"] == 1
    values = ET.fromstring(answer["xml"])  # noqa: S314 - it was made here
    assert [value.attrib for value in values] == [
        {"transactionId": "1", "context": begin},
        {"transactionId": "1", "context": end},
    ]
    data = [(each.attrib, each.text) for each in values.iter("signedData")]
    assert data == [
        ({"encoding": "plain", "format": "OCMF"}, OCMF),
        ({"encoding": "base64", "format": "OCMF"}, "c2lnbmVk/w=="),
    ]
    keys = [(each.attrib, each.text) for each in values.iter("publicKey")]
    assert keys == [({"encoding": "hex"}, KEY), ({"encoding": "hex"}, KEY)]
