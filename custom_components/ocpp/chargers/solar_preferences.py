"""On which terms the car at a connector charges: how much of it from the sun, and before whom."""

from dataclasses import dataclass
from typing import TypedDict

from ..surplus.modes import Mode


@dataclass(frozen=True, slots=True)
class SolarPreferences:
    """What the owner wants of the sun at one connector; kept in storage.

    `solar_share_percent` is how much of what the car charges shall come from the sun; None leaves that to the mode. Of
    several cars, the one with the higher `priority` is served first. Below `soc_floor_percent` a car charges from the
    grid, too, where its mode lets it.
    """

    solar_share_percent: float | None = None
    priority: int = 0
    soc_floor_percent: float = 20.0

    def solar_share_in(self, mode: Mode) -> float | None:
        """Return the share of the sun in percent that holds in a mode; None in one that follows no sun."""
        if not mode.policy.follows_sun:
            return None
        if self.solar_share_percent is None:
            return mode.policy.solar_share * 100
        return self.solar_share_percent


class SolarPreferenceChanges(TypedDict, total=False):
    """What can be changed of terms."""

    solar_share_percent: float | None
    priority: int
    soc_floor_percent: float
