"""Monitors of a charger's variables, in every protocol version."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from ...devices.monitors import Monitor, MonitorBase, MonitorQuery, MonitorResult
from ...devices.settings import Settings
from ...devices.variables import VariableId
from ..requests import Command, Request


class MonitorMessages(ABC):
    """Commands about the monitors of a charger's variables.

    All raise `RejectedError` when the version has no such message.
    """

    clearing_bounds: ClassVar[tuple[VariableId, ...]] = ()
    """The settings that say how many monitors can be cleared in one call."""

    @abstractmethod
    def reset(self, base: MonitorBase) -> Request[None]:
        """Put some monitors in place of all that were set."""

    @abstractmethod
    def set_level(self, severity: int) -> Request[None]:
        """Have everything told that is at least as severe."""

    @abstractmethod
    def set(self, monitors: Sequence[Monitor]) -> Request[list[MonitorResult]]:
        """Set monitors."""

    @abstractmethod
    def get(self, query: MonitorQuery) -> Command[list[Monitor]]:
        """Ask for monitors."""

    @abstractmethod
    def clear(
        self, monitor_ids: Sequence[int], bounds: Settings
    ) -> Command[list[MonitorResult]]:
        """Clear monitors, in as many calls as the charger's bounds take."""
