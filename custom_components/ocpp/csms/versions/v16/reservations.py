"""ReserveNow and CancelReservation."""

from typing import override

from ocpp.v16 import call

from ...tokens.reservations import Reservation
from ..commands.reservations import ReservationMessages
from ..encoding import timestamp
from ..requests import Request
from .commands import command


class V16Reservations(ReservationMessages):
    """Reservations of connectors."""

    @override
    def reserve(self, reservation: Reservation) -> Request[None]:
        return command(
            call.ReserveNow(
                reservation.evse_id,
                timestamp(reservation.expires_at),
                reservation.id_token,
                reservation.id,
                reservation.group,
            )
        )

    @override
    def cancel(self, reservation_id: int) -> Request[None]:
        return command(call.CancelReservation(reservation_id))
