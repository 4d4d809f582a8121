"""Restarts of sessions that a pause has ended: a few tries, ever more seldom."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_TRIES = 5
FIRST_RETRY = timedelta(minutes=1)
"""The time until a session that has not begun is started again; it doubles each time."""


@dataclass(frozen=True, slots=True)
class _Tries:
    transaction_id: str
    at: datetime
    times: int = 1

    def is_over(self, now: datetime) -> bool:
        """Return whether the session had time to begin."""
        waited = now - self.at
        return not timedelta() <= waited < FIRST_RETRY * (1 << (self.times - 1))


class Restarts:
    """The sessions of one charger that were started again, by EVSE; each is known by the one that was stopped."""

    def __init__(self) -> None:
        """Initialize; nothing was tried."""
        self._tries: dict[int, _Tries] = {}

    def may_try(self, evse_id: int, transaction_id: str, now: datetime) -> bool:
        """Return whether a session may be started now."""
        tries = self._of(evse_id, transaction_id)
        return tries is None or (tries.times < MOST_TRIES and tries.is_over(now))

    def is_spent(self, evse_id: int, transaction_id: str, now: datetime) -> bool:
        """Return whether all tries were in vain."""
        tries = self._of(evse_id, transaction_id)
        return tries is not None and tries.times >= MOST_TRIES and tries.is_over(now)

    def note(self, evse_id: int, transaction_id: str, now: datetime) -> None:
        """Take note of a try."""
        before = self._of(evse_id, transaction_id)
        times = 1 if before is None else before.times + 1
        self._tries[evse_id] = _Tries(transaction_id, now, times)

    def _of(self, evse_id: int, transaction_id: str) -> _Tries | None:
        tries = self._tries.get(evse_id)
        if tries is None or tries.transaction_id != transaction_id:
            return None
        return tries
