"""A charger's clock beside ours, which tells how old its reports are.

Reports are held up, and clocks are wrong: by seconds, by a time zone, or since nobody has ever set them. A report that
seems old was held up, unless the clock goes at our pace from one such report to the next: then it only shows another
time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FIRST_CREDIBLE = datetime(2020, 1, 1, tzinfo=UTC)
"""A clock that shows an earlier time was never set."""
FRESH_FOR = timedelta(seconds=90)
"""The age up to which a momentary value stands for the present."""
JITTER = timedelta(seconds=5)
"""The age that means nothing: networks are slow, and many clocks know whole seconds only."""
_PACE = timedelta(seconds=2)
"""The shortest time between two reports that shows the pace of a clock, and the tolerance in that."""


@dataclass(frozen=True, slots=True)
class ChargerClock:
    """A charger's clock: how far it is behind ours, which is None until it was heard.

    `doubted` is a report that was held up, or whose clock was set anew: its time, and that of its arrival.
    """

    behind: timedelta | None = None
    doubted: tuple[datetime, datetime] | None = None

    def taken_at(self, told_at: datetime, now: datetime) -> datetime:
        """Return the time by our clock at which something happened that a charger tells now."""
        return now if (age := self._age(told_at, now)) <= timedelta() else now - age

    def _age(self, told_at: datetime, now: datetime) -> timedelta:
        return now - told_at - (self.behind or timedelta())


def heard(clock: ChargerClock, told_at: datetime, now: datetime) -> ChargerClock:
    """Return the clock after a report of what had happened just then, as far as is known."""
    late, behind = now - told_at, clock.behind
    if behind is None and told_at >= FIRST_CREDIBLE:
        return ChargerClock(late)
    more = late - (behind or timedelta())
    if more < timedelta():
        # Nothing is told before it has happened.
        return ChargerClock(late)
    if more <= JITTER:
        return clock if clock.doubted is None else ChargerClock(behind)
    if clock.doubted is not None and _is_at_pace(clock.doubted, told_at, now):
        return ChargerClock(late)
    return ChargerClock(behind, (told_at, now))


def _is_at_pace(
    before: tuple[datetime, datetime], told_at: datetime, now: datetime
) -> bool:
    """Return True if a clock has gone as ours has, or stands still; what was held up comes at once."""
    told_before, heard_before = before
    passed, told = now - heard_before, told_at - told_before
    return passed >= _PACE and (abs(told - passed) <= _PACE or told == timedelta())
