"""Certificates: the own one, and those that are trusted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
import ssl
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.ocsp import OCSPRequestBuilder
from cryptography.x509.oid import NameOID

from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.link import Handler
from tests.simulator.station2.wire.schemas import Payload

from .logs import Logs

STATION, V2G = "ChargingStationCertificate", "V2GCertificate"


@dataclass(slots=True)
class Identity:
    """A key of the station, and the certificates for it, its own first."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...] = ()


class Certificates:
    """The part of a station that keeps certificates."""

    def __init__(self, core: Core, logs: Logs) -> None:
        """Initialize with keys that have no certificates yet."""
        self._core = core
        self._logs = logs
        self.identities = {
            kind: Identity(ec.generate_private_key(ec.SECP256R1()))
            for kind in (STATION, V2G)
        }
        self.roots: list[tuple[str, x509.Certificate]] = []
        """The certificates that are trusted, with their types."""

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "CertificateSigned": self._signed,
            "InstallCertificate": self._install,
            "GetInstalledCertificateIds": self._ids,
            "DeleteCertificate": self._delete,
        }

    # The own certificate.

    async def request(self, kind: str = STATION) -> str:
        """Ask for a certificate, and return the answer's status."""
        message = {"csr": self._signing_request(kind), "certificateType": kind}
        answer = await self._core.link.call("SignCertificate", message)
        return str(answer["status"])

    def _signing_request(self, kind: str) -> str:
        organization = self._core.model.get("SecurityCtrlr", "OrganizationName")
        names = [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, self._core.link.access.identity),
        ]
        builder = x509.CertificateSigningRequestBuilder(x509.Name(names))
        request = builder.sign(self.identities[kind].key, SHA256())
        return request.public_bytes(Encoding.PEM).decode()

    def _signed(self, payload: Payload) -> Payload:
        identity = self.identities[payload.get("certificateType", STATION)]
        chain = _read(payload["certificateChain"])
        now = self._core.clock()
        if (
            not chain
            or chain[0].public_key() != identity.key.public_key()
            or not chain[0].not_valid_before_utc <= now < chain[0].not_valid_after_utc
        ):
            event = self._logs.report_security("InvalidChargingStationCertificate")
            self._core.link.after_answer(event)
            return {"status": "Rejected"}
        identity.chain = chain
        return {"status": "Accepted"}

    def encryption(self) -> ssl.SSLContext:
        """Return the encryption with the own certificate, if there is one, and the trusted ones."""
        roots = [_pem(root) for kind, root in self.roots if kind.startswith("CSMS")]
        context = ssl.create_default_context(cadata="".join(roots) or None)
        identity = self.identities[STATION]
        if identity.chain:
            with _written(identity) as (chain, key):
                context.load_cert_chain(chain, key)
        return context

    # Trusted certificates.

    def _install(self, payload: Payload) -> Payload:
        chain = _read(payload["certificate"])
        if not chain:
            return {"status": "Rejected"}
        most = self._core.model.variable("SecurityCtrlr", "CertificateEntries")
        if most.max_limit is not None and len(self.roots) >= most.max_limit:
            return {"status": "Failed"}
        self.roots.append((payload["certificateType"], chain[0]))
        self._count()
        return {"status": "Accepted"}

    def _count(self) -> None:
        number = str(len(self.roots))
        self._core.model.set("SecurityCtrlr", "CertificateEntries", number)

    def _ids(self, payload: Payload) -> Payload:
        wanted = payload.get("certificateType")
        told = [
            {"certificateType": kind, "certificateHashData": hash_data(root)}
            for kind, root in self.roots
            if wanted is None or kind in wanted
        ]
        told += self._v2g_chain(wanted)
        if not told:
            return {"status": "NotFound"}
        return {"status": "Accepted", "certificateHashDataChain": told}

    def _v2g_chain(self, wanted: list[str] | None) -> list[Payload]:
        chain = self.identities[V2G].chain
        if len(chain) < 2 or (
            wanted is not None and "V2GCertificateChain" not in wanted
        ):
            return []
        hashes = [
            hash_data(certificate, issuer) for certificate, issuer in pairwise(chain)
        ]
        told: Payload = {
            "certificateType": "V2GCertificateChain",
            "certificateHashData": hashes[0],
        }
        if children := hashes[1:]:
            told["childCertificateHashData"] = children
        return [told]

    def _delete(self, payload: Payload) -> Payload:
        for known in self.roots:
            if hash_data(known[1]) == payload["certificateHashData"]:
                self.roots.remove(known)
                self._count()
                return {"status": "Accepted"}
        return {"status": "NotFound"}


def hash_data(
    certificate: x509.Certificate, issuer: x509.Certificate | None = None
) -> Payload:
    """Return the data that tell a certificate from others; without an issuer it has signed itself."""
    builder = OCSPRequestBuilder()
    asked = builder.add_certificate(
        certificate, issuer or certificate, SHA256()
    ).build()
    return {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": asked.issuer_name_hash.hex(),
        "issuerKeyHash": asked.issuer_key_hash.hex(),
        "serialNumber": f"{certificate.serial_number:x}",
    }


def _read(text: str) -> tuple[x509.Certificate, ...]:
    """Return the certificates in a text, or none if it cannot be read."""
    try:
        return tuple(x509.load_pem_x509_certificates(text.encode()))
    except ValueError:
        return ()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


@contextmanager
def _written(identity: Identity) -> Iterator[tuple[Path, Path]]:
    with TemporaryDirectory() as folder:
        chain, key = Path(folder, "chain.pem"), Path(folder, "key.pem")
        chain.write_text("".join(_pem(each) for each in identity.chain))
        key.write_bytes(
            identity.key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
        )
        yield chain, key
