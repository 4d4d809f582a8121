"""Contracts of vehicles, who signs them, and who tells if they were revoked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import hashlib

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

from custom_components.ocpp.csms.pki.certificates import key_bits, to_pem


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass(frozen=True)
class Issuer:
    """Somebody who signs certificates."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """The certificate."""
        return to_pem(self.certificate)


def issue(
    name: str,
    by: Issuer | None,
    now: datetime,
    *extensions: x509.ExtensionType,
    lifetime: timedelta = timedelta(days=365),
) -> Issuer:
    """Return a new certificate, signed by an issuer or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(name) if by is None else by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + lifetime)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return Issuer(builder.sign(key if by is None else by.key, SHA256()), key)


AUTHORITY = x509.BasicConstraints(ca=True, path_length=None)


@dataclass
class Operator:
    """A mobility operator with its two levels of authorities, and its responder.

    The certificates with the serial numbers in `revoked` are revoked.
    """

    now: datetime
    url: str = "http://127.0.0.1:1/"
    revoked: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make the authorities."""
        self.root = issue("Operator Root", None, self.now, AUTHORITY)
        self.sub = issue("Operator Sub", self.root, self.now, AUTHORITY)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        self.deputy = issue("Responder", self.sub, self.now, usage)

    def contract(
        self, name: str, lifetime: timedelta = timedelta(days=365)
    ) -> x509.Certificate:
        """Return a new contract."""
        responder = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP,
            x509.UniformResourceIdentifier(self.url),
        )
        access = x509.AuthorityInformationAccess([responder])
        return issue(name, self.sub, self.now, access, lifetime=lifetime).certificate

    def chain(self, contract: x509.Certificate) -> str:
        """Return the chain that a vehicle shows."""
        return to_pem(contract) + self.sub.pem

    def hash_data(self, contract: x509.Certificate) -> dict[str, str]:
        """Return what a charger tells of a contract that it has checked itself."""
        key = key_bits(self.sub.key.public_key())
        return {
            "hashAlgorithm": "SHA256",
            "issuerNameHash": hashlib.sha256(
                contract.issuer.public_bytes()
            ).hexdigest(),
            "issuerKeyHash": hashlib.sha256(key).hexdigest(),
            "serialNumber": f"{contract.serial_number:x}",
            "responderURL": self.url,
        }

    def answer(self, question: bytes) -> bytes:
        """Return the responder's answer."""
        asked = ocsp.load_der_ocsp_request(question)
        is_revoked = asked.serial_number in self.revoked
        response = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                asked.issuer_name_hash,
                asked.issuer_key_hash,
                asked.serial_number,
                asked.hash_algorithm,
                ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
                self.now - timedelta(hours=1),
                self.now + timedelta(hours=1),
                self.now - timedelta(days=1) if is_revoked else None,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.deputy.certificate)
            .certificates([self.deputy.certificate, self.sub.certificate])
            .sign(self.deputy.key, SHA256())
        )
        return response.public_bytes(Encoding.DER)


@asynccontextmanager
async def responding(operator: Operator) -> AsyncIterator[Operator]:
    """Serve an operator's responder at its URL."""

    async def handle(request: web.Request) -> web.Response:
        return web.Response(body=operator.answer(await request.read()))

    app = web.Application()
    app.router.add_post("/", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0][:2]
    operator.url = f"http://127.0.0.1:{port}/"
    try:
        yield operator
    finally:
        await runner.cleanup()
