"""The ends of sessions, after which a charger is given time to tidy up before it is told or asked anything."""

from collections.abc import Callable
from datetime import datetime, timedelta

from ...model import Evse

TIDIES_FOR = timedelta(seconds=10)
"""The time after the end of a session in which a charger may still drop profiles."""


class SessionEnds:
    """The ends of the sessions of one charger, by EVSE."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Initialize; no session was seen yet."""
        self._clock = clock
        self._running: set[int] = set()
        self._ended_at: dict[int, datetime] = {}

    def note(self, evse: Evse) -> bool:
        """Take note of an EVSE's session; return whether one has just ended."""
        if evse.running_transaction is not None:
            self._running.add(evse.id)
            self._ended_at.pop(evse.id, None)
            return False
        if evse.id not in self._running:
            return False
        self._running.discard(evse.id)
        self._ended_at[evse.id] = self._clock()
        return True

    def has_settled(self, evse_id: int) -> bool:
        """Return whether the last session of an EVSE is over for long enough."""
        ended_at = self._ended_at.get(evse_id)
        # A clock that was set back says nothing about the time that has passed.
        return ended_at is None or not (
            timedelta() <= self._clock() - ended_at < TIDIES_FOR
        )
