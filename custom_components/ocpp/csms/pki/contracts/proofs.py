"""The proof of a contract that a charger passes on, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..certificates import CertificateHash


class ContractStatus(StrEnum):
    """The result of a check of the certificates of a contract."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    FORGED = "forged"
    """A signature is not that of its issuer."""
    UNTRUSTED = "untrusted"
    """The chain leads to no certificate that is trusted."""
    ANOTHERS = "anothers"
    """The certificate belongs to another contract, or cannot be read."""
    UNCONFIRMED = "unconfirmed"
    """Nobody could tell if it was revoked."""


@dataclass(frozen=True, slots=True)
class RevocationQuestion:
    """A certificate, and the URL at which somebody tells if it was revoked."""

    certificate: CertificateHash
    url: str


@dataclass(frozen=True, slots=True)
class ContractProof:
    """The certificates of a contract: in PEM, or the hashes of those that the charger has checked itself."""

    contract_id: str
    chain: str | None = None
    hashes: Sequence[RevocationQuestion] = ()

    def is_for(self, name: str | None) -> bool:
        """Return whether a certificate's name is that of the contract; its check digit may be left out."""
        one, other = sorted(map(_bare, (self.contract_id, name or "")), key=len)
        return bool(one) and other.startswith(one) and len(other) - len(one) <= 1


def _bare(contract_id: str) -> str:
    """Return the id of a contract without what it may be written with."""
    return contract_id.replace("-", "").strip().casefold()
