"""The retention of sessions, which no clock that is wrong for a while may cut short.

The clock of a computer may be decades off until it is set, and what is deleted does not come back. So the clock has to
go steadily for a while, the sessions themselves have to show that so much time has passed, and a day removes no more
than what has grown old in about a day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from ..csms.metering.charger_clock import FIRST_CREDIBLE

KEPT_FOR = timedelta(days=10 * 365.25)

WITNESSES = 10
"""The number of sessions that must be later by the whole retention before one is deleted."""

_STEADY_FOR_S = 3600.0
_TOLERANCE_S = 60.0
_AT_ONCE = timedelta(days=2)


class SteadyClock:
    """The wall clock, compared with a counter of seconds that nobody sets."""

    def __init__(self, now: datetime, counter_s: float) -> None:
        """Initialize with the present instant on both."""
        self._offset_s = now.timestamp() - counter_s
        self._since_s = counter_s

    def note(self, now: datetime, counter_s: float) -> None:
        """Take note of both clocks."""
        offset_s = now.timestamp() - counter_s
        if abs(offset_s - self._offset_s) > _TOLERANCE_S:
            self._since_s = counter_s
        self._offset_s = offset_s

    def is_steady(self, counter_s: float) -> bool:
        """Return whether the wall clock has not been set for a while."""
        return counter_s - self._since_s >= _STEADY_FOR_S


def credible_start(started_at: datetime, ended_at: datetime | None) -> datetime:
    """Return the start of a session; one that began before the clock was set is listed at its end."""
    if started_at >= FIRST_CREDIBLE:
        return started_at
    return max(started_at, ended_at or dt_util.utcnow())


def day_of(now: datetime) -> int:
    """Return the number of a day."""
    return int(now.timestamp() // 86_400)


def expired_before_s(
    now: datetime, latest_s: Sequence[float], earliest_s: float
) -> float | None:
    """Return the instant before which sessions began that may be deleted today.

    Args:
        now: the time.
        latest_s: the starts of the latest sessions, the last one first.
        earliest_s: the start of the earliest session.
    """
    if len(latest_s) < WITNESSES:
        return None
    present_s = min(now.timestamp(), latest_s[WITNESSES - 1])
    expired_s = present_s - KEPT_FOR.total_seconds()
    if earliest_s >= expired_s:
        return None
    return min(expired_s, earliest_s + _AT_ONCE.total_seconds())
