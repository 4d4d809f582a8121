"""What every protocol version offers for files that chargers upload and download."""

from abc import ABC, abstractmethod
from typing import ClassVar

from ..files.firmware import FirmwareUpdate
from ..files.logs import LogRequest
from .requests import Request


class FileMessages(ABC):
    """Logs that a charger uploads, and firmware that it downloads."""

    protocols_setting: ClassVar[str]
    """The setting with the protocols by which the charger transfers files, where it has one."""

    @abstractmethod
    def get_log(self, request: LogRequest) -> Request[str | None]:
        """Have a log uploaded; the answer is the name of the file, if the charger tells it."""

    @abstractmethod
    def get_log_otherwise(self, request: LogRequest) -> Request[str | None] | None:
        """Ask in another way, for chargers that do not know the usual one; None where there is none."""

    @abstractmethod
    def update_firmware(self, update: FirmwareUpdate) -> Request[None]:
        """Have firmware fetched and installed."""
