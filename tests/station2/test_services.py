"""Files, certificates, monitors and the rest at the simulated station."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
import pytest

from custom_components.ocpp.csms.pki.certificates import to_pem
from custom_components.ocpp.csms.pki.signing_requests import read_request
from tests.pki import authority, encryption
from tests.simulator.station2 import Oddities, simulated_station
from tests.simulator.station2.device.device_model import Place
from tests.waiting import until

from .scripted_csms import Payload, ScriptedCsms, scripted_csms

_FIRMWARE = b"faster"
_LATER = "2036-01-01T00:00:00Z"


@pytest.fixture
async def store(socket_enabled: None) -> AsyncIterator[tuple[str, dict[str, bytes]]]:
    """A server for files, and the files that were uploaded to it."""
    files: dict[str, bytes] = {}

    async def put(request: web.Request) -> web.Response:
        files[request.path] = await request.read()
        return web.Response()

    async def get(_: web.Request) -> web.Response:
        return web.Response(body=_FIRMWARE)

    app = web.Application()
    app.router.add_put("/{path:.*}", put)
    app.router.add_get("/{path:.*}", get)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/"), files


async def test_logs(csms: ScriptedCsms, store: tuple[str, dict[str, bytes]]) -> None:
    url, files = store
    asked = {
        "requestId": 4,
        "logType": "SecurityLog",
        "log": {"remoteLocation": f"{url}/logs"},
    }
    async with simulated_station(csms.url, "CS1"):
        assert (await csms.call("GetLog", asked))["status"] == "Accepted"
        told = await csms.wait("LogStatusNotification", 2)
    assert [each["status"] for each in told] == ["Uploading", "Uploaded"]
    assert files == {"/logs/station.log": b"Nothing has happened"}


@pytest.mark.parametrize(("content", "is_genuine"), [(_FIRMWARE, True), (b"", False)])
async def test_signed_firmware(
    csms: ScriptedCsms,
    store: tuple[str, dict[str, bytes]],
    content: bytes,
    is_genuine: bool,
) -> None:
    maker = authority()
    assert isinstance(maker.key, ec.EllipticCurvePrivateKey)
    signature = maker.key.sign(content, ec.ECDSA(SHA256()))
    firmware = {
        "location": f"{store[0]}/firmware",
        "retrieveDateTime": "2026-01-01T00:00:00Z",
        "signingCertificate": maker.pem,
        "signature": b64encode(signature).decode(),
    }
    async with simulated_station(csms.url, "CS1") as station:
        await csms.call("UpdateFirmware", {"requestId": 1, "firmware": firmware})
        expected = ["Downloading", "Downloaded"]
        expected += (
            ["SignatureVerified", "Installing", "InstallRebooting", "Installed"]
            if is_genuine
            else ["InvalidSignature"]
        )
        told = await csms.wait("FirmwareStatusNotification", len(expected))
        assert [each["status"] for each in told] == expected
        if is_genuine:
            boot = csms.of("BootNotification")[-1]
            assert boot["reason"] == "FirmwareUpdate"
            assert boot["chargingStation"]["firmwareVersion"] == "2.0.0"
        else:
            await csms.wait("SecurityEventNotification")
    assert (station.services.firmware.content == _FIRMWARE) is is_genuine


async def test_certificates(csms: ScriptedCsms) -> None:
    by, now = authority(), datetime.now(UTC)
    async with simulated_station(csms.url, "CS1") as station:
        asked = {"requestedMessage": "SignChargingStationCertificate"}
        assert await csms.call("TriggerMessage", asked) == {"status": "Accepted"}
        [request] = await csms.wait("SignCertificate")
        signed = by.certify_client(read_request(request["csr"], ["CS1"]), "CS1", now)
        answer = await csms.call(
            "CertificateSigned", {"certificateChain": to_pem(signed)}
        )
        assert answer == {"status": "Accepted"}
        answer = await csms.call("CertificateSigned", {"certificateChain": by.pem})
        assert answer == {"status": "Rejected"}
        root = {"certificateType": "CSMSRootCertificate", "certificate": by.pem}
        assert await csms.call("InstallCertificate", root) == {"status": "Accepted"}
        assert station.services.certificates.encryption() is not None
        known = await csms.call("GetInstalledCertificateIds", {})
        [chain] = known["certificateHashDataChain"]
        gone = {"certificateHashData": chain["certificateHashData"]}
        assert await csms.call("DeleteCertificate", gone) == {"status": "Accepted"}
        assert await csms.call("DeleteCertificate", gone) == {"status": "NotFound"}


async def test_another_central_system(csms: ScriptedCsms) -> None:
    async with scripted_csms() as other, simulated_station(csms.url, "CS1") as station:
        data = {
            "ocppVersion": "OCPP20",
            "ocppTransport": "JSON",
            "ocppCsmsUrl": other.url,
            "messageTimeout": 30,
            "securityProfile": 1,
            "ocppInterface": "Wired0",
        }
        call: Payload = {"configurationSlot": 2, "connectionData": data}
        assert await csms.call("SetNetworkProfile", call) == {"status": "Accepted"}
        weaker = {**call, "connectionData": {**data, "securityProfile": 0}}
        assert (await csms.call("SetNetworkProfile", weaker))["status"] == "Rejected"
        station.model.set("OCPPCommCtrlr", "NetworkConfigurationPriority", "2,1")
        await csms.call("Reset", {"type": "OnIdle"})
        assert (await other.wait("BootNotification"))[0]["reason"] == "RemoteReset"


async def test_a_higher_security_profile(csms: ScriptedCsms) -> None:
    async with (
        scripted_csms(tls=encryption()) as other,
        simulated_station(csms.url, "CS1") as station,
    ):
        data = {
            "ocppVersion": "OCPP20",
            "ocppTransport": "JSON",
            "ocppCsmsUrl": f"wss://127.0.0.1:{other.port}",
            "messageTimeout": 30,
            "securityProfile": 2,
            "ocppInterface": "Wired0",
        }
        call = {"configurationSlot": 2, "connectionData": data}
        assert (await csms.call("SetNetworkProfile", call))["status"] == "Rejected"
        root = {
            "certificateType": "CSMSRootCertificate",
            "certificate": authority().pem,
        }
        await csms.call("InstallCertificate", root)
        assert (await csms.call("SetNetworkProfile", call))["status"] == "Accepted"
        station.model.set("OCPPCommCtrlr", "NetworkConfigurationPriority", "2,1")
        await csms.call("Reset", {"type": "Immediate"})
        await other.wait("BootNotification")
        assert station.model.get("SecurityCtrlr", "SecurityProfile") == "2"


async def test_another_password(csms: ScriptedCsms) -> None:
    wanted = {
        "component": {"name": "SecurityCtrlr"},
        "variable": {"name": "BasicAuthPassword"},
        "attributeValue": "another long password",
    }
    async with simulated_station(csms.url, "CS1", password="the first password"):
        await csms.call("SetVariables", {"setVariableData": [wanted]})
        await until(lambda: len(csms.authorizations) == 2)
    first, second = csms.authorizations
    assert first.startswith("Basic ") and second.startswith("Basic ")
    assert first != second


async def test_monitors(csms: ScriptedCsms) -> None:
    wanted: Payload = {
        "component": {"name": "EVSE", "evse": {"id": 1}},
        "variable": {"name": "Power"},
        "type": "UpperThreshold",
        "value": 5000,
        "severity": 5,
    }
    async with simulated_station(csms.url, "CS1", "2.1") as station:
        call = {"setMonitoringData": [wanted, {**wanted, "value": 6000}]}
        answer = await csms.call("SetVariableMonitoring", call)
        statuses = [each["status"] for each in answer["setMonitoringResult"]]
        assert statuses == ["Accepted", "Duplicate"]
        await csms.call("GetMonitoringReport", {"requestId": 1})
        await csms.wait("NotifyMonitoringReport")
        for power in ("4000", "5500", "5600", "3000"):
            await station.monitoring.change(Place("EVSE", None, 1), "Power", power)
        await station.monitoring.stream(1, ["5.0"])
        events = [event["eventData"][0] for event in csms.of("NotifyEvent")]
        assert [(each["actualValue"], each.get("cleared")) for each in events] == [
            ("5500", None),
            ("3000", True),
        ]
        gone = await csms.call("ClearVariableMonitoring", {"id": [1, 7]})
        await until(lambda: csms.frames)
    statuses = [each["status"] for each in gone["clearMonitoringResult"]]
    assert statuses == ["Accepted", "NotFound"]
    assert csms.frames[0][0] == 6


async def test_reservations(csms: ScriptedCsms) -> None:
    token = {"idToken": "MINE", "type": "ISO14443"}
    call = {"id": 3, "expiryDateTime": _LATER, "idToken": token, "evseId": 1}
    async with simulated_station(csms.url, "CS1") as station:
        assert await csms.call("ReserveNow", call) == {"status": "Accepted"}
        reserved = await csms.wait("StatusNotification")
        assert reserved[-1]["connectorStatus"] == "Reserved"
        assert await station.show_tag("OTHER") == "Reserved"
        assert await station.show_tag("MINE") == "Accepted"
        assert csms.of("TransactionEvent")[0]["reservationId"] == 3
        assert await csms.call("CancelReservation", {"reservationId": 3}) == {
            "status": "Rejected"
        }


async def test_the_local_list_works_without_a_connection(csms: ScriptedCsms) -> None:
    token = {"idToken": "MINE", "type": "ISO14443"}
    entry = {"idToken": token, "idTokenInfo": {"status": "Accepted"}}
    call: Payload = {
        "versionNumber": 5,
        "updateType": "Full",
        "localAuthorizationList": [entry],
    }
    async with simulated_station(csms.url, "CS1") as station:
        assert await csms.call("SendLocalList", call) == {"status": "Accepted"}
        assert await csms.call("GetLocalListVersion", {}) == {"versionNumber": 5}
        older = {"versionNumber": 4, "updateType": "Differential"}
        answer = await csms.call("SendLocalList", older)
        assert answer == {"status": "VersionMismatch"}
        await station.disconnect()
        assert await station.show_tag("STRANGE") == "Unknown"
        assert await station.show_tag("MINE") == "Accepted"


async def test_messages_customers_and_costs(csms: ScriptedCsms) -> None:
    message = {
        "id": 1,
        "priority": "InFront",
        "message": {"format": "UTF8", "content": "Hello"},
    }
    about = {"requestId": 2, "report": True, "clear": True, "customerIdentifier": "Eve"}
    async with simulated_station(csms.url, "CS1") as station:
        assert await csms.call("SetDisplayMessage", {"message": message}) == {
            "status": "Accepted"
        }
        await csms.call("GetDisplayMessages", {"requestId": 1})
        [shown] = await csms.wait("NotifyDisplayMessages")
        assert shown["messageInfo"] == [message]
        station.services.customers.known["Eve"] = "x" * 600
        await csms.call("CustomerInformation", about)
        parts = await csms.wait("NotifyCustomerInformation", 2)
        assert [each["tbc"] for each in parts] == [True, False]
        await csms.call("CostUpdated", {"totalCost": 1.5, "transactionId": "1"})
        assert station.services.display.costs == {"1": 1.5}


async def test_oddities(csms: ScriptedCsms) -> None:
    oddities = Oddities(
        tells_offline=False,
        counts_events=False,
        connector_zero=True,
        unimplemented=frozenset({"GetVariables"}),
        energy_in_kwh_at_start=True,
        boot_of_1_6=True,
        list_version_of_1_6=True,
        crashes_at_data_transfer=True,
    )
    async with simulated_station(csms.url, "CS1", oddities=oddities) as station:
        await station.boot()
        await station.start_session()
        version = await csms.call("GetLocalListVersion", {})
        asked = {"component": {"name": "EVSE"}, "variable": {"name": "Power"}}
        refused = await csms.call("GetVariables", {"getVariableData": [asked]})
        assert "chargePointModel" in csms.of("BootNotification")[0]
        assert csms.of("StatusNotification")[0]["connectorId"] == 0
        assert {event["seqNo"] for event in csms.of("TransactionEvent")} == {0}
        assert version == {"listVersion": 0}
        assert refused["error"] == "NotImplemented"
        await csms.tell("DataTransfer", {"vendorId": "Sunny"})
        await station.link.lost.wait()
        await station.reconnect()
