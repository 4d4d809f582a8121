"""Certificates that chargers present, and those that they have installed.

Source: OCPP 1.6 security whitepaper, edition 3, sections 2.5, 2.6 and 5.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, unquote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

type PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

_IDENTITY_URN = "urn:ocpp:"


class HashAlgorithm(StrEnum):
    """The algorithm by which a charger hashes the names in a certificate."""

    SHA256 = "SHA256"
    SHA384 = "SHA384"
    SHA512 = "SHA512"


@dataclass(frozen=True, slots=True)
class CertificateHash:
    """The identification of an installed certificate; all but the algorithm in hexadecimal digits."""

    algorithm: HashAlgorithm
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str

    def is_same(self, other: CertificateHash) -> bool:
        """Return whether both identify the same certificate, however their digits are written."""
        return self._digits == other._digits and self.algorithm is other.algorithm

    @property
    def _digits(self) -> tuple[str, str, str]:
        return (
            self.issuer_name_hash.lower(),
            self.issuer_key_hash.lower(),
            self.serial_number.lower().lstrip("0"),
        )


class CertificatePurpose(StrEnum):
    """The purpose of a charger's own certificate."""

    CENTRAL_SYSTEM = "central_system"
    """It proves itself to the central system."""
    VEHICLE = "vehicle"
    """It proves itself to vehicles, by ISO 15118-2."""
    VEHICLE_ISO_15118_20 = "vehicle_iso_15118_20"
    BOTH = "both"
    """It proves itself to vehicles and to the central system."""

    @property
    def is_for_connecting(self) -> bool:
        """True if the charger connects with such a certificate."""
        return self in (CertificatePurpose.CENTRAL_SYSTEM, CertificatePurpose.BOTH)


class CertificateUse(StrEnum):
    """The purpose for which a charger trusts a root certificate, or shows its own to vehicles.

    The roots of V2G are those of Plug and Charge, those of contracts and of vehicles belong to its companies.
    """

    CENTRAL_SYSTEM_ROOT = "central_system_root"
    MANUFACTURER_ROOT = "manufacturer_root"
    V2G_ROOT = "v2g_root"
    CONTRACT_ROOT = "contract_root"
    VEHICLE_ROOT = "vehicle_root"
    V2G_CHAIN = "v2g_chain"


@dataclass(frozen=True, slots=True)
class InstalledCertificate:
    """A certificate that a charger has installed, with those of its chain below it."""

    use: CertificateUse
    hash: CertificateHash
    below: tuple[CertificateHash, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """The valid certificate that a charger has presented.

    `identity` is its owner: the charger for which it was signed, or else its common name. `serial_number` is in hexadecimal
    digits.
    """

    identity: str | None
    expires_at: datetime
    serial_number: str

    @classmethod
    def read(cls, der: bytes) -> ClientCertificate:
        """Read a certificate as it comes over the wire."""
        certificate = x509.load_der_x509_certificate(der)
        identity = _signed_for(certificate) or common_name(certificate.subject)
        serial_number = serial_number_of(certificate)
        return cls(identity, certificate.not_valid_after_utc, serial_number)


def serial_number_of(certificate: x509.Certificate) -> str:
    """Return the serial number of a certificate in hexadecimal digits."""
    return f"{certificate.serial_number:x}"


def key_bits(key: PublicKey) -> bytes:
    """Return a key as it is hashed: itself, without the frame that says of what kind it is."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)


def to_pem(certificate: x509.Certificate) -> str:
    """Return a certificate as text."""
    return certificate.public_bytes(Encoding.PEM).decode()


def name_of_owner(identity: str) -> x509.GeneralName:
    """Return the alternative name that names the charger for which a certificate was signed."""
    return x509.UniformResourceIdentifier(_IDENTITY_URN + quote(identity, safe=""))


def common_name(name: x509.Name) -> str | None:
    """Return the common name in a distinguished name."""
    values = [
        str(item.value) for item in name.get_attributes_for_oid(NameOID.COMMON_NAME)
    ]
    return values[0] if values else None


def _signed_for(certificate: x509.Certificate) -> str | None:
    with suppress(x509.ExtensionNotFound):
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value.get_values_for_type(x509.UniformResourceIdentifier)
        for name in names:
            if name.startswith(_IDENTITY_URN):
                return unquote(name.removeprefix(_IDENTITY_URN))
    return None
