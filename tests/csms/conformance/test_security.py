"""The conformance cases for OCPP 1.6 central systems that concern security, by their ids, over a real socket."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
import ssl

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
import pytest
from websockets.exceptions import InvalidHandshake, InvalidStatus

from custom_components.ocpp.csms.operations.sign_certificate import ask_to_renew
from custom_components.ocpp.csms.operations.upgrade_security import raise_profile
from custom_components.ocpp.csms.pki.certificate_authority import (
    CertificateAuthority,
    KeyKind,
    PrivateKey,
)
from custom_components.ocpp.csms.pki.certificates import (
    CertificateHash,
    CertificatePurpose,
    CertificateUse,
    HashAlgorithm,
    InstalledCertificate,
)
from custom_components.ocpp.csms.pki.security_profiles import (
    SecurityProfile,
    authorization_key,
    new_password,
)
from custom_components.ocpp.csms.server.tls import (
    CertificateFiles,
    server_context,
    written,
)
from tests.pki import (
    authority,
    charger_context,
    client_files,
    encryption,
    pem,
    server_files,
    signing_request,
)
from tests.waiting import until

from .credentials import INVALID_CERTIFICATES, PASSWORD, demanding
from .peer import ACCEPTED, NOW, REJECTED, Ask, Message, Tell, text
from .script import Charger, ScriptedSystem, Step, running

ROOT = authority().pem
HASH = CertificateHash(HashAlgorithm.SHA256, "1a" * 32, "2b" * 32, "3c")
HASH_DATA: Message = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "1a" * 32,
    "issuerKeyHash": "2b" * 32,
    "serialNumber": "3c",
}
KINDS = {
    CertificateUse.MANUFACTURER_ROOT: "ManufacturerRootCertificate",
    CertificateUse.CENTRAL_SYSTEM_ROOT: "CentralSystemRootCertificate",
}


@pytest.fixture
async def bench() -> AsyncIterator[ScriptedSystem]:
    async with running() as bench:
        yield bench


@pytest.fixture
async def charger(bench: ScriptedSystem) -> AsyncIterator[Charger]:
    """A charger that has booted and is set up."""
    async with bench.in_service() as charger:
        yield charger


# Passwords.


@pytest.mark.parametrize("old", [None, PASSWORD])
async def test_tc_073_tc_085_the_password_is_changed(
    bench: ScriptedSystem, old: str | None
) -> None:
    new = new_password()
    if old is not None:
        bench.system.adopt("CP1", demanding(SecurityProfile.PASSWORD, old))
    async with bench.connected(password=old) as charger:
        await charger.boot()
        await charger.station.request(
            lambda version: version.security.set_password(new)
        )
        charger.station.configure(demanding(SecurityProfile.PASSWORD, new))
        assert charger.called("ChangeConfiguration")[-1:] == [
            {"key": "AuthorizationKey", "value": authorization_key(new)}
        ]
    async with bench.connected(password=new) as charger:
        await charger.boot()
    for wrong in (old, "wrong"):
        with pytest.raises(InvalidStatus) as refusal:
            async with bench.connected(password=wrong):
                pass
        assert refusal.value.response.status_code == 401


# Certificates of the charger.


def send_certificate(chain: str, status: str) -> Ask:
    """Return the command to give the charger a certificate."""
    return Ask(
        lambda station: station.request(
            lambda version: version.security.send_certificate(
                chain, CertificatePurpose.CENTRAL_SYSTEM, None
            )
        ),
        "CertificateSigned",
        {"certificateChain": chain},
        {"status": status},
        None if status == "Accepted" else status,
    )


def ask_for_request(status: str = "Accepted") -> Ask:
    """Return the command to have the charger ask for a certificate."""
    return Ask(
        ask_to_renew,
        "ExtendedTriggerMessage",
        {"requestedMessage": "SignChargePointCertificate"},
        {"status": status},
        None if status == "Accepted" else status,
    )


def install_certificate(use: CertificateUse, status: str = "Accepted") -> Ask:
    """Return the command to install a root certificate."""
    return Ask(
        lambda station: station.request(
            lambda version: version.security.install_certificate(use, ROOT)
        ),
        "InstallCertificate",
        {"certificateType": KINDS[use], "certificate": ROOT},
        {"status": status},
        None if status == "Accepted" else status,
    )


def list_certificates(
    use: CertificateUse, answer: Message, heard: list[CertificateHash]
) -> Ask:
    """Return the command to list the installed certificates."""
    return Ask(
        lambda station: station.request(
            lambda version: version.security.get_certificates((use,))
        ),
        "GetInstalledCertificateIds",
        {"certificateType": KINDS[use]},
        answer,
        [InstalledCertificate(use, each) for each in heard],
    )


def delete_certificate(status: str) -> Ask:
    """Return the command to delete a certificate."""
    return Ask(
        lambda station: station.request(
            lambda version: version.security.delete_certificate(HASH)
        ),
        "DeleteCertificate",
        {"certificateHashData": HASH_DATA},
        {"status": status},
        None if status == "Accepted" else status,
    )


def security_event(kind: str) -> Tell:
    """Return the charger's word of something that concerns its security."""
    return Tell("SecurityEventNotification", {"type": kind, "timestamp": text(NOW)})


