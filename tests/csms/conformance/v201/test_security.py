"""Block A: security."""

from collections.abc import Callable
from contextlib import AbstractContextManager
import ssl

from cryptography import x509
import pytest
from websockets.exceptions import InvalidHandshake, InvalidStatus

from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.model import ResetKind
from custom_components.ocpp.csms.operations.sign_certificate import ask_to_renew
from custom_components.ocpp.csms.operations.upgrade_security import raise_profile
from custom_components.ocpp.csms.pki.certificates import CertificatePurpose
from custom_components.ocpp.csms.pki.security_profiles import (
    SecurityProfile,
    new_password,
)
from custom_components.ocpp.csms.server.tls import CertificateFiles
from scripts.csms_security import set_password
from tests.csms.conformance.credentials import INVALID_CERTIFICATES, PASSWORD, demanding
from tests.csms.conformance.peer import ACCEPTED, NOW, REJECTED, Message, text
from tests.pki import (
    authority,
    charger_context,
    client_files,
    encryption,
    pem,
    signing_request,
)
from tests.waiting import until

from .script import CARD, Station, StationBench, names_of, running

OWN_PASSWORD = "SecurityCtrlr.BasicAuthPassword"
PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority"


async def charge(charger: Station) -> None:
    """Boot and charge."""
    await charger.boot()
    session = charger.session()
    await charger.report("Occupied")
    await session.start("CablePluggedIn", "Charging", idToken=CARD)
    await session.end("EVCommunicationLost", "EVDisconnected")


# Passwords.


async def test_TC_A_01(bench: StationBench) -> None:
    bench.system.adopt("CP1", demanding(SecurityProfile.PASSWORD))
    async with bench.connected(password=PASSWORD) as charger:
        await charge(charger)


@pytest.mark.parametrize(
    ("user", "password"),
    [
        pytest.param("CP2", PASSWORD, id="TC_A_02"),
        pytest.param("CP1", "wrong", id="TC_A_03"),
    ],
)
async def test_wrong_credentials(bench: StationBench, user: str, password: str) -> None:
    bench.system.adopt("CP1", demanding(SecurityProfile.PASSWORD))
    with pytest.raises(InvalidStatus) as refusal:
        async with bench.connected(password=password, user=user):
            pass
    assert refusal.value.response.status_code == 401
    assert not bench.station.connected


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("Accepted", id="TC_A_09"),
        pytest.param("RebootRequired", id="TC_A_09 after a reboot"),
        pytest.param("Rejected", id="TC_A_10"),
    ],
)
async def test_the_password_is_changed(bench: StationBench, status: str) -> None:
    bench.system.adopt("CP1", demanding(SecurityProfile.PASSWORD))
    new = new_password()
    async with bench.connected(password=PASSWORD) as charger:
        await charger.boot()
        charger.attribute_status[OWN_PASSWORD] = status
        if status == "Rejected":
            with pytest.raises(RejectedError):
                await set_password(charger.station, new)
        else:
            reboot = await set_password(charger.station, new)
            assert reboot is (status == "RebootRequired")
        data = [{**names_of(OWN_PASSWORD), "attributeValue": new}]
        assert charger.called("SetVariables")[-1] == {"setVariableData": data}
    right, wrong = (PASSWORD, new) if status == "Rejected" else (new, PASSWORD)
    async with bench.connected(password=right) as charger:
        await charger.boot()
    with pytest.raises(InvalidStatus) as refusal:
        async with bench.connected(password=wrong):
            pass
    assert refusal.value.response.status_code == 401


# Encryption.


async def test_TC_A_04() -> None:
    async with running(encryption()) as bench:
        bench.system.adopt("CP1", demanding(SecurityProfile.ENCRYPTED_PASSWORD))
        async with bench.connected(charger_context(), PASSWORD) as charger:
            await charge(charger)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_TC_A_06() -> None:
    outdated = charger_context()
    outdated.set_ciphers("DEFAULT:@SECLEVEL=0")
    outdated.minimum_version = ssl.TLSVersion.TLSv1_1
    outdated.maximum_version = ssl.TLSVersion.TLSv1_1
    async with running(encryption()) as bench:
        with pytest.raises(OSError):
            async with bench.connected(outdated):
                pass
        assert not bench.system.stations


async def test_TC_A_07() -> None:
    async with running(encryption(asks_for_certificates=True)) as bench:
        bench.system.adopt("CP1", demanding(SecurityProfile.CERTIFICATE, None))
        with client_files("CP1", authority()) as files:
            tls = charger_context(files=files)
        async with bench.connected(tls) as charger:
            await charge(charger)


@INVALID_CERTIFICATES
async def test_TC_A_08(
    files: Callable[[], AbstractContextManager[CertificateFiles]],
) -> None:
    async with running(encryption(asks_for_certificates=True)) as bench:
        bench.system.adopt("CP1", demanding(SecurityProfile.CERTIFICATE, None))
        with files() as shown:
            tls = charger_context(files=shown)
        with pytest.raises((OSError, InvalidHandshake)):
            async with bench.connected(tls):
                pass
        assert not bench.station.connected


