"""A charger's knowledge of persons, in every protocol version."""

from abc import ABC, abstractmethod

from ...tokens.customers import CustomerRequest
from ..requests import Command


class CustomerMessages(ABC):
    """Commands about a charger's knowledge of persons."""

    @abstractmethod
    def ask(self, request: CustomerRequest) -> Command[str]:
        """Ask what the charger knows of a person, or have it forgotten; the answer is in the charger's words.

        Raises:
            RejectedError: when the version has no such message.
        """
