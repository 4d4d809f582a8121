"""Reports that change little here: they are acknowledged, and passed on to whoever has asked for them."""

from typing import NotRequired, TypedDict, cast

from ...model import Snapshot
from ...ocppj.framing import Payload
from ...tokens.reservations import without
from ..incoming import Context, Handled

_OVER = frozenset({"Expired", "Removed"})


class _ReservationStatus(TypedDict):
    reservationId: NotRequired[int]
    reservationUpdateStatus: NotRequired[str]


def acknowledge(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Confirm that a report has come."""
    return Handled({}, snapshot)


def reservation_status_update(
    payload: Payload, snapshot: Snapshot, _: Context
) -> Handled:
    """Drop a reservation that is over; one that was transferred to another EVSE is kept."""
    told = cast(_ReservationStatus, payload)
    reservation_id = told.get("reservationId")
    if reservation_id is None or told.get("reservationUpdateStatus") not in _OVER:
        return Handled({}, snapshot)
    left = without(snapshot.tokens.reservations, reservation_id)
    return Handled({}, snapshot.with_reservations(left))