# Certificates.

KINDS = [
    pytest.param(
        CertificatePurpose.CENTRAL_SYSTEM,
        "SignChargingStationCertificate",
        {"certificateType": "ChargingStationCertificate"},
        id="TC_A_11",
    ),
    pytest.param(
        CertificatePurpose.VEHICLE,
        "SignV2GCertificate",
        {"certificateType": "V2GCertificate"},
        id="TC_A_12",
    ),
    # One for both has no type.
    pytest.param(CertificatePurpose.BOTH, "SignCombinedCertificate", {}, id="TC_A_13"),
]


@pytest.mark.parametrize(("purpose", "trigger", "kind"), KINDS)
async def test_a_certificate_is_renewed(
    bench: StationBench,
    charger: Station,
    purpose: CertificatePurpose,
    trigger: str,
    kind: Message,
) -> None:
    bench.system.certificate_authority = authority()
    charger.answers |= {"TriggerMessage": ACCEPTED, "CertificateSigned": ACCEPTED}
    before = len(charger.calls)
    await ask_to_renew(charger.station, purpose)
    assert charger.called("TriggerMessage", since=before) == [
        {"requestedMessage": trigger}
    ]
    request = pem(signing_request("CP1"))
    answer = await charger.tell("SignCertificate", csr=request, **kind)
    assert answer == ACCEPTED
    await until(lambda: charger.called("CertificateSigned"))
    (signed,) = charger.called("CertificateSigned")
    chain = signed.pop("certificateChain")
    assert signed == kind
    own, root = x509.load_pem_x509_certificates(chain.encode())
    own.verify_directly_issued_by(root)
    assert root == authority().certificate


async def test_TC_A_14(
    bench: StationBench, charger: Station, caplog: pytest.LogCaptureFixture
) -> None:
    bench.system.certificate_authority = authority()
    charger.answers |= {"TriggerMessage": ACCEPTED, "CertificateSigned": REJECTED}
    await ask_to_renew(charger.station)
    await charger.tell("SignCertificate", csr=pem(signing_request("CP1")))
    await until(lambda: "CertificateSigned was answered Rejected" in caplog.text)
    invalid = {"type": "InvalidChargingStationCertificate", "timestamp": text(NOW)}
    assert await charger.tell("SecurityEventNotification", **invalid) == {}


# Security profiles.


async def test_TC_A_19(bench: StationBench) -> None:
    bench.system.adopt("CP1", demanding(SecurityProfile.PASSWORD))
    port = await bench.system.start("127.0.0.1", 0, encryption())
    async with bench.connected(password=PASSWORD) as charger:
        charger.variables |= {
            PRIORITY: "1",
            "NetworkConfiguration[1].OcppInterface": "Wireless0",
        }
        await charger.boot()
        charger.answers |= {"SetNetworkProfile": ACCEPTED, "Reset": ACCEPTED}
        profile = SecurityProfile.ENCRYPTED_PASSWORD
        assert await raise_profile(charger.station, profile) is True
        assert charger.called("SetNetworkProfile") == [
            {
                "configurationSlot": 2,
                "connectionData": {
                    "ocppVersion": "OCPP20",
                    "ocppTransport": "JSON",
                    "ocppCsmsUrl": f"wss://127.0.0.1:{port}/",
                    "messageTimeout": 30,
                    "securityProfile": 2,
                    "ocppInterface": "Wireless0",
                },
            }
        ]
        assert charger.variables[PRIORITY] == "2,1"
        await charger.station.commands.reset(ResetKind.SOFT)
    async with bench.connected(charger_context(), PASSWORD, port) as charger:
        await charger.boot()
    with pytest.raises(InvalidStatus) as refusal:
        async with bench.connected(password=PASSWORD):
            pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("Accepted", id="TC_B_42"),
        pytest.param("Failed", id="TC_B_44"),
        pytest.param("Rejected", id="TC_B_44 rejected"),
    ],
)
async def test_a_network_profile(bench: StationBench, status: str) -> None:
    await bench.system.start("127.0.0.1", 0, encryption())
    async with bench.in_service() as charger:
        charger.variables[PRIORITY] = "0"
        charger.answers["SetNetworkProfile"] = {"status": status}
        profile = SecurityProfile.ENCRYPTED_PASSWORD
        if status == "Accepted":
            await raise_profile(charger.station, profile)
        else:
            with pytest.raises(RejectedError):
                await raise_profile(charger.station, profile)
        (sent,) = charger.called("SetNetworkProfile")
        assert sent["configurationSlot"] == 1
        assert sent["connectionData"]["ocppInterface"] == "Wired0"
        # One that is not there is not preferred.
        assert (charger.variables[PRIORITY] == "0") is (status != "Accepted")
