"""Certificates by their hashes, as all versions name them."""

from collections.abc import Iterable
from typing import TypedDict

from ..ocppj.framing import Payload
from ..pki.certificates import CertificateHash, HashAlgorithm


class HashPayload(TypedDict):
    """OCPP's CertificateHashDataType."""

    hashAlgorithm: str
    issuerNameHash: str
    issuerKeyHash: str
    serialNumber: str


def hashes_of(items: Iterable[HashPayload]) -> list[CertificateHash]:
    """Return the certificates that a charger tells; with an unknown algorithm they could not be named to it again."""
    return [hash_of(item) for item in items if item["hashAlgorithm"] in HashAlgorithm]


def hash_of(item: HashPayload) -> CertificateHash:
    """Return the certificate that a charger tells."""
    return CertificateHash(
        HashAlgorithm(item["hashAlgorithm"]),
        item["issuerNameHash"],
        item["issuerKeyHash"],
        item["serialNumber"],
    )


def hash_payload(certificate: CertificateHash) -> Payload:
    """Return a certificate as chargers read it."""
    return {
        "hashAlgorithm": certificate.algorithm.value,
        "issuerNameHash": certificate.issuer_name_hash,
        "issuerKeyHash": certificate.issuer_key_hash,
        "serialNumber": certificate.serial_number,
    }
