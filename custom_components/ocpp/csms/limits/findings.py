"""Findings about a charger that are not for ever: what was found in one bad hour is tried again.

Each time that the same is found anew, it holds for twice as long.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_HOLDS_FOR = timedelta(hours=12)
"""The time for which a finding holds at first, so that it is tried again in the next day's session."""
_HOLDS_FOR_AT_MOST = timedelta(days=30)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of findings that were made before their time was noted; they hold no more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found so many times, the last time at `since`."""

    since: datetime
    times: int = 1

    def holds(self, now: datetime) -> bool:
        """Return whether it is still gone by."""
        doublings = min(self.times - 1, 10)
        lasts = min(_HOLDS_FOR * (1 << doublings), _HOLDS_FOR_AT_MOST)
        return timedelta() <= now - self.since < lasts


def found(before: Finding | None, now: datetime) -> Finding:
    """Return a finding that was made now, or again."""
    return Finding(now, 1 if before is None else before.times + 1)
