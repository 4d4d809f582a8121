"""Keys and certificates as chargers have them."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from ipaddress import IPv4Address
import ssl

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from custom_components.ocpp.csms.pki.certificate_authority import (
    CertificateAuthority,
    KeyKind,
    PrivateKey,
    ServerNames,
    key_to_pem,
    new_key,
)
from custom_components.ocpp.csms.pki.certificates import to_pem
from custom_components.ocpp.csms.pki.signing_requests import read_request
from custom_components.ocpp.csms.server.tls import (
    CertificateFiles,
    TlsVersion,
    server_context,
    written,
)

LOCALHOST = ServerNames(("localhost",), (IPv4Address("127.0.0.1"),))


@cache
def authority(name: str = "own") -> CertificateAuthority:
    """Return the certificate authority of that name."""
    return CertificateAuthority.create(KeyKind.ECDSA, datetime.now(UTC))


def signing_request(
    common_name: str | None, key: PrivateKey | None = None
) -> x509.CertificateSigningRequest:
    """Return a charger's request to have a certificate signed."""
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Charging Club")]
    if common_name is not None:
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name(attributes))
        .sign(key or new_key(KeyKind.ECDSA), SHA256())
    )


def pem(request: x509.CertificateSigningRequest) -> str:
    """Return a request as it goes over the wire."""
    return request.public_bytes(Encoding.PEM).decode()


def odd_version(
    request: x509.CertificateSigningRequest, key: PrivateKey, version: int
) -> str:
    """Return a request with another version than the only one that there is, signed with a key."""
    info = bytearray(request.tbs_certrequest_bytes)
    begin = 2 if info[1] < 0x80 else 2 + info[1] - 0x80
    info[begin + 2] = version
    signature = (
        key.sign(bytes(info), ec.ECDSA(SHA256()))
        if isinstance(key, ec.EllipticCurvePrivateKey)
        else key.sign(bytes(info), PKCS1v15(), SHA256())
    )
    der = request.public_bytes(Encoding.DER)
    # Behind what is signed stands the algorithm, and then the signature, without any unused bits.
    at = der.index(request.tbs_certrequest_bytes) + len(info)
    algorithm = der[at : at + 2 + der[at + 1]]
    signed = bytes(info) + algorithm + _element(3, b"\0" + signature)
    return b64encode(_element(0x30, signed)).decode()


def _element(tag: int, content: bytes) -> bytes:
    """Return an element of DER."""
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8)
    told = bytes([size]) if size < 0x80 else bytes([0x80 + len(length)]) + length
    return bytes([tag]) + told + content


@contextmanager
def client_files(
    identity: str, by: CertificateAuthority, at: datetime | None = None
) -> Iterator[CertificateFiles]:
    """Write the certificate with which a charger proves itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = read_request(pem(signing_request(identity, key)), [identity])
    certificate = by.certify_client(request, identity, at or datetime.now(UTC))
    with written(certificate, key) as files:
        yield files


def certified_server(by: CertificateAuthority, at: datetime) -> tuple[str, str]:
    """Return a certificate with which a central system proves itself, and its key, in PEM."""
    key = new_key(KeyKind.ECDSA)
    certificate = by.certify_server(key.public_key(), LOCALHOST, at)
    return to_pem(certificate), key_to_pem(key)


@contextmanager
def server_files(
    by: CertificateAuthority, kind: KeyKind = KeyKind.ECDSA
) -> Iterator[CertificateFiles]:
    """Write the certificate with which a central system proves itself, and its key."""
    key = new_key(kind)
    certificate = by.certify_server(key.public_key(), LOCALHOST, datetime.now(UTC))
    with written(certificate, key) as files:
        yield files


def charger_context(
    version: ssl.TLSVersion | None = None, files: CertificateFiles | None = None
) -> ssl.SSLContext:
    """Return how a charger encrypts that trusts our authority: with one version, with its certificate."""
    context = ssl.create_default_context(cadata=authority().pem)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if files is not None:
        context.load_cert_chain(files.certificate, files.private_key)
    return context


def encryption(
    oldest: TlsVersion = TlsVersion.TLS_1_2,
    by: CertificateAuthority | None = None,
    *,
    asks_for_certificates: bool = False,
) -> ssl.SSLContext:
    """Return how a central system encrypts with a certificate of our authority's."""
    roots = [authority().pem] if asks_for_certificates else []
    with server_files(by or authority()) as files:
        return server_context([files], oldest, roots)
