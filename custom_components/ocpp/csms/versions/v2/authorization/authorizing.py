"""Authorize."""

from typing import NotRequired, TypedDict, cast

from ....model import Snapshot
from ....ocppj.framing import Payload
from ....pki.certificates import HashAlgorithm
from ....pki.contracts.proofs import ContractProof, ContractStatus, RevocationQuestion
from ....tokens.authorization import Authorization, TokenStatus
from ....tokens.state import PresentedToken
from ....tokens.token import Token
from ...certificate_hashes import HashPayload, hash_of
from ...incoming import Context, Handled, UncheckedContractError
from .id_tokens import IdTokenPayload, authorization, info_payload, shown, token_of

_STATUSES = {
    ContractStatus.VALID: "Accepted",
    ContractStatus.EXPIRED: "CertificateExpired",
    ContractStatus.REVOKED: "CertificateRevoked",
    ContractStatus.FORGED: "SignatureError",
    ContractStatus.UNTRUSTED: "CertChainError",
    ContractStatus.ANOTHERS: "NoCertificateAvailable",
    ContractStatus.UNCONFIRMED: "NoCertificateAvailable",
}
"""OCPP's AuthorizeCertificateStatusEnumType, which has no word for what could not be found out."""


class _Hash(HashPayload, TypedDict):
    responderURL: NotRequired[str]


class _Authorize(TypedDict):
    idToken: NotRequired[IdTokenPayload]
    certificate: NotRequired[str]
    iso15118CertificateHashData: NotRequired[list[_Hash]]


def authorize(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Answer a question about an id token, perhaps that of a contract whose certificates are to be checked.

    Raises:
        UncheckedContractError: when that has not been done yet.
    """
    request = cast(_Authorize, payload)
    token = token_of(request.get("idToken", {}))
    answer, contract = authorization(token, context), _contract(request, token, context)
    if contract not in (None, ContractStatus.VALID):
        is_over = contract is ContractStatus.EXPIRED
        status = TokenStatus.EXPIRED if is_over else TokenStatus.INVALID
        answer = Authorization(status)
    told: Payload = {"idTokenInfo": info_payload(answer)}
    if contract is not None:
        told["certificateStatus"] = _STATUSES[contract]
    events = shown(token, answer.status, snapshot, context)
    if not events:
        return Handled(told, snapshot)
    presented = PresentedToken(token.value, context.now)
    return Handled(told, snapshot.with_presented_token(presented), events)


def _contract(
    request: _Authorize, token: Token, context: Context
) -> ContractStatus | None:
    """Return how the contract of a vehicle stands; None if nothing is to be said about one."""
    proof = ContractProof(
        token.value,
        request.get("certificate"),
        [
            RevocationQuestion(hash_of(item), item.get("responderURL", ""))
            for item in request.get("iso15118CertificateHashData", ())
            if item["hashAlgorithm"] in HashAlgorithm
        ],
    )
    if context.contract is not None:
        return context.contract
    if proof.chain is None and not proof.hashes:
        return None
    if context.checks_contracts:
        raise UncheckedContractError(proof)
    # Hashes are those of certificates that the charger trusts; a chain is for us to check, and nobody here does.
    return None if proof.chain is None else ContractStatus.UNTRUSTED
