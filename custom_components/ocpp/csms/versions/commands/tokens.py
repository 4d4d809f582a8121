"""Id tokens that a charger keeps, in every protocol version."""

from abc import ABC, abstractmethod
from typing import ClassVar

from ...devices.settings import Settings
from ...devices.variables import VariableId
from ...tokens.local_list import ListRoom, ListUpdate
from ..requests import Request


class TokenMessages(ABC):
    """The id tokens that a charger keeps: a list that it is sent, and a cache of answers."""

    max_length: ClassVar[int]
    """The greatest length of an id token."""
    list_settings: ClassVar[tuple[VariableId, ...]]
    """The settings that tell of the list."""

    @abstractmethod
    def room(self, settings: Settings) -> ListRoom:
        """Return the room for a list according to those settings."""

    @abstractmethod
    def enabling(self, settings: Settings) -> dict[VariableId, str]:
        """Return the settings to write so that the charger uses its list."""

    @abstractmethod
    def get_list_version(self) -> Request[int]:
        """Ask for the version of the list, 0 if it is empty; a charger that keeps none refuses."""

    @abstractmethod
    def send_list(self, update: ListUpdate) -> Request[None]:
        """Replace or amend the list."""

    @abstractmethod
    def clear_cache(self) -> Request[None]:
        """Have the charger forget the answers that it was given about id tokens."""
