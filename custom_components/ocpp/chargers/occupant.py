"""The vehicle at a connector, as far as its charger needs to know it."""

from abc import ABC, abstractmethod
from typing import Unpack

from homeassistant.core import CALLBACK_TYPE, callback

from ..config.vehicle import Vehicle
from .departures import Goal, GoalChanges


class Occupant(ABC):
    """A vehicle that is at a connector, or is expected there, with the goals of its owner."""

    @property
    @abstractmethod
    def vehicle(self) -> Vehicle:
        """Its settings."""

    @property
    @abstractmethod
    def goal(self) -> Goal:
        """The goal for its next departure; prices are up to the connector."""

    @property
    @abstractmethod
    def soc_floor_percent(self) -> float | None:
        """The state of charge below which it also charges from the grid; None leaves that to the connector."""

    @abstractmethod
    @callback
    def async_set_goal(self, **changes: Unpack[GoalChanges]) -> None:
        """Change the goal for the next departure."""

    @abstractmethod
    @callback
    def async_set_soc_floor(self, percent: float) -> None:
        """Change the state of charge below which it also charges from the grid."""

    @abstractmethod
    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever its settings or goals have changed."""
