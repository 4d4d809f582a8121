"""Authorize."""

from typing import NotRequired, TypedDict, cast

from ....model import Snapshot
from ....ocppj.framing import Payload
from ....tokens.state import PresentedToken
from ...incoming import Context, Handled
from .id_tokens import IdTokenPayload, authorization, info_payload, shown, token_of


class _Authorize(TypedDict):
    idToken: NotRequired[IdTokenPayload]


def authorize(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Answer a question about an id token."""
    token = token_of(cast(_Authorize, payload).get("idToken", {}))
    answer = authorization(token, context)
    told: Payload = {"idTokenInfo": info_payload(answer)}
    events = shown(token, answer.status, snapshot, context)
    if not events:
        return Handled(told, snapshot)
    presented = PresentedToken(token.value, context.now)
    return Handled(told, snapshot.with_presented_token(presented), events)
