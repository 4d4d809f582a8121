"""Messages on demand, in every protocol version."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from ...model import Address, Trigger
from ..requests import Request


class TriggerMessages(ABC):
    """Messages that a charger sends because it is asked to."""

    names: ClassVar[Mapping[Trigger, str]]
    """The version's names of the messages that it can be asked for."""

    @abstractmethod
    def ask(self, trigger: Trigger, address: Address) -> Request[None]:
        """Ask the charger to send a message now.

        Raises:
            RejectedError: when the version has no such message.
        """

    @abstractmethod
    def ask_otherwise(self, trigger: Trigger, address: Address) -> Request[None] | None:
        """Ask in another way, for chargers that do not know the usual one; None where there is none."""