INSTALLED: Message = {**ACCEPTED, "certificateHashData": [HASH_DATA]}

SCRIPTS: dict[str, Sequence[Step]] = {
    "TC_074 a charger cannot ask for a certificate": [
        ask_for_request("NotImplemented")
    ],
    "TC_075_1 install a manufacturer's certificate": [
        install_certificate(CertificateUse.MANUFACTURER_ROOT),
        list_certificates(CertificateUse.MANUFACTURER_ROOT, INSTALLED, [HASH]),
    ],
    "TC_075_2 install a central system's certificate": [
        install_certificate(CertificateUse.CENTRAL_SYSTEM_ROOT),
        list_certificates(CertificateUse.CENTRAL_SYSTEM_ROOT, INSTALLED, [HASH]),
    ],
    "TC_075 a certificate cannot be installed": [
        install_certificate(CertificateUse.CENTRAL_SYSTEM_ROOT, "Failed"),
        list_certificates(
            CertificateUse.CENTRAL_SYSTEM_ROOT, {"status": "NotFound"}, []
        ),
    ],
    "TC_076 delete a certificate": [
        list_certificates(CertificateUse.MANUFACTURER_ROOT, INSTALLED, [HASH]),
        delete_certificate("Accepted"),
        delete_certificate("NotFound"),
    ],
    "TC_077 a charger is sent a bad certificate": [
        ask_for_request(),
        send_certificate(ROOT, "Rejected"),
        security_event("InvalidChargePointCertificate"),
    ],
    "TC_078 a bad certificate is to be installed": [
        install_certificate(CertificateUse.CENTRAL_SYSTEM_ROOT, "Rejected"),
        security_event("InvalidCentralSystemCertificate"),
    ],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_a_case_goes_by_its_script(
    charger: Charger, script: Sequence[Step]
) -> None:
    for step in script:
        await step.play(charger)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(ec.generate_private_key(ec.SECP256R1()), id="ECDSA"),
        pytest.param(rsa.generate_private_key(65537, 2048), id="RSA"),
    ],
)
async def test_tc_074_a_charger_gets_its_certificate(key: PrivateKey) -> None:
    """From the operator's wish to a connection with the certificate."""
    async with running() as bench:
        system = bench.system
        system.certificate_authority = authority()
        system.adopt("CP1", demanding(SecurityProfile.ENCRYPTED_PASSWORD))
        port = await system.start(
            "127.0.0.1", 0, encryption(asks_for_certificates=True)
        )
        async with bench.connected(charger_context(), PASSWORD, port) as charger:
            await charger.boot()
            await ask_for_request().play(charger)
            charger.answers["CertificateSigned"] = ACCEPTED
            request = pem(signing_request("CP1", key))
            assert await charger.tell("SignCertificate", csr=request) == ACCEPTED
            await until(lambda: charger.called("CertificateSigned"))
            (sent,) = charger.called("CertificateSigned")
        certificate, root = x509.load_pem_x509_certificates(
            sent["certificateChain"].encode()
        )
        assert root == authority().certificate
        certificate.verify_directly_issued_by(root)
        assert certificate.public_key() == key.public_key()
        bench.station.configure(demanding(SecurityProfile.CERTIFICATE))
        with written(certificate, key) as files:
            tls = charger_context(files=files)
        async with bench.connected(tls, port=port) as charger:
            await charger.boot()


async def test_tc_074_without_an_authority_nothing_is_signed(charger: Charger) -> None:
    request = pem(signing_request("CP1"))
    assert await charger.tell("SignCertificate", csr=request) == REJECTED


@pytest.mark.parametrize(
    ("request_text", "why"),
    [
        ("no request", "cannot be read"),
        (pem(signing_request("CP2")), "for CP2, and not for CP1"),
        (pem(signing_request(None)), "for nobody"),
    ],
    ids=["unreadable", "another's", "nobody's"],
)
async def test_tc_074_a_request_that_must_not_be_signed(
    bench: ScriptedSystem,
    charger: Charger,
    caplog: pytest.LogCaptureFixture,
    request_text: str,
    why: str,
) -> None:
    bench.system.certificate_authority = authority()
    await charger.tell("SignCertificate", csr=request_text)
    await until(lambda: why in caplog.text)
    assert not charger.called("CertificateSigned")


