"""Backoff: a charger that refused a limit is left alone for a while, longer each time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ...model import Limit

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=1)
"""The shortest and the longest time until a refused limit is sent again; it doubles each time."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A limit that was refused in every variant, so many times in a row, in a session or outside of any."""

    limit: Limit
    transaction_id: str | None
    at: datetime
    times: int = 1

    @property
    def retry_at(self) -> datetime:
        """The time at which the limit may be sent again."""
        doublings = min(self.times - 1, 10)
        return self.at + min(FIRST_RETRY * (1 << doublings), LAST_RETRY)


class Backoff:
    """The limits that one charger has refused lately, by EVSE."""

    def __init__(self) -> None:
        """Initialize; nothing was refused yet."""
        self._refusals: dict[int, _Refusal] = {}

    def note_refused(
        self, evse_id: int, limit: Limit, transaction_id: str | None, now: datetime
    ) -> None:
        """Take note that a limit was refused in every variant."""
        before = self._latest(evse_id, limit, transaction_id)
        times = 1 if before is None else before.times + 1
        self._refusals[evse_id] = _Refusal(limit, transaction_id, now, times)

    def holds(
        self, evse_id: int, limit: Limit, transaction_id: str | None, now: datetime
    ) -> bool:
        """Return whether it is too early to send this limit again."""
        refusal = self._latest(evse_id, limit, transaction_id)
        return refusal is not None and refusal.at <= now < refusal.retry_at

    def end(self, evse_id: int) -> None:
        """Let an EVSE's limit be sent again."""
        self._refusals.pop(evse_id, None)

    def end_all(self) -> None:
        """Let all limits be sent again."""
        self._refusals.clear()

    def _latest(
        self, evse_id: int, limit: Limit, transaction_id: str | None
    ) -> _Refusal | None:
        """Return the refusal of a limit; what is refused outside of a session may be accepted within one."""
        refusal = self._refusals.get(evse_id)
        if refusal is None:
            return None
        same = (refusal.limit, refusal.transaction_id) == (limit, transaction_id)
        return refusal if same else None
