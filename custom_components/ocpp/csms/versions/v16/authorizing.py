"""Authorize, and the IdTagInfo in other answers."""

from typing import NotRequired, TypedDict, cast

from ocpp.v16 import call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import AuthorizationStatus

from ...events import Event, TokenShown
from ...evses.transaction import Transaction
from ...model import Registration, Snapshot
from ...ocppj.framing import Payload
from ...tokens.authorization import NOT_AUTHORIZED, TokenStatus
from ...tokens.state import PRESENTED_FOR, PresentedToken
from ...tokens.token import Token, bare
from ..encoding import timestamp, to_payload
from ..incoming import Context, Handled


class _Authorize(TypedDict):
    idTag: NotRequired[str]


def authorize(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Answer a question about an id tag."""
    id_tag = bare(cast(_Authorize, payload).get("idTag", ""))
    info = id_tag_info(id_tag, context)
    answer = to_payload(call_result.Authorize(info))
    if not _shows_somebody(id_tag, context):
        return Handled(answer, snapshot)
    shown = TokenShown(snapshot.identity, id_tag, TokenStatus(info.status))
    presented = PresentedToken(id_tag, context.now)
    return Handled(answer, snapshot.with_presented_token(presented), (shown,))


def shown_by_start(
    snapshot: Snapshot, transaction: Transaction, info: IdTagInfo, context: Context
) -> tuple[Event, ...]:
    """Return the event of a tag that starts a session without a question about it.

    A charger that knows a tag already does not ask.
    """
    id_tag = transaction.id_token or ""
    presented = snapshot.tokens.presented
    told = presented is not None and presented.holds(id_tag, context.now)
    long_ago = context.now - transaction.started_at >= PRESENTED_FOR
    if told or long_ago or not _shows_somebody(id_tag, context):
        return ()
    status, evse_id = TokenStatus(info.status), transaction.evse_id
    return (TokenShown(snapshot.identity, id_tag, status, evse_id),)


def _shows_somebody(id_tag: str, context: Context) -> bool:
    """Return whether a tag is that of a person at an adopted charger, and not of a session from here."""
    adopted = context.registration is Registration.ACCEPTED
    return adopted and bool(id_tag) and not context.starts_with(id_tag)


def id_tag_info(id_tag: str, context: Context, evse_id: int | None = None) -> IdTagInfo:
    """Return the answer about an id tag; with the number of an EVSE, about a start there."""
    # Nobody may charge at a charger that has not been adopted.
    adopted = context.registration is Registration.ACCEPTED
    answer = context.authorize(Token(id_tag), evse_id) if adopted else NOT_AUTHORIZED
    expires_at = answer.cache_expires_at
    return IdTagInfo(
        AuthorizationStatus(answer.status.value),
        parent_id_tag=None if answer.group is None else answer.group.value,
        expiry_date=None if expires_at is None else timestamp(expires_at),
    )
