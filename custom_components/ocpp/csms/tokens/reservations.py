"""Reservations of connectors for the owner of an id token.

Source: OCPP 1.6 specification, sections 3.12, 5.13 (ReserveNow) and 5.2 (CancelReservation).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..numbering import number_of
from .token import same_token

type Reservations = tuple[Reservation, ...]


@dataclass(frozen=True, slots=True)
class Reservation:
    """The reservation of a connector for the owner of an id token, or of another of the same group.

    `evse_id` 0 stands for any connector of the charger. It is `shown` once the charger has reported the connector reserved.
    """

    id: int
    evse_id: int
    id_token: str
    expires_at: datetime
    group: str | None = field(default=None, metadata={"stored_as": "parent_id"})
    shown: bool = False


def held(reservations: Iterable[Reservation], now: datetime) -> Reservations:
    """Return the reservations that have not expired."""
    return tuple(item for item in reservations if item.expires_at > now)


def id_at(
    reservations: Iterable[Reservation], evse_id: int, id_token: str
) -> int | None:
    """Return the id of the reservation of a connector for an id token, if there is one."""
    return next(
        (
            item.id
            for item in reservations
            if item.evse_id == evse_id and same_token(item.id_token, id_token)
        ),
        None,
    )


def next_id(reservations: Iterable[Reservation], now: datetime) -> int:
    """Return an id that no reservation has had."""
    return max([number_of(now), *(item.id + 1 for item in reservations)])


def with_reservation(reservations: Reservations, new: Reservation) -> Reservations:
    """Return the reservations after one was granted: a connector is kept for one at a time, any connector for several."""
    others = without(reservations, new.id)
    return (*(freed(others, new.evse_id) if new.evse_id else others), new)


def without(reservations: Reservations, reservation_id: int) -> Reservations:
    """Return the reservations without one that was cancelled or used."""
    return tuple(item for item in reservations if item.id != reservation_id)


def freed(reservations: Reservations, evse_id: int) -> Reservations:
    """Return the reservations after a connector has become free for everybody again."""
    return tuple(item for item in reservations if item.evse_id != evse_id)


def shown(reservations: Reservations, evse_id: int) -> Reservations:
    """Return the reservations after a connector was reported reserved."""
    return tuple(
        replace(item, shown=True) if item.evse_id == evse_id else item
        for item in reservations
    )


def without_shown(reservations: Reservations, evse_id: int) -> Reservations:
    """Return the reservations after a connector was reported free: one that was shown before is over."""
    return tuple(
        item for item in reservations if item.evse_id != evse_id or not item.shown
    )


def after_start(
    reservations: Reservations,
    evse_id: int,
    id_token: str,
    reservation_id: int | None,
) -> Reservations:
    """Return the reservations that are left when a session has started.

    Not all chargers name the one that a session uses: it is that of the connector, or the one of the same token for
    any connector.
    """

    def used(item: Reservation) -> bool:
        by_token = item.evse_id == 0 and same_token(item.id_token, id_token)
        return item.id == reservation_id or item.evse_id == evse_id or by_token

    return tuple(item for item in reservations if not used(item))
