"""Block M: certificates, for the central system, for makers, and for Plug and Charge."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.pki.certificates import (
    CertificateHash,
    CertificateUse,
    HashAlgorithm,
    InstalledCertificate,
)
from tests.csms.conformance.peer import Ask, Message

from .script import Station, commanded

ROOT = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
# As it was told: digits are not tidied up.
HASH = CertificateHash(HashAlgorithm.SHA256, "aB" * 32, "Cd" * 32, "00a1")
CHILDREN = (replace(HASH, serial_number="0b2"), replace(HASH, serial_number="B3"))
NAMES = {
    CertificateUse.CENTRAL_SYSTEM_ROOT: "CSMSRootCertificate",
    CertificateUse.MANUFACTURER_ROOT: "ManufacturerRootCertificate",
    CertificateUse.V2G_ROOT: "V2GRootCertificate",
    CertificateUse.CONTRACT_ROOT: "MORootCertificate",
    CertificateUse.V2G_CHAIN: "V2GCertificateChain",
}


def hash_data(certificate: CertificateHash) -> Message:
    """Return a certificate as it goes over the wire."""
    return {
        "hashAlgorithm": certificate.algorithm.value,
        "issuerNameHash": certificate.issuer_name_hash,
        "issuerKeyHash": certificate.issuer_key_hash,
        "serialNumber": certificate.serial_number,
    }


def install(use: CertificateUse, status: str = "Accepted") -> Ask:
    """Return the command to install a root certificate."""
    return commanded(
        lambda version: version.security.install_certificate(use, ROOT),
        "InstallCertificate",
        {"certificateType": NAMES[use], "certificate": ROOT},
        {"status": status},
        None if status == "Accepted" else status,
    )


def get(
    asked: Sequence[CertificateUse],
    installed: Sequence[InstalledCertificate],
    status: str = "Accepted",
) -> Ask:
    """Return the command to list certificates; without any use, all of them."""
    answer: Message = {"status": status}
    if installed:
        answer["certificateHashDataChain"] = [*map(chain, installed)]
    return commanded(
        lambda version: version.security.get_certificates(asked),
        "GetInstalledCertificateIds",
        {"certificateType": [NAMES[use] for use in asked]} if asked else {},
        answer,
        [*installed],
    )


def chain(certificate: InstalledCertificate) -> Message:
    """Return an installed certificate as it goes over the wire."""
    told: Message = {
        "certificateType": NAMES[certificate.use],
        "certificateHashData": hash_data(certificate.hash),
    }
    if certificate.below:
        told["childCertificateHashData"] = [*map(hash_data, certificate.below)]
    return told


def delete(status: str = "Accepted") -> Ask:
    """Return the command to delete a certificate, by all that was told of it."""
    return commanded(
        lambda version: version.security.delete_certificate(HASH),
        "DeleteCertificate",
        {"certificateHashData": hash_data(HASH)},
        {"status": status},
        None if status == "Accepted" else status,
    )


Use = CertificateUse
OURS = InstalledCertificate(Use.CENTRAL_SYSTEM_ROOT, HASH)
MAKERS = InstalledCertificate(Use.MANUFACTURER_ROOT, HASH)
V2G = InstalledCertificate(Use.V2G_ROOT, HASH)
CONTRACT = InstalledCertificate(Use.CONTRACT_ROOT, HASH)
CHAIN = InstalledCertificate(Use.V2G_CHAIN, HASH, CHILDREN)

SCRIPTS: dict[str, Sequence[Ask]] = {
    "TC_M_01": [install(OURS.use), get([OURS.use], [OURS])],
    "TC_M_02": [install(MAKERS.use), get([MAKERS.use], [MAKERS])],
    "TC_M_03": [install(V2G.use), get([V2G.use], [V2G])],
    "TC_M_04": [install(CONTRACT.use), get([CONTRACT.use], [CONTRACT])],
    "TC_M_05": [install(OURS.use, "Failed")],
    "TC_M_12": [get([OURS.use], [OURS])],
    "TC_M_13": [get([MAKERS.use], [MAKERS])],
    "TC_M_14": [get([V2G.use], [V2G])],
    "TC_M_15": [get([CHAIN.use], [CHAIN])],
    "TC_M_16": [get([CONTRACT.use], [CONTRACT])],
    "TC_M_17": [get([OURS.use, MAKERS.use], [OURS, MAKERS])],
    "TC_M_18": [get([], [OURS, MAKERS, V2G, CONTRACT, CHAIN])],
    "TC_M_19": [get([CONTRACT.use], [], "NotFound")],
    "TC_M_20": [get([MAKERS.use], [MAKERS]), delete()],
    "TC_M_21": [get([MAKERS.use], [MAKERS]), delete("Failed")],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_certificates_go_by_their_script(
    charger: Station, script: Sequence[Ask]
) -> None:
    for ask in script:
        await ask.play(charger)


async def test_a_chain_of_its_own_is_not_installed(charger: Station) -> None:
    with pytest.raises(RejectedError, match="NotSupported"):
        await charger.station.request(
            lambda version: version.security.install_certificate(Use.V2G_CHAIN, ROOT)
        )
    assert charger.called("InstallCertificate") == []


# What a charging station asks for, and nobody here has to give.


async def test_TC_M_24_revocation_is_not_looked_up(charger: Station) -> None:
    request = {**hash_data(HASH), "responderURL": "http://ocsp.example.org"}
    answer = await charger.tell("GetCertificateStatus", ocspRequestData=request)
    assert answer == {"status": "Failed"}


@pytest.mark.parametrize(
    "action",
    [pytest.param("Install", id="TC_M_26"), pytest.param("Update", id="TC_M_28")],
)
async def test_there_are_no_contracts(charger: Station, action: str) -> None:
    payload: Message = {
        "iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef",
        "action": action,
        "exiRequest": "gJgC",
    }
    kind, _, answer = await charger.call("Get15118EVCertificate", payload)
    assert kind == 3
    assert answer == {"status": "Failed", "exiResponse": ""}
