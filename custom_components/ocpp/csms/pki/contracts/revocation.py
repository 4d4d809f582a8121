"""Questions to those who know if a certificate was revoked, and their answers.

Source: RFC 6960.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from ..certificates import CertificateHash, HashAlgorithm, key_bits
from .chains import ChainError, is_signed_by, links
from .proofs import ContractStatus

_ALGORITHMS: dict[HashAlgorithm, hashes.HashAlgorithm] = {
    HashAlgorithm.SHA256: hashes.SHA256(),
    HashAlgorithm.SHA384: hashes.SHA384(),
    HashAlgorithm.SHA512: hashes.SHA512(),
}
_CLOCKS_DIFFER_BY = timedelta(minutes=5)
_VALID_FOR = timedelta(days=7)
"""The time for which an answer is valid that does not say for how long it is."""


def question(certificate: CertificateHash) -> bytes:
    """Return the question about a certificate, as it goes over the wire.

    Raises:
        ValueError: when its hashes are none.
    """
    return (
        ocsp.OCSPRequestBuilder()
        .add_certificate_by_hash(
            bytes.fromhex(certificate.issuer_name_hash),
            bytes.fromhex(certificate.issuer_key_hash),
            int(certificate.serial_number, 16),
            _ALGORITHMS[certificate.algorithm],
        )
        .build()
        .public_bytes(Encoding.DER)
    )


def hash_of(certificate: x509.Certificate, issuer: x509.Certificate) -> CertificateHash:
    """Return the hash that names a certificate."""
    return CertificateHash(
        HashAlgorithm.SHA256,
        hashlib.sha256(certificate.issuer.public_bytes()).hexdigest(),
        _key_hash(issuer, HashAlgorithm.SHA256) or "",
        f"{certificate.serial_number:x}",
    )


def status_in(
    answer: bytes,
    certificate: CertificateHash,
    known: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    now: datetime,
) -> ContractStatus:
    """Return what an answer says of a certificate.

    Args:
        answer: the answer as it came over the wire.
        certificate: the certificate that was asked about.
        known: certificates among which its issuer may be, which need not be trusted.
        trusted: those that are.
        now: the time.
    """
    with suppress(ValueError, UnsupportedAlgorithm):
        response = ocsp.load_der_ocsp_response(answer)
        if response.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL:
            candidates = (*known, *response.certificates)
            if _is_genuine(response, certificate, candidates, trusted, now):
                return _told(response, certificate, now)
    return ContractStatus.UNCONFIRMED


def _told(
    response: ocsp.OCSPResponse, certificate: CertificateHash, now: datetime
) -> ContractStatus:
    for single in response.responses:
        told = CertificateHash(
            certificate.algorithm,
            single.issuer_name_hash.hex(),
            single.issuer_key_hash.hex(),
            f"{single.serial_number:x}",
        )
        if not told.is_same(certificate) or not _is_current(single, now):
            continue
        if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            return ContractStatus.REVOKED
        if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
            return ContractStatus.VALID
    return ContractStatus.UNCONFIRMED


def _is_current(single: ocsp.OCSPSingleResponse, now: datetime) -> bool:
    since = single.this_update_utc
    until = single.next_update_utc or since + _VALID_FOR
    return since - _CLOCKS_DIFFER_BY <= now <= until + _CLOCKS_DIFFER_BY


def _is_genuine(
    response: ocsp.OCSPResponse,
    certificate: CertificateHash,
    candidates: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    now: datetime,
) -> bool:
    """Return whether an answer comes from the issuer of the certificate, or whom that has charged with it."""
    for issuer in (*trusted, *candidates):
        if _key_hash(issuer, certificate.algorithm) != _digits(certificate):
            continue
        if not _is_trusted(issuer, candidates, trusted, now):
            continue
        signers = (issuer, *_deputies(issuer, candidates, now))
        if any(_has_signed(signer, response) for signer in signers):
            return True
    return False


def _digits(certificate: CertificateHash) -> str:
    return certificate.issuer_key_hash.lower()


def _is_trusted(
    issuer: x509.Certificate,
    candidates: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    now: datetime,
) -> bool:
    with suppress(ChainError):
        links(issuer, candidates, trusted, now)
        return True
    return False


def _deputies(
    issuer: x509.Certificate, candidates: Iterable[x509.Certificate], now: datetime
) -> list[x509.Certificate]:
    """Return those that may answer in the name of an issuer."""
    return [
        candidate
        for candidate in candidates
        if _answers_for_others(candidate)
        and candidate.not_valid_before_utc <= now <= candidate.not_valid_after_utc
        and is_signed_by(candidate, issuer)
    ]


def _answers_for_others(certificate: x509.Certificate) -> bool:
    with suppress(x509.ExtensionNotFound, ValueError):
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        return ExtendedKeyUsageOID.OCSP_SIGNING in usage.value
    return False


def _has_signed(signer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    digest = response.signature_hash_algorithm
    with suppress(InvalidSignature, UnsupportedAlgorithm, ValueError):
        match signer.public_key():
            case ec.EllipticCurvePublicKey() as key if digest is not None:
                signed = response.tbs_response_bytes
                key.verify(response.signature, signed, ec.ECDSA(digest))
                return True
            case rsa.RSAPublicKey() as key if digest is not None:
                signed = response.tbs_response_bytes
                key.verify(response.signature, signed, PKCS1v15(), digest)
                return True
    return False


def _key_hash(certificate: x509.Certificate, algorithm: HashAlgorithm) -> str | None:
    """Return the hash of a certificate's key; None for a key of a kind that is not known."""
    with suppress(ValueError, UnsupportedAlgorithm):
        match certificate.public_key():
            case ec.EllipticCurvePublicKey() | rsa.RSAPublicKey() as key:
                name = algorithm.value.lower()
                return hashlib.new(name, key_bits(key)).hexdigest()
    return None
