"""Firmware in every protocol version."""

from abc import ABC, abstractmethod

from ...files.firmware import FirmwareUpdate
from ..requests import Request


class FirmwareMessages(ABC):
    """Firmware that a charger downloads."""

    @abstractmethod
    def update(self, update: FirmwareUpdate) -> Request[None]:
        """Have firmware fetched and installed."""
