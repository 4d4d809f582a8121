"""Vendors' own data in every protocol version."""

from abc import ABC, abstractmethod

from ...model import DataAnswer
from ..requests import Request


class DataMessages(ABC):
    """Data that only a charger's vendor knows the meaning of."""

    @abstractmethod
    def send(
        self, vendor_id: str, message_id: str | None, data: str | None
    ) -> Request[DataAnswer]:
        """Send a vendor's data to the charger."""
