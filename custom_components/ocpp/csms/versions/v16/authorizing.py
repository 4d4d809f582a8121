"""Who may charge: Authorize, and the IdTagInfo of other answers."""

from typing import TypedDict, cast

from ocpp.v16 import call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import AuthorizationStatus

from ...authorization import NOT_AUTHORIZED
from ...framing import Payload
from ...model import Registration, Snapshot
from ..base import Context, Handled, timestamp, to_payload


class _Authorize(TypedDict):
    idTag: str


def authorize(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Answer whether an id tag may charge."""
    info = id_tag_info(cast(_Authorize, payload)["idTag"], context)
    return Handled(to_payload(call_result.Authorize(info)), snapshot)


def id_tag_info(id_tag: str, context: Context, evse_id: int | None = None) -> IdTagInfo:
    """Return the answer about an id tag; with the number of an EVSE, for starting a session there."""
    # Nobody may charge at a charger that has not been adopted.
    adopted = context.registration is Registration.ACCEPTED
    answer = context.authorize(id_tag, evse_id) if adopted else NOT_AUTHORIZED
    return IdTagInfo(
        AuthorizationStatus(answer.status.value),
        parent_id_tag=answer.parent_id,
        expiry_date=None if answer.expires_at is None else timestamp(answer.expires_at),
    )
