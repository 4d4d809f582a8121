"""The words of the coordinator: what it is told, and what it decides.

Powers are in watts; import from the grid, discharge of a battery and power into a car are positive. Times are
seconds of one steady clock, whichever the caller uses.
"""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How a charger uses the sun."""

    OFF = "off"
    """Does not charge."""
    FAST = "fast"
    """Charges as fast as it may, whatever the sun does."""
    PV_ONLY = "pv_only"
    """Charges on surplus alone, and pauses when it does not suffice for the least current."""
    PV_PRIORITY = "pv_priority"
    """Follows the surplus, and lets the grid top it up while the sun nearly suffices."""


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


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a charger hangs: on which circuit, turned how, and what it may draw when nobody is in control."""

    circuit: str | None = None
    rotation: PhaseRotation = PhaseRotation.UNKNOWN
    safe_current_a: float = 6.0


@dataclass(frozen=True, slots=True)
class ChargerSettings:
    """What is fixed about a charger: between which currents it can be set, and how finely."""

    phases: int = 3
    min_current_a: float = 6.0
    max_current_a: float = 16.0
    step_a: float = 1.0
    connection: Connection = Connection()


@dataclass(frozen=True, slots=True)
class ChargerReading:
    """What a charger says.

    `ready` means that a car is there which would take current; `charging`, that it draws some.
    `current_a` is that of the most loaded phase, `phases_in_use` on how many it draws. `connected` means that it can be
    told something.
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


@dataclass(frozen=True, slots=True)
class Decision:
    """The limit a charger shall have; 0 A is a pause."""

    current_a: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantity that is known to lie between two values, and where in between it is likely to be."""

    low: float
    likely: float
    high: float

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
