"""Memory of the sensing between steps, and its outcome: the surplus, on which basis, and what was found out about the sources."""

from dataclasses import dataclass, field
from enum import StrEnum
import math

from ..model import Estimate
from .battery_meter import BatteryMeter
from .draws import Draw, DrawHistory
from .grid_meter import GridMeter
from .house import House
from .lateness import Delay, Lateness, fixed
from .samples import Samples

FIRST_HOLD_S = 120.0
"""Silence for which the last value holds of a meter that shows no sign of life and of which nothing is known."""


class Basis(StrEnum):
    """Basis of an estimate of the surplus."""

    METERS = "meters"
    """The meters have told it."""
    UNCHANGED = "unchanged"
    """The grid meter is silent, which means that nothing has changed."""
    SUN_AND_HOUSE = "sun_and_house"
    """The sun, less the remembered load of the house."""
    CERTAIN_PART = "certain_part"
    """Certain part of the surplus while another is unknown: a battery, or the import."""
    NOTHING = "nothing"
    """Nothing is known any more, so that no sun can be counted on."""


class Failure(StrEnum):
    """Way in which a grid meter that is there fails."""

    SILENT = "silent"
    """It tells nothing, although it should."""
    FROZEN = "frozen"
    """It tells the same value again and again, although that must have changed."""


@dataclass(frozen=True, slots=True)
class Surplus:
    """Estimate of the surplus.

    Attributes:
        at_s: the instant at which it was made.
        basis: its basis.
        all_w: power that all cars could draw without import; a battery's charging counts, its discharge does not.
        solar_w: the part of it for the cars that follow the sun, whatever the others draw.
        grid_w: power from the grid.
        battery_w: power from all batteries.
        stands_for_s: time that it stands for.
    """

    at_s: float
    basis: Basis
    all_w: Estimate
    solar_w: Estimate
    grid_w: float = 0.0
    battery_w: float = 0.0
    stands_for_s: float = 0.0

    @property
    def is_measured(self) -> bool:
        """True if grid and battery are known."""
        return self.basis in (Basis.METERS, Basis.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Sensing:
    """Memory of the sensing.

    Attributes:
        began_s: the instant of the first step.
        draws: power of the cars over the last minutes.
        learned_lateness: lateness of the grid meter as it was learned.
        stated_delay_s: the same as its owner states it, who knows better; None for what was learned.
        grid: the grid meter.
        battery: the sensor of the home battery.
        solar: samples of the inverters.
        house: remembered load of the house.
        failure: way in which the grid meter fails at present; None while it does not.
        failed_s: since when.
        hold_s: silence that the grid meter has proved to mean no change.
        partial_s: since when a part of the power is unknown; None while it is not.
        balanced_s: the instant of the last balance of grid and battery.
        surplus: the last estimate; None before the first.
    """

    began_s: float | None = None
    draws: DrawHistory = field(default_factory=DrawHistory)
    learned_lateness: Lateness = field(default_factory=Lateness)
    stated_delay_s: float | None = None
    grid: GridMeter = field(default_factory=GridMeter)
    battery: BatteryMeter = field(default_factory=BatteryMeter)
    solar: Samples = field(default_factory=Samples)
    house: House = field(default_factory=House)
    failure: Failure | None = None
    failed_s: float = -math.inf
    hold_s: float = FIRST_HOLD_S
    partial_s: float | None = None
    balanced_s: float = -math.inf
    surplus: Surplus | None = None

    @property
    def is_lost(self) -> bool:
        """True if nothing is known any more, so that no sun can be counted on."""
        return self.surplus is not None and self.surplus.basis is Basis.NOTHING

    @property
    def lateness(self) -> Lateness:
        """Lateness of the grid meter that counts."""
        stated_s = self.stated_delay_s
        return self.learned_lateness if stated_s is None else fixed(stated_s)

    @property
    def delay(self) -> Delay:
        """Delay of the grid meter, as far as it is known."""
        learned = self.learned_lateness
        learned_s = learned.likely_s if learned.is_learned else None
        return Delay(learned_s, self.stated_delay_s)

    def draw_told_at(self, at_s: float) -> Draw:
        """Return the draw that a value of the grid meter includes which arrived at an instant."""
        late = self.lateness
        return self.draws.within(
            at_s - late.longest_s, at_s - late.shortest_s, at_s - late.likely_s
        )
