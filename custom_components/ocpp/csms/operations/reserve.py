"""Reservations: connectors that a charger keeps free for the owner of an id token."""

from datetime import datetime

from ..errors import RejectedError
from ..events import MemoryChanged
from ..station import ChargingStation
from ..tokens.reservations import (
    Reservation,
    held,
    id_at,
    next_id,
    with_reservation,
    without,
)


async def reserve(
    station: ChargingStation,
    evse_id: int,
    id_token: str,
    expires_at: datetime,
    group: str | None = None,
) -> Reservation:
    """Keep an EVSE, or as number 0 any, free for the owner of an id token and his family.

    Raises:
        RejectedError: when the charger cannot; its status says why.
        CsmsError: as `ChargingStation.request` does.
    """
    known = held(station.snapshot.tokens.reservations, station.now)
    # A charger replaces a reservation by one of the same id, and refuses another one for the same place.
    id_ = id_at(known, evse_id, id_token) or next_id(known, station.now)
    reservation = Reservation(id_, evse_id, id_token, expires_at, group)
    await station.request(lambda version: version.reservations.reserve(reservation))
    known = held(station.snapshot.tokens.reservations, station.now)
    station.change(
        station.snapshot.with_reservations(with_reservation(known, reservation)),
        MemoryChanged(station.identity),
    )
    return reservation


async def cancel(station: ChargingStation, reservation_id: int) -> None:
    """Keep an EVSE free no longer.

    Raises:
        RejectedError: when the charger knows of no such reservation; then it is forgotten here, too.
        CsmsError: as `ChargingStation.request` does.
    """
    try:
        await station.request(
            lambda version: version.reservations.cancel(reservation_id)
        )
    except RejectedError:
        _forget(station, reservation_id)
        raise
    _forget(station, reservation_id)


def _forget(station: ChargingStation, reservation_id: int) -> None:
    left = without(station.snapshot.tokens.reservations, reservation_id)
    station.change(
        station.snapshot.with_reservations(left), MemoryChanged(station.identity)
    )
