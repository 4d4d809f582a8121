"""The words of the coordinator: what it is told, and what it decides.

Powers are in watts; import from the grid, discharge of a battery and power into a car are positive. Times are
seconds of one steady clock, whichever the caller uses. Where a number may be infinite, that is said; else it is finite.
"""

from dataclasses import dataclass
from enum import StrEnum
import math

from .modes import Mode, SolarPolicy


class Sharing(StrEnum):
    """Who gets the surplus that is left when every charger that may run has its least current."""

    FAIR = "fair"
    """All of the same priority get the same."""
    STRICT = "strict"
    """The first in order gets as much as it can use, then the next."""


class BatteryOrder(StrEnum):
    """Who comes first when the sun does not suffice for the battery and the cars."""

    CARS_FIRST = "cars_first"
    BATTERY_FIRST = "battery_first"
    """The battery, until it is charged as far as wanted; then the cars."""
    SHARED = "shared"
    """Both: until the battery is charged as far as wanted, cars leave half of the surplus to it."""


class PhaseRotation(StrEnum):
    """On which phases of the grid (R, S, T) a charger's L1, L2 and L3 are (OCPP 1.6, ConnectorPhaseRotation).

    A single-phase charger has just its L1.
    """

    UNKNOWN = "unknown"
    RST = "rst"
    RTS = "rts"
    SRT = "srt"
    STR = "str"
    TRS = "trs"
    TSR = "tsr"
    R = "r"
    S = "s"
    T = "t"


type PhaseCurrents = tuple[float, float, float]
"""The currents on L1, L2 and L3; those that flow to the consumers are positive."""


@dataclass(frozen=True, slots=True)
class SiteReading:
    """What the site's meters say; each value with the instant it was measured."""

    grid_power_w: float
    grid_at_s: float
    battery_power_w: float = 0.0
    grid_current_a: PhaseCurrents | None = None
    """What is drawn from the grid on each phase, measured at the same instant as the power."""
    battery_at_s: float | None = None
    """None where it is not known to differ from the grid's."""
    battery_soc_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a charger hangs: on which circuit, turned how, and what it may draw when nobody is in control."""

    circuit: str | None = None
    rotation: PhaseRotation = PhaseRotation.UNKNOWN
    safe_current_a: float = 6.0


@dataclass(frozen=True, slots=True)
class BatterySettings:
    """What the owner wants of the home battery.

    It counts as charged at `charged_percent`. Until then, where it comes first, it shall have `charge_w`; None for as much
    as it takes. Above `discharge_above_percent` cars may take up to `discharge_w` from it; None where its discharge never
    counts as surplus. With `hold` it shall not discharge into cars that charge from the grid.
    """

    order: BatteryOrder = BatteryOrder.CARS_FIRST
    charged_percent: float = 50.0
    charge_w: float | None = None
    discharge_above_percent: float | None = None
    discharge_w: float = 0.0
    hold: bool = False


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What the owner wants of the site as a whole."""

    sharing: Sharing = Sharing.FAIR
    battery: BatterySettings = BatterySettings()


@dataclass(frozen=True, slots=True)
class ChargerSettings:
    """What is fixed about a charger, and about the car that uses it.

    It is wired with `phases`, and can be set between two currents, in steps. With `switches_phases` it can charge on one
    phase instead, after a pause of `switch_pause_s`. A car that falls asleep when it is paused for long is paused for no
    longer than `max_pause_s`; None where nothing is known of that.
    """

    phases: int = 3
    min_current_a: float = 6.0
    max_current_a: float = 16.0
    step_a: float = 1.0
    connection: Connection = Connection()
    switches_phases: bool = False
    switch_pause_s: float = 0.0
    max_pause_s: float | None = None


@dataclass(frozen=True, slots=True)
class ChargerReading:
    """What a charger says, and what is wanted of it.

    `ready` means that a car is there which would take current; `charging`, that it draws some.
    `current_a` is that of the most loaded phase, `phases_in_use` on how many it draws. `connected` means that it can be
    told something.

    `solar_share_percent` is how much of what the car charges shall come from the sun; None where that is left to the
    mode. `grid_allowance_w` is what a plan lets it draw from the grid just now, inf for as much as it can. While the car's
    state of charge is below `soc_floor_percent`, solar first charges from the grid.

    Who is served first: the higher `priority`, then who departs sooner, has the lower state of charge, was plugged in
    earlier. `charged_wh` is what the session has come to.
    """

    settings: ChargerSettings
    mode: Mode
    ready: bool
    charging: bool
    current_a: float | None = None
    phases_in_use: int | None = None
    voltage_v: float | None = None
    measured_at_s: float | None = None
    connected: bool = True
    solar_share_percent: float | None = None
    grid_allowance_w: float = 0.0
    soc_percent: float | None = None
    soc_floor_percent: float = 20.0
    priority: int = 0
    departs_s: float = math.inf
    plugged_in_s: float = 0.0
    charged_wh: float = 0.0

    @property
    def solar_policy(self) -> SolarPolicy:
        """Weight of the sun against the grid: by the owner's share, else by the mode's."""
        if self.solar_share_percent is None:
            return SolarPolicy.for_share(self.mode.policy.solar_share)
        return SolarPolicy.for_share(self.solar_share_percent / 100)

    @property
    def allowance_w(self) -> float:
        """Power that it may draw from the grid on top of the sun; inf for as much as the car can draw."""
        below_floor = (
            self.mode.policy.fills_to_soc_floor
            and self.soc_percent is not None
            and self.soc_percent < self.soc_floor_percent
        )
        return math.inf if below_floor else max(0.0, self.grid_allowance_w)


@dataclass(frozen=True, slots=True)
class Decision:
    """The limit a charger shall have, and on how many phases; 0 A is a pause, None leaves the phases to the charger."""

    current_a: float
    phases: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantity that is known to lie between two values, and where in between it is likely to be."""

    low: float
    likely: float
    high: float

    @classmethod
    def exactly(cls, value: float) -> Estimate:
        """Return a quantity that is known."""
        return cls(value, value, value)

    def __neg__(self) -> Estimate:
        """Return where the negative lies."""
        return Estimate(-self.high, -self.likely, -self.low)

    def __add__(self, other: Estimate) -> Estimate:
        """Return where the sum lies."""
        return Estimate(
            self.low + other.low, self.likely + other.likely, self.high + other.high
        )

    def __sub__(self, amount: float) -> Estimate:
        """Return the estimate moved down by a known amount."""
        return Estimate(self.low - amount, self.likely - amount, self.high - amount)

    def __mul__(self, factor: float) -> Estimate:
        """Return the estimate scaled by a positive factor."""
        return Estimate(self.low * factor, self.likely * factor, self.high * factor)


NOTHING = Estimate(0.0, 0.0, 0.0)
