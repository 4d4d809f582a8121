"""Averages of the available power, since a single sample may not last."""

from dataclasses import dataclass, replace

AVERAGE_S = 40.0
"""Time constant of the average that starts are based on. More starts later, less at every hole in the clouds."""
SLOW_S = 240.0
"""Time constant of the average that starts on three phases are based on."""
LONG_S = 1800.0
"""Time constant of the average that pulses are based on: below it, it is dusk or a gray day."""
MOST = 0.5
"""Share of an average that the last sample makes at most: one alone is none, however slow the meter."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Averages of the available power over a short, a longer and a long time; the last sample stands for `seconds`."""

    sampled_s: float
    average_w: float
    slow_w: float
    long_w: float
    seconds: float = 0.0

    def __sub__(self, watts: float) -> Trend:
        """Return the trend of the remainder when power is taken."""
        return replace(
            self,
            average_w=self.average_w - watts,
            slow_w=self.slow_w - watts,
            long_w=self.long_w - watts,
        )


def updated(
    trend: Trend | None, likely_w: float, stands_for_s: float, now_s: float
) -> Trend:
    """Return the trend with a new sample, which stands for no more than the time since the last one."""
    if trend is None:
        return Trend(now_s, likely_w, likely_w, likely_w)
    seconds = min(stands_for_s, max(0.0, now_s - trend.sampled_s))

    def averaged_w(old_w: float, new_w: float, time_s: float) -> float:
        return old_w + min(MOST, seconds / time_s) * (new_w - old_w)

    return Trend(
        now_s,
        averaged_w(trend.average_w, likely_w, AVERAGE_S),
        averaged_w(trend.slow_w, likely_w, SLOW_S),
        # A temporary load of the house is no sign of dusk.
        averaged_w(trend.long_w, max(0.0, likely_w), LONG_S),
        seconds,
    )
