"""The certificate authority of a central system: its root certificate, and the certificates that it signs.

Pure functions of keys, names and the time. Making an RSA key takes seconds on a small machine; all else is quick.
Source: OCPP 1.6 security whitepaper, edition 3, sections 2.4 to 2.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address
import secrets

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .certificates import (
    CertificateHash,
    HashAlgorithm,
    PublicKey,
    key_bits,
    name_of_owner,
    to_pem,
)
from .signing_requests import SigningRequest

type PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

ORGANISATION = "Home Assistant"
RSA_BITS = 3072
MAX_COMMON_NAME_LENGTH = 64

ROOT_LIFETIME = timedelta(days=20 * 365)
SERVER_LIFETIME = timedelta(days=365)
CLIENT_LIFETIME = timedelta(days=2 * 365)
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
"""A clock that shows an earlier time was never set."""
LATEST = datetime(2049, 12, 31, tzinfo=UTC)
"""The last end of a certificate: from 2050 on, dates are written in a way that not every charger can read."""
RENEWAL = timedelta(days=30)
"""The time before its end at which a certificate is renewed."""


class KeyKind(StrEnum):
    """The algorithm of a key; some chargers know only RSA."""

    ECDSA = "ecdsa"
    RSA = "rsa"


@dataclass(frozen=True, slots=True)
class ServerNames:
    """The names and addresses at which chargers reach the central system."""

    hosts: Sequence[str]
    addresses: Sequence[IPv4Address | IPv6Address]


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """A root certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @classmethod
    def create(cls, kind: KeyKind, now: datetime) -> CertificateAuthority:
        """Create a new authority, with a name of its own."""
        key = new_key(kind)
        name = _name(f"Home Assistant OCPP {secrets.token_hex(4).upper()}")
        certificate = (
            _builder(name, name, key.public_key())
            .not_valid_before(EARLIEST)
            .not_valid_after(_end(now, ROOT_LIFETIME))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .sign(key, SHA256())
        )
        return cls(certificate, key)

    @classmethod
    def load(cls, certificate: str, key: str) -> CertificateAuthority:
        """Read an authority from its `pem` and `key_pem`."""
        private_key = load_pem_private_key(key.encode(), None)
        assert isinstance(private_key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
        return cls(x509.load_pem_x509_certificate(certificate.encode()), private_key)

    @property
    def pem(self) -> str:
        """The root certificate, which is public."""
        return to_pem(self.certificate)

    @property
    def key_pem(self) -> str:
        """The private key, which is secret."""
        return key_to_pem(self.key)

    @property
    def hash(self) -> CertificateHash:
        """The hash by which a charger names the root certificate among those that it has installed."""
        return CertificateHash(
            HashAlgorithm.SHA256,
            sha256(self.certificate.issuer.public_bytes()).hexdigest(),
            sha256(key_bits(self.key.public_key())).hexdigest(),
            f"{self.certificate.serial_number:x}",
        )

    def certify_server(
        self, key: PublicKey, names: ServerNames, now: datetime
    ) -> x509.Certificate:
        """Sign the certificate by which chargers recognise the central system."""
        common_name = next(
            name
            for name in (*names.hosts, *map(str, names.addresses))
            if len(name) <= MAX_COMMON_NAME_LENGTH
        )
        alternatives = [
            *map(x509.DNSName, names.hosts),
            *map(x509.IPAddress, names.addresses),
            # Some chargers take the address in their URL for the name of a host.
            *(
                x509.DNSName(str(address))
                for address in names.addresses
                if isinstance(address, IPv4Address)
            ),
        ]
        return self._certify(
            _builder(_name(common_name), self.certificate.subject, key).add_extension(
                x509.SubjectAlternativeName(alternatives), critical=False
            ),
            key,
            _end(now, SERVER_LIFETIME),
            ExtendedKeyUsageOID.SERVER_AUTH,
        )

    def certify_client(
        self, request: SigningRequest, identity: str, now: datetime
    ) -> x509.Certificate:
        """Sign the certificate by which a charger is recognised.

        Its subject is that of the request; the charger's identity is an alternative name.
        """
        key = request.key
        owner = x509.SubjectAlternativeName([name_of_owner(identity)])
        return self._certify(
            _builder(request.subject, self.certificate.subject, key).add_extension(
                owner, critical=False
            ),
            key,
            _end(now, CLIENT_LIFETIME),
            ExtendedKeyUsageOID.CLIENT_AUTH,
        )

    def _certify(
        self,
        builder: x509.CertificateBuilder,
        key: PublicKey,
        end: datetime,
        purpose: x509.ObjectIdentifier,
    ) -> x509.Certificate:
        encrypts_keys = isinstance(key, rsa.RSAPublicKey)
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(
            self.key.public_key()
        )
        return (
            # Valid since the authority is: the clock may be ahead when this is signed, and be set right after it.
            builder.not_valid_before(self.certificate.not_valid_before_utc)
            .not_valid_after(end)
            .add_extension(
                x509.BasicConstraints(ca=False, path_length=None), critical=True
            )
            .add_extension(_usage(encrypts_keys=encrypts_keys), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(issuer_key, critical=False)
            .sign(self.key, SHA256())
        )


def new_key(kind: KeyKind) -> PrivateKey:
    """Create a private key, which takes a while for RSA."""
    match kind:
        case KeyKind.ECDSA:
            return ec.generate_private_key(ec.SECP256R1())
        case KeyKind.RSA:
            return rsa.generate_private_key(65537, RSA_BITS)


def key_to_pem(key: PrivateKey) -> str:
    """Return a private key as text, unencrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _end(now: datetime, lifetime: timedelta) -> datetime:
    """Return the end of a certificate, whatever a wrong clock shows."""
    return LATEST if now < EARLIEST else min(now + lifetime, LATEST)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(
    *, signs_certificates: bool = False, encrypts_keys: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=encrypts_keys,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
