"""The preferences of the owner for charging from the sun."""

from dataclasses import dataclass
from typing import TypedDict

from ..surplus.modes import Mode


@dataclass(frozen=True, slots=True)
class SolarPreferences:
    """The solar preferences at one connector; kept in storage.

    `solar_share_percent` is the part of the energy that should come from the sun; None leaves it to the mode. Of
    several cars, that with the higher `priority` is served first. Below `soc_floor_percent`, a car charges from the
    grid, too, if its mode allows it.
    """

    solar_share_percent: float | None = None
    priority: int = 0
    soc_floor_percent: float = 20.0

    def solar_share_in(self, mode: Mode) -> float | None:
        """Return the solar share in percent in a mode; None in a mode that does not follow the sun."""
        if not mode.policy.follows_sun:
            return None
        if self.solar_share_percent is None:
            return mode.policy.solar_share * 100
        return self.solar_share_percent


class SolarPreferenceChanges(TypedDict, total=False):
    """Changes of solar preferences."""

    solar_share_percent: float | None
    priority: int
    soc_floor_percent: float
