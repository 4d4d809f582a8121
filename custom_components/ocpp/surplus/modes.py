"""What the modes mean, as numbers: how much sun there must be for what comes from the grid."""

from collections.abc import Mapping
from dataclasses import dataclass
import math

from .model import ChargerReading, Mode

SOLAR_SHARES: Mapping[Mode, float] = {
    Mode.PV_ONLY: 1.0,
    Mode.PV_PRIORITY: 0.5,
    Mode.ECO_PLUS: 1.0,
}
"""The modes that follow the sun, and which share of the least power must come from it unless the owner says otherwise."""

MOST_AVERSION = 3.0
"""Even who wants sun alone bears some import while a cloud passes: at 3, a watt-hour of it for three of sun. More saves
import and costs sun and starts."""
MOST_ROUNDING = 0.99
"""What is exact is not rounded up."""
START_MARGIN = 0.6
"""How much brighter than for going on it must be for a start: it should last. More saves starts and costs sun."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a charger weighs the sun against the grid.

    `import_aversion` is how many watt-hours of sun must be won to make up for one from the grid. `start_share`
    is the share of the car's least power that the sun must give before a session starts or resumes.
    `tops_up` says whether the grid may fill in for good what is missing to that power, as long as it is worth it.
    `rounding` says which way a current that the charger cannot be set to is rounded: 0 down, 0.5 to the
    nearest.
    """

    import_aversion: float
    start_share: float
    tops_up: bool
    rounding: float


def policy(reading: ChargerReading) -> Policy:
    """Return what the mode of a charger and its owner's solar share mean.

    At a share of one half a watt-hour of sun weighs as much as one from the grid: charging at the least power is worth
    it as long as the sun gives half of it. The higher the share, the more sun it takes; at 1 the grid fills in nothing.
    """
    share = SOLAR_SHARES[reading.mode]
    if reading.solar_share_percent is not None:
        share = min(1.0, max(0.0, reading.solar_share_percent / 100))
    aversion = share / (1 - share) if share < 1 else math.inf
    return Policy(
        import_aversion=min(MOST_AVERSION, aversion),
        start_share=share * (1 + START_MARGIN * (1 - share)),
        tops_up=share < 1,
        rounding=min(MOST_ROUNDING, 1 - share),
    )


def allowance_w(reading: ChargerReading) -> float:
    """Return what a charger may take from the grid on top of the sun, inf for as much as the car can draw."""
    below_floor = (
        reading.mode is Mode.PV_PRIORITY
        and reading.soc_percent is not None
        and reading.soc_percent < reading.soc_floor_percent
    )
    return math.inf if below_floor else max(0.0, reading.grid_allowance_w)
