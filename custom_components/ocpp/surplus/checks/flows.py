"""Power flows as the meters tell them, sample by sample."""

from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from statistics import median

REMEMBERED_S = 360.0
"""Time for which flows are remembered: that of the longest trial."""
SEEN_W = 150.0
"""Power in one direction that is no noise of a meter that stands at zero."""
STIRRED_W = 25.0
"""Power that tells a grid that is held at zero from a meter that does not measure it."""
SEEN_TIMES = 3
"""Samples in one direction that are no absurd values."""


class MeterForm(Enum):
    """Form in which the power of the grid is told."""

    NET = auto()
    """One sensor for both directions."""
    PAIR = auto()
    """A sensor for each direction."""
    EXPORT_ONLY = auto()
    """A sensor of the export alone."""
    BALANCE = auto()
    """The load of the house with the cars, less the solar power."""
    BALANCE_WITHOUT_CARS = auto()
    """The load of the house without the cars, less the solar power."""


@dataclass(frozen=True, slots=True)
class Meters:
    """Known properties of the meters.

    Attributes:
        form: the form in which the grid is told.
        late_s: how late they are known to be.
        is_limited: an inverter holds back sun, which may answer instead of a battery.
    """

    form: MeterForm = MeterForm.NET
    late_s: float = 0.0
    is_limited: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """Power from grid, battery and sun when the grid meter told a sample.

    Attributes:
        at_s: the instant of the report.
        grid_w: power from the grid.
        battery_w: power from the battery; 0 without one.
        battery_at_s: the instant of the oldest report in it; None without a battery.
        solar_w: power of the sun; None while it is unknown.
    """

    at_s: float
    grid_w: float
    battery_w: float = 0.0
    battery_at_s: float | None = None
    solar_w: float | None = None

    @property
    def total_w(self) -> float:
        """Power from grid and battery together."""
        return self.grid_w + self.battery_w


@dataclass(frozen=True, slots=True)
class FlowLog:
    """Recent flows, and the directions in which the grid has been seen.

    Attributes:
        flows: recent flows, oldest first.
        imports: number of samples with import.
        exports: number of samples with export.
        stirrings: number of samples that are not zero.
        dippings: number of those with export.
    """

    flows: tuple[Flow, ...] = ()
    imports: int = 0
    exports: int = 0
    stirrings: int = 0
    dippings: int = 0

    @property
    def latest(self) -> Flow | None:
        """Latest flow."""
        return self.flows[-1] if self.flows else None

    @property
    def sees_import(self) -> bool:
        """True if the meter has certainly told import."""
        return self.imports >= SEEN_TIMES

    @property
    def sees_export(self) -> bool:
        """True if the meter has certainly told export."""
        return self.exports >= SEEN_TIMES

    @property
    def stirs(self) -> bool:
        """True if the meter has certainly told something other than zero."""
        return self.stirrings >= SEEN_TIMES

    @property
    def dips(self) -> bool:
        """True if the meter has certainly told export, if little, as no consumer would."""
        return self.dippings >= SEEN_TIMES

    @property
    def interval_s(self) -> float:
        """Typical time between two reports, of grid or battery, whichever is the slower."""
        grid_s = [flow.at_s for flow in self.flows]
        battery_s = sorted(
            {flow.battery_at_s for flow in self.flows if flow.battery_at_s is not None}
        )
        return max(_typical_gap_s(grid_s), _typical_gap_s(battery_s))

    def with_flow(self, flow: Flow) -> FlowLog:
        """Return the log with a new flow."""
        flows = self.flows
        if flows and flows[0].at_s < flow.at_s - 1.5 * REMEMBERED_S:
            begin_s = flow.at_s - REMEMBERED_S
            flows = tuple(before for before in flows if before.at_s > begin_s)
        return FlowLog(
            (*flows, flow),
            self.imports + (flow.grid_w > SEEN_W),
            self.exports + (flow.grid_w < -SEEN_W),
            self.stirrings + (abs(flow.grid_w) > STIRRED_W),
            self.dippings + (flow.grid_w < -STIRRED_W),
        )

    def between(self, begin_s: float, end_s: float) -> list[Flow]:
        """Return the flows after an instant and up to another one."""
        return [flow for flow in self.flows if begin_s < flow.at_s <= end_s]


def _typical_gap_s(instants_s: list[float]) -> float:
    """Return the median time between instants; 0 while there are too few."""
    if len(instants_s) < 3:
        return 0.0
    return median(later - earlier for earlier, later in pairwise(instants_s))
