"""Messages that only OCPP 2.1 has, and that ask for more than an acknowledgement."""

from collections.abc import Iterator
from datetime import timedelta

from ...model import Snapshot
from ...ocppj.framing import Json, Payload
from ..encoding import timestamp
from ..incoming import Context, Handled

_NEWS_AFTER = timedelta(days=1)
"""The time after which it is worth asking again."""


def battery_swap(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Take note of an exchanged battery."""
    return Handled({}, snapshot)


def certificate_chain_status(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Tell that nothing is known of the revocation of each certificate of a chain."""
    next_update = timestamp(context.now + _NEWS_AFTER)
    return Handled({"certificateStatus": [*_unknown(payload, next_update)]}, snapshot)


def _unknown(payload: Payload, next_update: str) -> Iterator[Json]:
    match payload.get("certificateStatusRequests"):
        case list(requests):
            for request in requests:
                match request:
                    case {
                        "certificateHashData": dict(hashes),
                        "source": source,
                    }:
                        yield {
                            "certificateHashData": hashes,
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
    answer: Payload = {"vatNumber": payload.get("vatNumber", ""), "status": "Rejected"}
    if "evseId" in payload:
        answer["evseId"] = payload["evseId"]
    return Handled(answer, snapshot)
