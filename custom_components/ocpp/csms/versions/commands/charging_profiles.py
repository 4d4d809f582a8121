"""Charging profiles in every protocol version."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import ClassVar

from ...devices.capabilities import Purpose, Unit
from ...limits.charging_profile import Profile
from ...limits.composite_schedule import Schedule
from ...limits.held_profiles import HeldProfile, ProfileFilter
from ...ocppj.framing import Payload
from ..requests import Command, Request


class ProfileMessages(ABC):
    """Charging profiles, and the schedule that a charger makes of all that it holds."""

    actions: ClassVar[frozenset[str]]
    """Commands that change a charger's charging profiles."""

    @abstractmethod
    def set(self, profile: Profile) -> Request[None]:
        """Set a charging profile."""

    @abstractmethod
    def set_external(self, evse_id: int, profile: Payload) -> Request[None]:
        """Set a charging profile that somebody else composed, as it is."""

    @abstractmethod
    def purpose_of(self, profile: Payload) -> Purpose | None:
        """Return the purpose of a profile that somebody else composed; None if it is unknown."""

    @abstractmethod
    def period_count(self, profile: Payload) -> int:
        """Return the number of periods in the longest schedule of a profile that somebody else composed."""

    @abstractmethod
    def ends_at(self, profile: Payload) -> datetime | None:
        """Return the end of a profile that somebody else composed; None if it has none that is known."""

    @abstractmethod
    def is_for_session(self, profile: Payload) -> bool:
        """Return whether a profile that somebody else composed belongs to a running session."""

    @abstractmethod
    def clear(self, evse_id: int | None, purpose: Purpose | None) -> Request[None]:
        """Clear the charging profiles of an EVSE, or of all; those for one purpose, or for any."""

    @abstractmethod
    def get(
        self, wanted: ProfileFilter, request_id: int
    ) -> Command[tuple[HeldProfile, ...]]:
        """Ask for the charging profiles that a charger holds.

        Raises:
            RejectedError: when the version cannot ask for them.
        """

    @abstractmethod
    def get_composite_schedule(
        self, evse_id: int, duration: timedelta, unit: Unit | None, now: datetime
    ) -> Request[Schedule | None]:
        """Ask for the limits of an EVSE, or as number 0 of the whole charger, from now on."""
