"""Id tokens in both directions, and the answers about them."""

from typing import NotRequired, TypedDict

from ....events import TokenShown
from ....model import Registration, Snapshot
from ....ocppj.framing import Payload
from ....tokens.authorization import (
    NOT_AUTHORIZED,
    REMOTE_ID_TOKEN,
    Authorization,
    TokenStatus,
)
from ....tokens.token import AdditionalId, Token, TokenKind, bare
from ...encoding import timestamp
from ...incoming import Context

_KINDS = {
    "Central": TokenKind.CENTRAL,
    "DirectPayment": TokenKind.CENTRAL,
    "eMAID": TokenKind.CONTRACT,
    "EVCCID": TokenKind.VEHICLE,
    "ISO14443": TokenKind.CARD_14443,
    "ISO15693": TokenKind.CARD_15693,
    "KeyCode": TokenKind.KEY_CODE,
    "Local": TokenKind.LOCAL,
    "MacAddress": TokenKind.MAC_ADDRESS,
    "NoAuthorization": TokenKind.NO_AUTHORIZATION,
    "VIN": TokenKind.VEHICLE,
}
_NAMES = {
    TokenKind.CENTRAL: "Central",
    TokenKind.CARD_14443: "ISO14443",
    TokenKind.CARD_15693: "ISO15693",
    TokenKind.CONTRACT: "eMAID",
    TokenKind.KEY_CODE: "KeyCode",
    TokenKind.LOCAL: "Local",
    TokenKind.MAC_ADDRESS: "MacAddress",
    TokenKind.NO_AUTHORIZATION: "NoAuthorization",
}
_USUAL = "ISO14443"
"""The kind of most cards, for tokens whose kind nobody has told."""

_MESSAGE_LENGTH = 512


class _AdditionalInfo(TypedDict):
    additionalIdToken: NotRequired[str]
    type: NotRequired[str]


class IdTokenPayload(TypedDict):
    """OCPP's IdTokenType."""

    idToken: NotRequired[str]
    type: NotRequired[str]
    additionalInfo: NotRequired[list[_AdditionalInfo]]


def token_of(payload: IdTokenPayload) -> Token:
    """Return the id token that a charger tells."""
    additional = tuple(
        AdditionalId(item.get("additionalIdToken", ""), item.get("type", ""))
        for item in payload.get("additionalInfo", ())
    )
    kind = _KINDS.get(payload.get("type", ""))
    return Token(bare(payload.get("idToken", "")), kind, additional)


def token_payload(token: Token) -> Payload:
    """Return an id token as chargers read it."""
    if token.is_called(REMOTE_ID_TOKEN):
        kind = "Central"
    else:
        kind = _USUAL if token.kind is None else _NAMES.get(token.kind, _USUAL)
    payload: Payload = {"idToken": token.value, "type": kind}
    if token.additional:
        payload["additionalInfo"] = [
            {"additionalIdToken": item.value, "type": item.kind}
            for item in token.additional
        ]
    return payload


def authorization(
    token: Token, context: Context, evse_id: int | None = None
) -> Authorization:
    """Return the answer about an id token; with the number of an EVSE, about a session there.

    Nobody may charge at a charger that has not been adopted.
    """
    adopted = context.registration is Registration.ACCEPTED
    return context.authorize(token, evse_id) if adopted else NOT_AUTHORIZED


def info_payload(answer: Authorization) -> Payload:
    """Return the answer about an id token as chargers read it (OCPP's IdTokenInfoType)."""
    info: Payload = {"status": answer.status.value}
    if answer.cache_expires_at is not None:
        info["cacheExpiryDateTime"] = timestamp(answer.cache_expires_at)
    if answer.group is not None:
        info["groupIdToken"] = {**token_payload(answer.group), "type": "Central"}
    if answer.evses:
        info["evseId"] = [*sorted(answer.evses)]
    if answer.message:
        content = answer.message[:_MESSAGE_LENGTH]
        info["personalMessage"] = {"format": "UTF8", "content": content}
    return info


def shown(
    token: Token,
    status: TokenStatus,
    snapshot: Snapshot,
    context: Context,
    evse_id: int | None = None,
) -> tuple[TokenShown, ...]:
    """Return the event of a token that somebody shows; none for that of a session from here, or of no token."""
    adopted = context.registration is Registration.ACCEPTED
    if not adopted or not token.value or context.starts_with(token.value):
        return ()
    if token.kind in (TokenKind.LOCAL, TokenKind.NO_AUTHORIZATION):
        return ()
    return (TokenShown(snapshot.identity, token.value, status, evse_id),)
