"""Block P: data of vendors, and custom data in any message."""

import pytest

from tests.csms.conformance.peer import Message

from .script import BOOT, Station, energy, status

CUSTOM: Message = {"vendorId": "Sunny", "anything": {"goes": [1, None, "x"]}}


@pytest.mark.parametrize(
    "payload",
    [
        {"vendorId": "Nobody"},
        {"vendorId": "Nobody", "messageId": "nothing"},
        {"vendorId": "Nobody", "messageId": "nothing", "data": {"any": ["thing", 1]}},
        {"vendorId": "Nobody", "data": 5},
    ],
    ids=lambda payload: f"TC_P_02 {len(payload)}",
)
async def test_data_of_an_unknown_vendor_are_declined(
    charger: Station, payload: Message
) -> None:
    assert await charger.tell("DataTransfer", **payload) == {
        "status": "UnknownVendorId"
    }


async def test_TC_P_03(charger: Station) -> None:
    station: Message = {**BOOT["chargingStation"], "customData": CUSTOM}
    boot = {**BOOT, "chargingStation": station, "customData": CUSTOM}
    assert (await charger.tell("BootNotification", **boot))["status"] == "Accepted"
    await charger.tell(
        "StatusNotification", **status("Available"), customData={"vendorId": "Other"}
    )
    await charger.tell("Heartbeat", customData=CUSTOM)
    session = charger.session()
    await session.start("CablePluggedIn", "Charging", **energy(0), customData=CUSTOM)
    assert session.is_running
