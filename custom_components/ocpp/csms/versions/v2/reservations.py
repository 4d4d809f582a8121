"""ReserveNow and CancelReservation."""

from typing import override

from ...ocppj.framing import Payload
from ...tokens.reservations import Reservation
from ...tokens.token import Token
from ..commands.reservations import ReservationMessages
from ..encoding import timestamp
from ..requests import Request
from .authorization.id_tokens import token_payload
from .commands import command


class V2Reservations(ReservationMessages):
    """Reservations of EVSEs."""

    @override
    def reserve(self, reservation: Reservation) -> Request[None]:
        payload: Payload = {
            "id": reservation.id,
            "expiryDateTime": timestamp(reservation.expires_at),
            "idToken": token_payload(Token(reservation.id_token)),
        }
        if reservation.evse_id:
            payload["evseId"] = reservation.evse_id
        if reservation.group is not None:
            group = token_payload(Token(reservation.group))
            payload["groupIdToken"] = {**group, "type": "Central"}
        return command("ReserveNow", payload)

    @override
    def cancel(self, reservation_id: int) -> Request[None]:
        return command("CancelReservation", {"reservationId": reservation_id})
