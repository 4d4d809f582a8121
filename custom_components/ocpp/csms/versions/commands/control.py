"""Commands to a charger as a device, in every protocol version."""

from abc import ABC, abstractmethod

from ...model import Address, Availability, ResetKind
from ..requests import Request


class ControlMessages(ABC):
    """Commands to a charger as a device: reboot, release a cable, go out of service."""

    @abstractmethod
    def reset(self, kind: ResetKind, address: Address) -> Request[None]:
        """Reboot the charger, or an EVSE of it.

        Raises:
            RejectedError: when the version cannot reboot an EVSE alone.
        """

    @abstractmethod
    def unlock(self, address: Address) -> Request[None]:
        """Release the cable of a connector."""

    @abstractmethod
    def change_availability(
        self, address: Address, availability: Availability
    ) -> Request[None]:
        """Put the charger, an EVSE or a connector into or out of service."""
