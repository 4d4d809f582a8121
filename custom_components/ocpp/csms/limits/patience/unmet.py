"""Limits that a charger does not take in a session: it refuses them in every variant, or never answers."""

from datetime import datetime, timedelta

REFUSES_AFTER = timedelta(seconds=90)
"""The time after which a limit that was not accepted counts as refused; a mute charger is asked all the while."""


class UnmetLimits:
    """The limits of one charger that wait to be accepted, by EVSE."""

    def __init__(self) -> None:
        """Initialize; none waits."""
        self._since: dict[int, datetime] = {}

    def end(self, evse_id: int) -> None:
        """Take note that nothing waits at an EVSE."""
        self._since.pop(evse_id, None)

    def is_refused(
        self, evse_id: int, accepted_at: datetime | None, now: datetime
    ) -> bool:
        """Return whether the limit of an EVSE has been waiting for too long.

        Args:
            evse_id: the EVSE, which has a limit that is not in force.
            accepted_at: the time at which the charger last accepted another one.
            now: the time.
        """
        since = self._since.get(evse_id, now)
        if accepted_at is not None and since < accepted_at <= now:
            since = accepted_at
        # A clock that was set back says nothing about the time that has passed.
        since = self._since[evse_id] = min(since, now)
        return now - since >= REFUSES_AFTER
