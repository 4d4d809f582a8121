"""Rise and fall of the solar power: the load of a house does not follow it.

The load is what grid, battery and sun give together. Computed with a wrong sign of the grid, it follows the sun twice over;
with the right one, it is as it is. Averages over minutes make late meters harmless. Cars follow the sun, so that only times
count in which they draw nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean

from .findings import Basis, Fault, Finding
from .flows import Flow

BIN_S = 300.0
"""Time of an average."""
MIN_SAMPLES = 3
"""Number of samples in an average."""
SAMPLE_S = 15.0
BINS = 30
"""Number of averages that are compared."""
MIN_BINS = 12
MOVES_W = 100.0
"""Change of the solar power from one average to the next that the grid must follow."""
MIN_MOVES = 5
MIN_AGREEING = 0.8
"""Least share of these changes that it must have followed the wrong way round."""
MIN_SWING_W = 400.0
"""Least standard deviation of the solar power that says anything."""
MIN_SLOPE = 1.2
"""Least rise of the load with the solar power that no house has."""
MIN_SHARE = 0.7
"""Least share of the load's variance that the solar power explains."""
SURE_RATIO = 16.0
"""Ratio of the variances from which on a sign is wrong."""
IDLE_W = 50.0
"""Draw of cars that do not charge."""


@dataclass(frozen=True, slots=True)
class Average:
    """Averages of the powers over some minutes, up to an instant."""

    at_s: float
    solar_w: float
    battery_w: float
    grid_w: float

    @property
    def load_w(self) -> float:
        """Load of the house if the grid meter is right."""
        return self.solar_w + self.battery_w + self.grid_w

    @property
    def inverted_load_w(self) -> float:
        """Load of the house if the grid meter is inverted."""
        return self.solar_w + self.battery_w - self.grid_w


@dataclass(frozen=True, slots=True)
class SunComparison:
    """Averages of the last hours.

    Attributes:
        began_s: the begin of the present average.
        samples: samples in it.
        averages: the averages, oldest first.
        sampled_s: the instant of the last sample.
        finding: finding that the grid meter is inverted; None while that is not certain.
    """

    began_s: float = float("-inf")
    samples: tuple[Average, ...] = ()
    averages: tuple[Average, ...] = ()
    sampled_s: float = float("-inf")
    finding: Finding | None = None


def with_sun_flow(
    comparison: SunComparison, flow: Flow, cars_w: float | None
) -> SunComparison:
    """Return the comparison with a flow and the draw of the cars; None while that is not measured."""
    if flow.solar_w is None or flow.solar_w < 0 or cars_w is None or cars_w > IDLE_W:
        return replace(comparison, samples=(), began_s=flow.at_s)
    if flow.at_s < comparison.sampled_s + SAMPLE_S:
        return comparison
    if flow.at_s >= comparison.began_s + BIN_S:
        comparison = _closed(comparison, flow.at_s)
    sample = Average(flow.at_s, flow.solar_w, flow.battery_w, flow.grid_w)
    samples = (*comparison.samples, sample)
    return replace(comparison, samples=samples, sampled_s=flow.at_s)


def _closed(comparison: SunComparison, now_s: float) -> SunComparison:
    samples, averages = comparison.samples, comparison.averages
    if len(samples) >= MIN_SAMPLES:
        average = Average(
            now_s,
            fmean(each.solar_w for each in samples),
            fmean(each.battery_w for each in samples),
            fmean(each.grid_w for each in samples),
        )
        recent = [each for each in averages if each.at_s > now_s - BINS * BIN_S]
        averages = (*recent, average)
    finding = _finding(averages)
    return SunComparison(now_s, (), averages, comparison.sampled_s, finding)


def _finding(averages: Sequence[Average]) -> Finding | None:
    if len(averages) < MIN_BINS:
        return None
    solar_w = [each.solar_w for each in averages]
    loads_w = [each.load_w for each in averages]
    solar_w2, load_w2 = _covariance(solar_w, solar_w), _covariance(loads_w, loads_w)
    inverted_w = [each.inverted_load_w for each in averages]
    inverted_w2 = max(1.0, _covariance(inverted_w, inverted_w))
    if solar_w2 < MIN_SWING_W**2 or load_w2 < SURE_RATIO * inverted_w2:
        return None
    slope = _covariance(solar_w, loads_w) / solar_w2
    if slope < MIN_SLOPE or slope**2 * solar_w2 < MIN_SHARE * load_w2:
        return None
    if not _moves_with_sun(averages):
        return None
    highest = max(averages, key=lambda each: each.solar_w)
    lowest = min(averages, key=lambda each: each.solar_w)
    return Finding(
        Fault.GRID_INVERTED,
        Basis.SUN,
        highest.solar_w - lowest.solar_w,
        highest.grid_w - lowest.grid_w,
        len(averages),
    )


def _moves_with_sun(averages: Sequence[Average]) -> bool:
    """Return True if most rises of the sun came with a rise of the power that is told as import."""
    moves = [
        (later.solar_w - earlier.solar_w) * (later.grid_w - earlier.grid_w)
        for earlier, later in pairwise(averages)
        if abs(later.solar_w - earlier.solar_w) > MOVES_W
    ]
    agreeing = sum(move > 0 for move in moves)
    return len(moves) >= MIN_MOVES and agreeing >= MIN_AGREEING * len(moves)


def _covariance(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the covariance; `statistics` computes it exactly, which takes long."""
    one_mean, other_mean = fmean(one), fmean(other)
    return fmean(
        (x - one_mean) * (y - other_mean) for x, y in zip(one, other, strict=True)
    )
