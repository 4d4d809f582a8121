"""Firmware in every protocol version."""

from abc import ABC, abstractmethod

from ...files.firmware import FirmwareUpdate, Publication
from ..requests import Request


class FirmwareMessages(ABC):
    """Firmware that a charger downloads, for itself or for those behind it."""

    @abstractmethod
    def update(self, update: FirmwareUpdate) -> Request[None]:
        """Have firmware fetched and installed."""

    @abstractmethod
    def publish(self, publication: Publication) -> Request[None]:
        """Have firmware fetched and offered to the chargers behind a local controller.

        Raises:
            RejectedError: when the version has no such message.
        """

    @abstractmethod
    def unpublish(self, checksum: str) -> Request[None]:
        """Have firmware offered no longer.

        Raises:
            RejectedError: when the version has no such message.
        """
