"""Logs in every protocol version."""

from abc import ABC, abstractmethod
from typing import ClassVar

from ...devices.variables import VariableId
from ...files.logs import LogRequest
from ..requests import Request


class LogMessages(ABC):
    """Logs that a charger uploads."""

    protocols_setting: ClassVar[VariableId]
    """The setting with the protocols by which the charger transfers files, if it has one."""

    @abstractmethod
    def get(self, request: LogRequest) -> Request[str | None]:
        """Have a log uploaded; the answer is the name of the file, if the charger tells it."""

    @abstractmethod
    def get_otherwise(self, request: LogRequest) -> Request[str | None] | None:
        """Ask in another way, for chargers that do not know the usual one; None where there is none."""
