"""Peak shaving: the power that keeps the mean of each quarter of an hour below a limit.

Demand charges apply to the highest mean power of any quarter of an hour by the clock. Energy saved in its first minutes may be
drawn in its last ones, and vice versa.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..cars.response import drawn_a
from .branches import Branch
from .circuits import Limiting
from .headroom import Bound, BoundKey, power_w

LENGTH_S = 900.0
_MARGIN = 0.03
"""Reserve for other loads until cars have been cut."""
_MIN_LEFT_S = 60.0
"""Least time over which saved energy is spent, so that cars are not far too high when the next interval begins."""


@dataclass(frozen=True, slots=True)
class DemandInterval:
    """Demand interval: its number, the energy drawn until `at_s`, and the power at that instant."""

    number: int
    drawn_ws: float
    at_s: float
    power_w: float


@dataclass(frozen=True, slots=True)
class DemandAllowance:
    """Power to aim at, and power not to exceed, for the rest of an interval."""

    target_w: float
    max_w: float


def advanced_interval(
    interval: DemandInterval | None, power_w: float, peak_w: float, now_s: float
) -> DemandInterval:
    """Return the interval at an instant with the energy drawn until then.

    Export does not offset import, since meters count them separately. Before the first observation, the whole allowance is
    assumed to be drawn.
    """
    number = int(now_s // LENGTH_S)
    begin_s = number * LENGTH_S
    if interval is None or number > interval.number + 1:
        return DemandInterval(number, peak_w * (now_s - begin_s), now_s, power_w)
    before_ws = interval.drawn_ws if number == interval.number else 0.0
    since_s = now_s - max(begin_s, interval.at_s)
    drawn_ws = before_ws + max(0.0, interval.power_w) * max(0.0, since_s)
    return DemandInterval(number, drawn_ws, now_s, power_w)


def demand_allowance(interval: DemandInterval, peak_w: float) -> DemandAllowance:
    """Return the allowance for the rest of an interval."""
    left_s = (interval.number + 1) * LENGTH_S - interval.at_s
    spread_s = max(left_s, _MIN_LEFT_S)

    def spread_w(mean_w: float) -> float:
        return max(0.0, mean_w * LENGTH_S - interval.drawn_ws) / spread_s

    return DemandAllowance(spread_w((1 - _MARGIN) * peak_w), spread_w(peak_w))


def demand_intervals(
    intervals: Mapping[str, DemandInterval], branches: Sequence[Branch], now_s: float
) -> dict[str, DemandInterval]:
    """Return the present interval of each circuit whose peak is limited."""
    return {
        branch.name: advanced_interval(
            intervals.get(branch.name), _total_w(branch, now_s), peak_w, now_s
        )
        for branch in branches
        if (peak_w := branch.circuit.peak_w) is not None
    }


def _total_w(branch: Branch, now_s: float) -> float:
    """Return the power of a circuit: by its meter, else the sum of its chargers."""
    if branch.reading is not None:
        return branch.reading.watts
    return power_w(branch).others.likely + sum(
        drawn_a(load.car, now_s).likely * load.w_per_a for load in branch.loads.values()
    )


def demand_bound(branch: Branch, interval: DemandInterval, peak_w: float) -> Bound:
    """Return the bound that keeps the mean power of the interval below the peak limit."""
    allowed = demand_allowance(interval, peak_w)
    flow = power_w(branch)
    return Bound(
        BoundKey(branch.name, Limiting.PEAK),
        allowed.target_w,
        allowed.max_w,
        flow,
        flow.others.likely,
    )
