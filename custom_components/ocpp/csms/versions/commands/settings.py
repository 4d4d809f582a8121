"""A charger's settings in every protocol version."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from ...devices.capabilities import Capabilities, Traits
from ...devices.settings import (
    ChangeResult,
    Inventory,
    MessageBounds,
    ReportQuery,
    Setting,
    Settings,
    SettingsQuery,
    writable,
)
from ...devices.variables import VariableId
from ...devices.wants import Want, wanted_values
from ..requests import Command, Request


class SettingMessages(ABC):
    """Commands that read and change a charger's settings, and the meaning of these."""

    wants: ClassVar[Mapping[Want, VariableId]]
    """The version's own settings for everything that is wanted of every charger."""
    needed: ClassVar[tuple[VariableId, ...]]
    """All settings that are used here."""
    bounds: ClassVar[tuple[VariableId, ...]] = ()
    """Those that say how many can be asked for in one call; they are read before any others are named."""
    write_bounds: ClassVar[tuple[VariableId, ...]] = ()
    """Those that say how many can be changed in one call."""

    @abstractmethod
    def named(self, text: str) -> VariableId:
        """Return the setting that a person, or a vendor's file, means by a name."""

    @abstractmethod
    def has(self, variable: VariableId) -> bool:
        """Return whether a name can be that of a setting in this version."""

    @abstractmethod
    def get(self, query: SettingsQuery) -> Command[dict[VariableId, Setting]]:
        """Read settings."""

    @abstractmethod
    def change(self, variable: VariableId, value: str) -> Request[bool]:
        """Change a setting; the answer tells whether a reboot is needed for it."""

    @abstractmethod
    def change_all(
        self, values: Mapping[VariableId, str], bounds: Settings
    ) -> Command[dict[VariableId, ChangeResult]]:
        """Change several settings; `bounds` are those that limit a call, as far as they are known."""

    @abstractmethod
    def get_inventory(
        self, inventory: Inventory, request_id: int
    ) -> Command[dict[VariableId, Setting]]:
        """Read the settings of a report of this extent.

        Raises:
            RejectedError: when the version has no such report.
        """

    @abstractmethod
    def get_report(self, query: ReportQuery) -> Command[dict[VariableId, Setting]]:
        """Read some settings of all parts of the charger that meet a criterion.

        Raises:
            RejectedError: when the version has no such report.
        """

    @abstractmethod
    def bounds_in(self, settings: Settings) -> MessageBounds:
        """Return the bounds of a call that asks for settings, as far as they are told."""

    @abstractmethod
    def most_measurands(self, settings: Settings) -> int | None:
        """Return the number of measurands that a charger can report; None if it does not say."""

    @abstractmethod
    def traits(self, settings: Settings) -> Traits:
        """Return the capabilities that follow from a charger's settings."""

    @abstractmethod
    def unusable(self, settings: Settings) -> list[VariableId]:
        """Return the settings whose values are impossible."""

    @abstractmethod
    def evse_count(self, settings: Settings) -> int | None:
        """Return the number of EVSEs according to the charger; None if it does not say, or not credibly."""

    def wanted(
        self, settings: Settings, capabilities: Capabilities
    ) -> dict[VariableId, Sequence[str]]:
        """Return the values that the charger's settings should have, the best first."""
        present = {
            want: settings[variable]
            for want, variable in self.wants.items()
            if variable in settings
        }
        values = wanted_values(present, self.most_measurands(settings), capabilities)
        wanted = {self.wants[want]: some for want, some in values.items()}
        own = {variable: (value,) for variable, value in capabilities.settings.items()}
        return writable(settings, {**wanted, **own}, capabilities.frozen_settings)
