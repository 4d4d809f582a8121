"""Charging modes as data: the only module that names them.

A new mode is a member of `Mode`, its entry in `_POLICIES`, and its texts and icon. Everything else asks the policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
import math

MAX_IMPORT_AVERSION = 3.0
"""Even a charger that uses the sun alone bears some import while a cloud passes: at 3, a watt-hour of it for three of sun.
More saves import and costs sun and starts."""
MAX_ROUNDING = 0.99
"""A current that the charger can be set to exactly is not rounded up."""


class Control(Enum):
    """Kind of limit that a mode asks for."""

    NONE = auto()
    """No limit: the owner's automations decide."""
    PAUSE = auto()
    """Always a pause."""
    FULL_POWER = auto()
    """Always the maximum current on all phases."""
    SOLAR = auto()
    """A limit that follows the sun."""


class Mode(StrEnum):
    """Way in which a charger uses the sun, as the owner chooses it."""

    OFF = "off"
    FAST = "fast"
    PV_ONLY = "pv_only"
    PV_PRIORITY = "pv_priority"
    ECO_PLUS = "eco_plus"
    MANUAL = "manual"

    @property
    def policy(self) -> ModePolicy:
        """Rules of the mode."""
        return _POLICIES[self]


@dataclass(frozen=True, slots=True)
class ModePolicy:
    """Rules of a mode.

    Attributes:
        control: the kind of limit.
        solar_share: the share of the least charging power that must come from the sun unless the owner sets another one;
            for modes that follow the sun.
        fills_to_soc_floor: charges from the grid while the car's state of charge is below its floor.
        plans_departures: may charge from the grid to be ready at a departure.
        uses_price_limit: charges below the owner's price limit, with or without a departure.
        weighs_prices: lets the plan set the solar share by what the grid costs now and later.
    """

    control: Control
    solar_share: float = 0.0
    fills_to_soc_floor: bool = False
    plans_departures: bool = False
    uses_price_limit: bool = False
    weighs_prices: bool = False

    @property
    def follows_sun(self) -> bool:
        """True if the limit follows the sun."""
        return self.control is Control.SOLAR

    @property
    def is_controlled(self) -> bool:
        """True if the mode sets limits at all."""
        return self.control is not Control.NONE

    @property
    def is_fixed(self) -> bool:
        """True if the limit depends on neither sun nor plan."""
        return self.control in (Control.PAUSE, Control.FULL_POWER)


_POLICIES: Mapping[Mode, ModePolicy] = {
    Mode.OFF: ModePolicy(Control.PAUSE),
    Mode.FAST: ModePolicy(Control.FULL_POWER),
    # Charges on surplus alone, and pauses when it is less than the minimum current takes.
    Mode.PV_ONLY: ModePolicy(Control.SOLAR, solar_share=1.0),
    # Follows the surplus, and lets the grid fill in while the sun gives most of the minimum power, or as far as a plan would
    # have to buy that energy anyhow.
    Mode.PV_PRIORITY: ModePolicy(
        Control.SOLAR,
        solar_share=0.5,
        fills_to_soc_floor=True,
        plans_departures=True,
        weighs_prices=True,
    ),
    # Charges on surplus, and on what its plan lets it take from the grid.
    Mode.ECO_PLUS: ModePolicy(
        Control.SOLAR,
        solar_share=1.0,
        plans_departures=True,
        uses_price_limit=True,
        weighs_prices=True,
    ),
    Mode.MANUAL: ModePolicy(Control.NONE),
}

DEFAULT_MODE = Mode.PV_ONLY
"""Mode of a charger whose owner has not chosen one."""
PAUSE_MODE = Mode.OFF
"""Mode of a charger that must not charge, whatever its owner chose."""
FULL_POWER_MODE = Mode.FAST
"""Mode of a charger that charges at its maximum, whatever its owner chose: an external schedule sets that maximum, somebody
says "now", or no meter knows of the sun."""
UNCONTROLLED_MODE = Mode.MANUAL
"""Mode of a charger that is left to itself."""
DEPARTURE_MODE = Mode.ECO_PLUS
"""Mode of a charger whose car is to be ready at a time, if the chosen one does not plan."""


@dataclass(frozen=True, slots=True)
class SolarPolicy:
    """Weight of the sun against the grid.

    Attributes:
        import_aversion: how many watt-hours of sun make up for one from the grid.
        solar_share: the share of the car's least power from which charging is worth it.
        tops_up: the grid may fill in for good what is missing to the least power, as long as that is worth it.
        rounding: the way a current is rounded that the charger cannot be set to: 0 down, 0.5 to the nearest.
    """

    import_aversion: float
    solar_share: float
    tops_up: bool
    rounding: float

    @classmethod
    def for_share(cls, solar_share: float) -> SolarPolicy:
        """Return the weights at which charging at the least power is worth it once the sun gives a share of it.

        At one half, a watt-hour of sun weighs as much as one from the grid. At 1 the grid fills in nothing.
        """
        share = min(1.0, max(0.0, solar_share))
        aversion = share / (1 - share) if share < 1 else math.inf
        return cls(
            import_aversion=min(MAX_IMPORT_AVERSION, aversion),
            solar_share=share,
            tops_up=share < 1,
            rounding=min(MAX_ROUNDING, 1 - share),
        )

    def start_share(self, margin: float) -> float:
        """Return the share of the car's least power that the sun must give before a session starts or resumes.

        A margin above the power at which a running session goes on shrinks as that approaches the least power.
        """
        return self.solar_share * (1 + margin * (1 - self.solar_share))
