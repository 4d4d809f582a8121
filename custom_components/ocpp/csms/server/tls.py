"""TLS as the central system offers it.

All of this reads files, and so must not be run by the event loop. Source: OCPP 1.6 security whitepaper, edition 3,
section 2.3.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
import ssl
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ..files.private import open_new
from ..pki.certificate_authority import PrivateKey, key_to_pem
from ..pki.certificates import to_pem


class TlsVersion(StrEnum):
    """The oldest version of TLS that is spoken."""

    TLS_1_0 = "tls_1_0"
    """For old chargers: neither the version nor its ciphers are secure any more."""
    TLS_1_2 = "tls_1_2"
    TLS_1_3 = "tls_1_3"


_VERSIONS = {
    # TLS 1.0 wherever OpenSSL still has it; to name it is deprecated.
    TlsVersion.TLS_1_0: ssl.TLSVersion.MINIMUM_SUPPORTED,
    TlsVersion.TLS_1_2: ssl.TLSVersion.TLSv1_2,
    TlsVersion.TLS_1_3: ssl.TLSVersion.TLSv1_3,
}


class CertificateProblem(StrEnum):
    """A reason why certificate files cannot be used."""

    CERTIFICATE_UNREADABLE = "certificate_unreadable"
    KEY_UNREADABLE = "key_unreadable"
    CERTIFICATE_INVALID = "certificate_invalid"
    KEY_INVALID = "key_invalid"
    KEY_ENCRYPTED = "key_encrypted"
    MISMATCH = "certificate_mismatch"
    EXPIRED = "certificate_expired"


class UnusableCertificateError(Exception):
    """Certificate files that cannot be used."""

    def __init__(self, problem: CertificateProblem, reason: str) -> None:
        """Say what is wrong with them."""
        super().__init__(reason)
        self.problem = problem
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """The paths of a certificate chain and of its private key, both in PEM."""

    certificate: str
    private_key: str

    def check(self, now: datetime | None = None) -> x509.Certificate:
        """Read the files, and return the certificate; with a time, it must not have expired by then.

        Raises:
            UnusableCertificateError: when they cannot be used.
        """
        certificate = self._read_certificate()
        if certificate.public_key() != self._read_key().public_key():
            raise UnusableCertificateError(
                CertificateProblem.MISMATCH,
                f"{self.private_key} is not the key of {self.certificate}",
            )
        if now is not None and certificate.not_valid_after_utc < now:
            raise UnusableCertificateError(
                CertificateProblem.EXPIRED,
                f"{self.certificate} has expired on {certificate.not_valid_after_utc:%Y-%m-%d}",
            )
        return certificate

    @property
    def changed_at_ns(self) -> tuple[int, int]:
        """The time at which the files were last changed.

        Raises:
            OSError: when they are not there.
        """
        paths = (Path(self.certificate), Path(self.private_key))
        certificate, key = (path.stat().st_mtime_ns for path in paths)
        return certificate, key

    def _read_certificate(self) -> x509.Certificate:
        pem = _read(self.certificate, CertificateProblem.CERTIFICATE_UNREADABLE)
        try:
            return x509.load_pem_x509_certificate(pem)
        except ValueError as err:
            raise UnusableCertificateError(
                CertificateProblem.CERTIFICATE_INVALID, f"{self.certificate}: {err}"
            ) from err

    def _read_key(self) -> PrivateKeyTypes:
        pem = _read(self.private_key, CertificateProblem.KEY_UNREADABLE)
        try:
            return load_pem_private_key(pem, None)
        except TypeError as err:
            raise UnusableCertificateError(
                CertificateProblem.KEY_ENCRYPTED, f"{self.private_key} has a password"
            ) from err
        except ValueError as err:
            raise UnusableCertificateError(
                CertificateProblem.KEY_INVALID, f"{self.private_key}: {err}"
            ) from err


def _read(path: str, problem: CertificateProblem) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as err:
        raise UnusableCertificateError(
            problem, f"{path}: {err.strerror or err}"
        ) from err


@contextmanager
def written(
    certificate: x509.Certificate, key: PrivateKey
) -> Iterator[CertificateFiles]:
    """Write a certificate and its key to files that only this process can read, and that do not stay."""
    with TemporaryDirectory(prefix="ocpp-") as folder:
        files = CertificateFiles(f"{folder}/certificate.pem", f"{folder}/key.pem")
        for path, text in (
            (files.certificate, to_pem(certificate)),
            (files.private_key, key_to_pem(key)),
        ):
            with open_new(Path(path)) as file:
                file.write(text.encode())
        yield files


def server_context(
    files: Iterable[CertificateFiles],
    oldest: TlsVersion = TlsVersion.TLS_1_2,
    client_roots: Sequence[str] = (),
) -> ssl.SSLContext:
    """Return how connections are encrypted.

    Args:
        files: certificates; several are for chargers that differ in which keys they know.
        oldest: the oldest version of TLS that is spoken.
        client_roots: the root certificates in PEM of the certificates that chargers may show. One that shows
            another is refused; without any root, none is asked for.

    Raises:
        OSError: when a file cannot be read, or is not what it should be (`ssl.SSLError`).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = _VERSIONS[oldest]
    if oldest is TlsVersion.TLS_1_0:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    for pair in files:
        # An encrypted key must not make OpenSSL ask for its password on a terminal.
        context.load_cert_chain(pair.certificate, pair.private_key, lambda: "")
    if client_roots:
        context.load_verify_locations(cadata="".join(client_roots))
        context.verify_mode = ssl.CERT_OPTIONAL
    return context
