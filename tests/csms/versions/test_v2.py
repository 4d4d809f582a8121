"""OCPP 2.0.1 and 2.1, as a charging station sees it that writes its frames by hand."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import Evse, Limit, Registration
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.operations.upgrade_security import raise_profile
from custom_components.ocpp.csms.pki.security_profiles import SecurityProfile
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.pki import authority, encryption, pem, signing_request
from tests.waiting import until

from .stub import StubCharger, answering, stub_charger

BOOT: dict[str, Any] = {
    "reason": "PowerUp",
    "chargingStation": {"vendorName": "Sunny", "model": "Wallbox 22"},
}


class Pair:
    """A station at the end of a socket, and the central system on the other."""

    def __init__(self, charger: StubCharger, system: CentralSystem) -> None:
        """Initialize on an open socket."""
        self.charger = charger
        self.system = system
        """The central system."""

    @property
    def station(self) -> ChargingStation:
        """The station, as the central system sees it."""
        return self.system.stations["CP1"]

    @property
    def evse(self) -> Evse:
        """Its first EVSE."""
        return self.station.snapshot.evse(1)

    async def event(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Report on the session, and return the answer."""
        info = {"transactionId": "tx-1", **fields.pop("info", {})}
        payload = {
            "eventType": kind,
            "timestamp": "2026-06-01T12:00:00Z",
            "triggerReason": "CablePluggedIn",
            "seqNo": 0,
            "transactionInfo": info,
            "evse": {"id": 1, "connectorId": 1},
            **fields,
        }
        return await self.charger.call("TransactionEvent", payload)

    async def status(self, word: str) -> None:
        """Report the state of the connector."""
        await self.charger.call(
            "StatusNotification",
            {
                "timestamp": "2026-06-01T12:00:00Z",
                "connectorStatus": word,
                "evseId": 1,
                "connectorId": 1,
            },
        )

    def called(self, action: str) -> list[dict[str, Any]]:
        """Return the payloads of the calls that have come."""
        return [payload for name, payload in self.charger.calls if name == action]