async def test_tc_077_a_refused_certificate_is_told(
    bench: ScriptedSystem, charger: Charger, caplog: pytest.LogCaptureFixture
) -> None:
    bench.system.certificate_authority = authority()
    charger.answers["CertificateSigned"] = REJECTED
    await charger.tell("SignCertificate", csr=pem(signing_request("CP1")))
    await until(lambda: "CertificateSigned was answered Rejected" in caplog.text)
    await security_event("InvalidChargePointCertificate").play(charger)


# Security profiles.


@pytest.mark.parametrize("status", ["Accepted", "RebootRequired"])
async def test_tc_083_the_security_profile_is_raised(
    bench: ScriptedSystem, status: str
) -> None:
    bench.system.adopt("CP1", demanding(SecurityProfile.PASSWORD))
    port = await bench.system.start("127.0.0.1", 0, encryption())
    async with bench.connected(password=PASSWORD) as charger:
        await charger.boot()
        await Ask(
            lambda station: raise_profile(station, SecurityProfile.ENCRYPTED_PASSWORD),
            "ChangeConfiguration",
            {"key": "SecurityProfile", "value": "2"},
            {"status": status},
            status == "RebootRequired",
        ).play(charger)
    # It may fail to use it and come back as before.
    async with bench.connected(password=PASSWORD):
        pass
    async with bench.connected(charger_context(), PASSWORD, port) as charger:
        await charger.boot()
    with pytest.raises(InvalidStatus) as refusal:
        async with bench.connected(password=PASSWORD):
            pass
    assert refusal.value.response.status_code == 403


async def test_tc_083_a_profile_that_is_refused_is_not_asked_for(
    bench: ScriptedSystem,
) -> None:
    bench.system.adopt("CP1", demanding(SecurityProfile.PASSWORD))
    async with bench.connected(password=PASSWORD) as charger:
        await Ask(
            lambda station: raise_profile(station, SecurityProfile.ENCRYPTED_PASSWORD),
            "ChangeConfiguration",
            {"key": "SecurityProfile", "value": "2"},
            REJECTED,
            "Rejected",
        ).play(charger)
        assert bench.station.access.next_profile is None


# Encryption.


async def charge_over_tls(
    bench: ScriptedSystem, tls: ssl.SSLContext, password: str | None = None
) -> None:
    """Boot and charge over an encrypted connection."""
    async with bench.connected(tls, password) as charger:
        await charger.boot()
        transaction_id = await charger.start()
        await charger.finish(transaction_id, "Local")


@pytest.fixture(scope="module")
def all_suites() -> tuple[CertificateAuthority, ssl.SSLContext]:
    """An authority that even old chargers can check, and certificates for each kind of key."""
    issuer = CertificateAuthority.create(KeyKind.RSA, datetime.now(UTC))
    with (
        server_files(issuer, KeyKind.ECDSA) as ecdsa_files,
        server_files(issuer, KeyKind.RSA) as rsa_files,
    ):
        return issuer, server_context([ecdsa_files, rsa_files])


@pytest.mark.parametrize(
    "suite",
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
    ],
)
async def test_tc_086_a_session_over_tls(
    all_suites: tuple[CertificateAuthority, ssl.SSLContext], suite: str
) -> None:
    """With each of the cipher suites that a central system must know, and with any of them on the same port."""
    issuer, offered = all_suites
    tls = ssl.create_default_context(cadata=issuer.pem)
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    tls.set_ciphers(suite)
    async with running(offered) as bench:
        bench.system.adopt("CP1", demanding(SecurityProfile.ENCRYPTED_PASSWORD))
        await charge_over_tls(bench, tls, PASSWORD)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_tc_086_outdated_encryption_is_refused() -> None:
    outdated = charger_context()
    outdated.set_ciphers("DEFAULT:@SECLEVEL=0")
    outdated.minimum_version = ssl.TLSVersion.TLSv1_1
    outdated.maximum_version = ssl.TLSVersion.TLSv1_1
    async with running(encryption()) as bench:
        with pytest.raises(OSError):
            async with bench.connected(outdated):
                pass
        assert not bench.system.stations


async def test_tc_087_a_charger_with_its_certificate() -> None:
    async with running(encryption(asks_for_certificates=True)) as bench:
        bench.system.adopt("CP1", demanding(SecurityProfile.CERTIFICATE, None))
        with client_files("CP1", authority()) as files:
            tls = charger_context(files=files)
        await charge_over_tls(bench, tls)


@INVALID_CERTIFICATES
async def test_tc_087_an_invalid_certificate_is_refused(
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
