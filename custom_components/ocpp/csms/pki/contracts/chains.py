"""Chains of certificates, from that of a contract to one that is trusted.

Source: RFC 5280, section 6; ISO 15118-2, annex F.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from .proofs import ContractStatus

_LONGEST = 5
"""The most certificates between the first one and one that is trusted; ISO 15118 has two."""


class ChainError(Exception):
    """A chain that must not be trusted."""

    def __init__(self, status: ContractStatus) -> None:
        """Initialize with the reason."""
        super().__init__(status.value)
        self.status = status


@dataclass(frozen=True, slots=True)
class Link:
    """A certificate of a chain, and that of its issuer."""

    certificate: x509.Certificate
    issuer: x509.Certificate

    @property
    def revocation_url(self) -> str | None:
        """The URL at which somebody tells if it was revoked, if the certificate names one."""
        with suppress(x509.ExtensionNotFound, ValueError):
            access = self.certificate.extensions.get_extension_for_oid(
                ExtensionOID.AUTHORITY_INFORMATION_ACCESS
            ).value
            assert isinstance(access, x509.AuthorityInformationAccess)
            for item in access:
                is_responder = item.access_method == AuthorityInformationAccessOID.OCSP
                if is_responder and isinstance(
                    item.access_location, x509.UniformResourceIdentifier
                ):
                    return item.access_location.value
        return None


def links(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    now: datetime,
) -> Sequence[Link]:
    """Return the chain from a certificate to one that is trusted.

    Raises:
        ChainError: when there is none, or not at this time.
    """
    found: list[Link] = []
    while certificate not in trusted:
        _check_time(certificate, now)
        if len(found) == _LONGEST:
            raise ChainError(ContractStatus.UNTRUSTED)
        issuer = _issuer_of(certificate, (*trusted, *others))
        if not _may_issue(issuer, below=len(found)):
            raise ChainError(ContractStatus.UNTRUSTED)
        found.append(Link(certificate, issuer))
        certificate = issuer
    _check_time(certificate, now)
    return found


def _check_time(certificate: x509.Certificate, now: datetime) -> None:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise ChainError(ContractStatus.EXPIRED)


def _issuer_of(
    certificate: x509.Certificate, candidates: Sequence[x509.Certificate]
) -> x509.Certificate:
    named = [item for item in candidates if item.subject == certificate.issuer]
    for issuer in _signers(certificate, named):
        return issuer
    known = ContractStatus.FORGED if named else ContractStatus.UNTRUSTED
    raise ChainError(known)


def _signers(
    certificate: x509.Certificate, candidates: Sequence[x509.Certificate]
) -> Iterator[x509.Certificate]:
    for issuer in candidates:
        if is_signed_by(certificate, issuer):
            yield issuer


def is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether a certificate was signed by an issuer."""
    with suppress(InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        certificate.verify_directly_issued_by(issuer)
        return True
    return False


def _may_issue(issuer: x509.Certificate, below: int) -> bool:
    """Return whether a certificate is one of an authority that may have so many others below it."""
    try:
        extensions = issuer.extensions
        bounds = extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound, ValueError:
        return False
    with suppress(x509.ExtensionNotFound):
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        if not usage.key_cert_sign:
            return False
    return bounds.ca and (bounds.path_length is None or bounds.path_length >= below)
