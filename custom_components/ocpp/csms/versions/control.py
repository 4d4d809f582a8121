"""Commands to a charger as a device, in every protocol version."""

from abc import ABC, abstractmethod

from ..model import Availability, ResetKind
from .requests import Request


class ControlMessages(ABC):
    """Commands to a charger as a device: reboot, release a cable, go out of service."""

    @abstractmethod
    def reset(self, kind: ResetKind) -> Request[None]:
        """Reboot the charger."""

    @abstractmethod
    def unlock(self, evse_id: int) -> Request[None]:
        """Release the cable."""

    @abstractmethod
    def change_availability(
        self, evse_id: int | None, availability: Availability
    ) -> Request[None]:
        """Put an EVSE, or the whole charger, into or out of service."""
