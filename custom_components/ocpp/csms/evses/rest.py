"""Reports that nothing flows, and those that come and go so often that they tell nothing."""

from datetime import datetime, timedelta
from typing import NamedTuple

_SOON = timedelta(seconds=10)
"""The time within which no car pauses and goes on again and again."""
_MOST = 3
"""The number of changes, each soon after the one before, that a session may begin with."""


class Rest(NamedTuple):
    """The rest of an EVSE: when the charger reported last that nothing flows (`at`).

    In the session, what it reports has changed at `changed_at`, for the last time of so many `changes` in a row, each
    soon after the one before. It is a tuple since each message compares it.
    """

    at: datetime | None = None
    changed_at: datetime | None = None
    changes: int = 0

    def after_change(self, now: datetime) -> Rest:
        """Return this after another change in a session."""
        last_at = self.changed_at
        soon = last_at is not None and timedelta() <= now - last_at < _SOON
        changes = min(self.changes + 1, _MOST) if soon else 0
        return self._replace(changed_at=now, changes=changes)

    @property
    def flaps(self) -> bool:
        """True if what is reported tells nothing of what flows."""
        return self.changes >= _MOST


NO_REST = Rest()
