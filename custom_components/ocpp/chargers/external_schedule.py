"""A schedule of limits from outside, such as from an energy manager for the next day.

It overrules the charging mode from its first entry on, and until a day after the last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

VALID_AFTER_LAST = timedelta(days=1)
"""The time for which the last entry holds; by then there should be a new schedule."""


@dataclass(frozen=True, slots=True)
class ScheduledLimit:
    """A limit for each phase from an instant on; 0 A is a pause, and less has the car feed in."""

    starts_at: datetime
    current_a: float


def scheduled_limits(
    schedule: Sequence[ScheduledLimit],
) -> Iterator[tuple[datetime, datetime, float]]:
    """Yield the limits of a schedule in amperes with their beginning and end, earliest first."""
    ends = [entry.starts_at for entry in schedule[1:]]
    ends += [entry.starts_at + VALID_AFTER_LAST for entry in schedule[-1:]]
    for entry, end in zip(schedule, ends, strict=True):
        yield entry.starts_at, end, entry.current_a


def limit_at(schedule: Sequence[ScheduledLimit], now: datetime) -> float | None:
    """Return the present limit in amperes; None before the schedule begins and after it has expired.

    Args:
        schedule: its entries, earliest first.
        now: the present instant.
    """
    begun = [entry for entry in schedule if entry.starts_at <= now]
    if not begun or now - schedule[-1].starts_at >= VALID_AFTER_LAST:
        return None
    return begun[-1].current_a
