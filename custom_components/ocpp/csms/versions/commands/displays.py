"""Messages on a charger's screen, in every protocol version."""

from abc import ABC, abstractmethod

from ...devices.display_messages import DisplayMessage, DisplayQuery
from ..requests import Command, Request


class DisplayMessages(ABC):
    """Commands about the messages on a charger's screen.

    All raise `RejectedError` when the version has no such message.
    """

    @abstractmethod
    def set(self, message: DisplayMessage) -> Request[None]:
        """Show a message, in place of one of the same id."""

    @abstractmethod
    def get(self, query: DisplayQuery) -> Command[list[DisplayMessage]]:
        """Ask for the messages that the charger holds."""

    @abstractmethod
    def clear(self, message_id: int) -> Request[None]:
        """Take a message off the screen."""
