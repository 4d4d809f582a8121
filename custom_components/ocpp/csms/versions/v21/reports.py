"""Messages that only OCPP 2.1 has, and that ask for more than an acknowledgement."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NotRequired, TypedDict, cast

from ...model import Snapshot
from ...ocppj.framing import Json, Payload
from ...ocppj.schemas.mending import UnusableError
from ..certificate_hashes import HashPayload, hash_payload, hashes_of
from ..encoding import timestamp
from ..incoming import Context, Handled
from ..v2.terms import MAX_EVSES

_LONGEST_VAT_NUMBER, _LONGEST_SERIAL_NUMBER, _LONGEST_HASH = 20, 40, 128
_SOURCES = frozenset({"CRL", "OCSP"})
_NEWS_AFTER = timedelta(days=1)
"""The time after which it is worth asking again."""


class _StatusRequest(TypedDict):
    certificateHashData: NotRequired[HashPayload]
    source: NotRequired[str]


class _ChainStatus(TypedDict):
    certificateStatusRequests: NotRequired[list[_StatusRequest]]


def battery_swap(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Take note of an exchanged battery."""
    return Handled({}, snapshot)


def certificate_chain_status(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Tell that nothing is known of the revocation of each certificate of a chain."""
    next_update = timestamp(context.now + _NEWS_AFTER)
    told = cast(_ChainStatus, payload).get("certificateStatusRequests") or []
    unknown: list[Json] = [*_unknown(told, next_update)]
    if not unknown:
        raise UnusableError("no certificate is named")
    return Handled({"certificateStatus": unknown}, snapshot)


def _unknown(requests: Sequence[_StatusRequest], next_update: str) -> Iterator[Payload]:
    """Yield the status of each certificate that is named in full, by what was told of it."""
    for request in requests:
        named = request.get("certificateHashData")
        source = request.get("source")
        if source not in _SOURCES:
            continue
        if named and HashPayload.__required_keys__ <= named.keys():
            for certificate in hashes_of([named]):
                if len(certificate.serial_number) > _LONGEST_SERIAL_NUMBER:
                    continue
                if len(certificate.issuer_name_hash) > _LONGEST_HASH:
                    continue
                if len(certificate.issuer_key_hash) > _LONGEST_HASH:
                    continue
                yield {
                    "certificateHashData": hash_payload(certificate),
                    "source": source,
                    "status": "Unknown",
                    "nextUpdate": next_update,
                }


def open_periodic_event_stream(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Decline a stream of values that nobody here has asked for."""
    return Handled({"status": "Rejected"}, snapshot)


def pull_dynamic_schedule_update(
    _: Payload, snapshot: Snapshot, __: Context
) -> Handled:
    """Tell that there is no dynamic profile to update."""
    return Handled({"status": "Rejected"}, snapshot)


def vat_number_validation(payload: Payload, snapshot: Snapshot, _: Context) -> Handled:
    """Tell that VAT numbers are not checked here."""
    number = str(payload.get("vatNumber", ""))[:_LONGEST_VAT_NUMBER]
    answer: Payload = {"vatNumber": number, "status": "Rejected"}
    match payload.get("evseId"):
        case int(evse_id) if 0 <= evse_id <= MAX_EVSES:
            answer["evseId"] = evse_id
    return Handled(answer, snapshot)
