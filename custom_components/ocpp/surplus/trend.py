"""The power that is there, averaged: what is seen once may be gone the next moment."""

from dataclasses import dataclass, replace

AVERAGE_S = 40.0
"""What a start goes by. Longer averages start later, shorter ones at every hole in the clouds."""
SLOW_S = 240.0
"""What a start on three phases goes by."""
MAX_STEP_S = 60.0
"""Longer gaps between samples than this count as this much: what happened meanwhile is not known."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The power that is there, averaged over a short and a long time; the last sample stands for `seconds`."""

    sampled_s: float
    average_w: float
    slow_w: float
    seconds: float = 0.0

    def __sub__(self, watts: float) -> Trend:
        """Return the trend of what is left when so much is taken."""
        average_w, slow_w = self.average_w - watts, self.slow_w - watts
        return replace(self, average_w=average_w, slow_w=slow_w)


def followed(trend: Trend | None, likely_w: float, now_s: float) -> Trend:
    """Return the trend with a new sample averaged in."""
    if trend is None:
        return Trend(now_s, likely_w, likely_w)
    seconds = min(MAX_STEP_S, max(0.0, now_s - trend.sampled_s))

    def averaged_w(old_w: float, time_s: float) -> float:
        return old_w + min(1.0, seconds / time_s) * (likely_w - old_w)

    return Trend(
        now_s,
        averaged_w(trend.average_w, AVERAGE_S),
        averaged_w(trend.slow_w, SLOW_S),
        seconds,
    )
