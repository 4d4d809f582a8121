"""The power that is there, averaged: what is seen once may be gone the next moment."""

from dataclasses import dataclass, replace

AVERAGE_S = 40.0
"""What a start goes by. Longer averages start later, shorter ones at every hole in the clouds."""
SLOW_S = 240.0
"""What a start on three phases goes by."""
LONG_S = 1800.0
"""By what it has been for so long the sun may well be back soon; less means dusk, or a gray day."""
MAX_STEP_S = 60.0
"""Longer gaps between samples than this count as this much: what happened meanwhile is not known."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The power that is there, averaged over a short, a longer and a long time; the last sample stands for `seconds`."""

    sampled_s: float
    average_w: float
    slow_w: float
    long_w: float
    seconds: float = 0.0

    def __sub__(self, watts: float) -> Trend:
        """Return the trend of what is left when so much is taken."""
        return replace(
            self,
            average_w=self.average_w - watts,
            slow_w=self.slow_w - watts,
            long_w=self.long_w - watts,
        )


def updated(trend: Trend | None, likely_w: float, now_s: float) -> Trend:
    """Return the trend with a new sample averaged in."""
    if trend is None:
        return Trend(now_s, likely_w, likely_w, likely_w)
    seconds = min(MAX_STEP_S, max(0.0, now_s - trend.sampled_s))

    def averaged_w(old_w: float, new_w: float, time_s: float) -> float:
        return old_w + min(1.0, seconds / time_s) * (new_w - old_w)

    return Trend(
        now_s,
        averaged_w(trend.average_w, likely_w, AVERAGE_S),
        averaged_w(trend.slow_w, likely_w, SLOW_S),
        # What the house takes for a while is no sign of dusk.
        averaged_w(trend.long_w, max(0.0, likely_w), LONG_S),
        seconds,
    )
