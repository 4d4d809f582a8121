"""Reservations in every protocol version."""

from abc import ABC, abstractmethod

from ...tokens.reservations import Reservation
from ..requests import Request


class ReservationMessages(ABC):
    """Commands that reserve connectors."""

    @abstractmethod
    def reserve(self, reservation: Reservation) -> Request[None]:
        """Reserve a connector; a reservation of the same id is replaced."""

    @abstractmethod
    def cancel(self, reservation_id: int) -> Request[None]:
        """Cancel a reservation."""
