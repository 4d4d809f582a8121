"""Cadence of a source: the interval at which it tells its power."""

from collections.abc import Sequence
from itertools import pairwise

SLOW_S = 60.0
"""Interval from which charging follows the sun in coarse steps."""
ROUNDING_S = 1.0
LEAST_INTERVALS = 4
LEAST_SPAN_S = 420.0
"""Time over which a source must have been slow."""
REGULAR = 1.6
"""Ratio of long to short intervals up to which a source is taken to tell its power at an interval, not when it changes."""


def slow_cadence_s(times_s: Sequence[float]) -> float | None:
    """Return the interval between the instants at which a source tells its power, if that is slow and regular."""
    if not times_s or times_s[-1] - times_s[0] < LEAST_SPAN_S:
        return None
    intervals_s = sorted(later - earlier for earlier, later in pairwise(times_s))
    count = len(intervals_s)
    if count < LEAST_INTERVALS:
        return None
    short_s, median_s, long_s = (
        intervals_s[round(share * (count - 1))] for share in (0.2, 0.5, 0.8)
    )
    slow = median_s >= SLOW_S - ROUNDING_S
    return median_s if slow and long_s <= REGULAR * short_s else None