@pytest.fixture(params=["ocpp2.0.1", "ocpp2.1"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    """A station that is connected to a central system which accepts everybody."""
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        timeouts=Timeouts(transaction_grace_s=0.01),
    )
    await system.start("127.0.0.1", 0)
    url = f"ws://127.0.0.1:{system.port}"
    async with stub_charger(url, "CP1", request.param) as charger:
        yield Pair(charger, system)
    await system.stop()


def energy(value: float, **fields: Any) -> list[dict[str, Any]]:
    """Return a meter value with the energy register."""
    sampled = {"value": value, "measurand": "Energy.Active.Import.Register", **fields}
    return [{"timestamp": "2026-06-01T12:00:00Z", "sampledValue": [sampled]}]


async def test_a_station_introduces_itself(pair: Pair) -> None:
    answer = await pair.charger.call("BootNotification", BOOT)
    assert answer["status"] == "Accepted"
    info = pair.station.snapshot.info
    assert info is not None
    assert (info.vendor, info.model) == ("Sunny", "Wallbox 22")


async def test_a_station_may_introduce_itself_in_the_words_of_1_6(pair: Pair) -> None:
    boot: Payload = {"chargePointVendor": "Sunny", "chargePointModel": "Old"}
    assert (await pair.charger.call("BootNotification", boot))["status"] == "Accepted"
    info = pair.station.snapshot.info
    assert info is not None
    assert info.model == "Old"


async def test_a_session_is_told_from_its_start_to_its_end(pair: Pair) -> None:
    await pair.charger.call("BootNotification", BOOT)
    await pair.status("Occupied")
    assert str(pair.evse.status) == ConnectorStatus.PREPARING
    card = {"idToken": "04AB12", "type": "ISO14443"}
    answer = await pair.event("Started", idToken=card, meterValue=energy(1000))
    assert answer["idTokenInfo"]["status"] == "Accepted"
    charging = {"chargingState": "Charging"}
    unit = {"unit": "kWh", "multiplier": -1}
    values = energy(35, unitOfMeasure=unit)
    answer = await pair.event("Updated", seqNo=1, info=charging, meterValue=values)
    assert answer == {}
    assert str(pair.evse.status) == ConnectorStatus.CHARGING
    running = pair.evse.running_transaction
    assert running is not None
    assert (running.id, running.id_token) == ("tx-1", "04AB12")
    assert running.energy_wh == pytest.approx(2500)
    reason = {"stoppedReason": "EVDisconnected"}
    await pair.event("Ended", seqNo=2, info=reason, meterValue=energy(4000))
    ended = pair.evse.transaction
    assert ended is not None
    assert ended.stop_reason == "EVDisconnected"
    assert ended.energy_wh == pytest.approx(3000)
    await pair.status("Available")
    assert str(pair.evse.status) == ConnectorStatus.AVAILABLE


async def test_a_limit_is_that_of_the_session(pair: Pair) -> None:
    pair.charger.answers["SetChargingProfile"] = answering("Accepted")
    await pair.charger.call("BootNotification", BOOT)
    await pair.status("Occupied")
    await pair.event("Started", info={"chargingState": "Charging"})
    await pair.station.limits.set(1, Limit(10))
    await until(lambda: len(pair.called("SetChargingProfile")) > 0)
    profiles = [call["chargingProfile"] for call in pair.called("SetChargingProfile")]
    (of_session,) = [
        profile
        for profile in profiles
        if profile["chargingProfilePurpose"] == "TxProfile"
    ]
    assert of_session["transactionId"] == "tx-1"
    (schedule,) = of_session["chargingSchedule"]
    assert schedule["chargingSchedulePeriod"][0]["limit"] == 10


async def test_a_session_without_a_car_shows_no_car(pair: Pair) -> None:
    await pair.charger.call("BootNotification", BOOT)
    await pair.status("Available")
    card = {"idToken": "04AB12", "type": "ISO14443"}
    await pair.event("Started", triggerReason="Authorized", idToken=card)
    assert pair.evse.plugged_in is False
    await pair.status("Occupied")
    await pair.event("Updated", seqNo=1, triggerReason="CablePluggedIn")
    assert pair.evse.plugged_in is True


async def test_a_session_finds_its_place_later(pair: Pair) -> None:
    await pair.charger.call("BootNotification", BOOT)
    for evse_id in (1, 2):
        await pair.charger.call(
            "StatusNotification",
            {
                "timestamp": "2026-06-01T12:00:00Z",
                "connectorStatus": "Available",
                "evseId": evse_id,
                "connectorId": 1,
            },
        )
    card = {"idToken": "04AB12", "type": "ISO14443"}
    started: Payload = {"triggerReason": "Authorized", "idToken": {**card}}
    info: Payload = {"transactionId": "tx-9"}
    await pair.charger.call(
        "TransactionEvent",
        {
            "eventType": "Started",
            "timestamp": "2026-06-01T12:00:00Z",
            "seqNo": 0,
            "transactionInfo": info,
            **started,
        },
    )
    evses = pair.station.snapshot.evses
    assert not any(evse.running_transaction for evse in evses.values())
    await pair.event("Updated", seqNo=1, info=info, evse={"id": 2})
    running = pair.station.snapshot.evse(2).running_transaction
    assert running is not None
    assert running.id_token == "04AB12"


async def test_a_certificate_names_its_request(pair: Pair) -> None:
    pair.charger.answers["CertificateSigned"] = answering("Accepted")
    await pair.charger.call("BootNotification", BOOT)
    pair.system.certificate_authority = authority()
    numbered = {"requestId": 7} if pair.station.version.name == "2.1" else {}
    kind = {"certificateType": "V2GCertificate"}
    request = pem(signing_request("CP1"))
    asked: Payload = {"csr": request, **kind, **numbered}
    assert await pair.charger.call("SignCertificate", asked) == {"status": "Accepted"}
    await until(lambda: pair.called("CertificateSigned"))
    (signed,) = pair.called("CertificateSigned")
    assert signed.pop("certificateChain")
    assert signed == {**kind, **numbered}


async def test_a_security_profile_is_that_of_a_network_profile(pair: Pair) -> None:
    accepted = answering("Accepted")
    pair.charger.answers |= {"SetNetworkProfile": accepted, "SetVariables": variables}
    await pair.charger.call("BootNotification", BOOT)
    port = await pair.system.start("127.0.0.1", 0, encryption())
    await raise_profile(pair.station, SecurityProfile.ENCRYPTED_PASSWORD)
    (sent,) = pair.called("SetNetworkProfile")
    data = sent["connectionData"]
    assert data["ocppCsmsUrl"] == f"wss://127.0.0.1:{port}/"
    is_older = pair.station.version.name == "2.0.1"
    expected = ("OCPP20", "Wired0") if is_older else ("OCPP21", "Any")
    assert (data["ocppVersion"], data["ocppInterface"]) == expected
    # Nothing is known of the slots in use: the first is spared.
    assert sent["configurationSlot"] == 2


async def variables(payload: Payload) -> Payload:
    """Take any value of a variable."""
    data: Any = payload["setVariableData"]
    results = [
        {
            "component": item["component"],
            "variable": item["variable"],
            "attributeStatus": "Accepted",
        }
        for item in data
    ]
    return {"setVariableResult": [*results]}


async def test_missing_events_are_counted(pair: Pair) -> None:
    await pair.charger.call("BootNotification", BOOT)
    await pair.event("Started")
    await pair.event("Updated", seqNo=1)
    assert Fault.MISSING_EVENT not in pair.station.faults
    await pair.event("Updated", seqNo=5)
    assert pair.station.faults[Fault.MISSING_EVENT] == 1
