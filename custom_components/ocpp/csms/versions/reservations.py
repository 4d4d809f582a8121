"""Reservations in every protocol version."""

from abc import ABC, abstractmethod

from ..tokens.reservations import Reservation
from .requests import Request


class ReservationMessages(ABC):
    """Keeping connectors free for somebody."""

    @abstractmethod
    def reserve(self, reservation: Reservation) -> Request[None]:
        """Keep a connector free; a reservation of the same id is replaced."""

    @abstractmethod
    def cancel(self, reservation_id: int) -> Request[None]:
        """Keep it free no longer."""
