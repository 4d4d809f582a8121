"""Messages on demand, in every protocol version."""

from abc import ABC, abstractmethod

from .requests import Request


class TriggerMessages(ABC):
    """Messages that a charger sends because it is asked to."""

    @abstractmethod
    def announce(self) -> Request[None]:
        """Ask the charger to send its BootNotification again."""

    @abstractmethod
    def ask(self, message: str, evse_id: int | None) -> Request[None]:
        """Ask the charger to send a message now."""

    @abstractmethod
    def ask_otherwise(self, message: str, evse_id: int | None) -> Request[None] | None:
        """Ask in another way, for chargers that do not know the usual one; None where there is none."""
