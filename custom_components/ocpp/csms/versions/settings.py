"""A charger's settings in every protocol version."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from ..devices.capabilities import Capabilities, Traits
from ..devices.settings import Setting
from .requests import Command, Request


class SettingMessages(ABC):
    """Reading and changing a charger's settings, and their meaning."""

    needed: ClassVar[tuple[str, ...]]
    """The settings that are made use of here."""

    @abstractmethod
    def get(self, keys: tuple[str, ...]) -> Command[dict[str, Setting]]:
        """Read settings; all of them when no key is given."""

    @abstractmethod
    def change(self, key: str, value: str) -> Request[bool]:
        """Change a setting; the answer tells whether a reboot is needed for it."""

    @abstractmethod
    def wanted(
        self, settings: Mapping[str, Setting], capabilities: Capabilities
    ) -> dict[str, Sequence[str]]:
        """Return the values that the charger's settings should have, the best first."""

    @abstractmethod
    def traits(self, settings: Mapping[str, Setting]) -> Traits:
        """Return what a charger's settings say of its capabilities."""

    @abstractmethod
    def unusable(self, settings: Mapping[str, Setting]) -> list[str]:
        """Return the settings whose values are impossible."""

    @abstractmethod
    def evse_count(self, settings: Mapping[str, Setting]) -> int | None:
        """Return the number of EVSEs according to the charger; None if it does not say, or not credibly."""
