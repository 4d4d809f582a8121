"""Time for a charger to take in the id of a new transaction before a profile refers to it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from ...model import Evse


class TransactionGrace:
    """The time that each new transaction of a charger is given."""

    def __init__(self, clock: Callable[[], datetime], grace_s: float) -> None:
        """Initialize; no transaction was seen yet."""
        self._clock = clock
        self._grace = timedelta(seconds=grace_s)
        self._seen: dict[int, tuple[str, datetime]] = {}

    def note(self, evse: Evse) -> None:
        """Take note of an EVSE's transaction: its time begins once it is seen first."""
        if (transaction := evse.running_transaction) is not None:
            self._begun_at(evse.id, transaction.id)

    async def wait(self, evse: Evse) -> None:
        """Wait until the time of an EVSE's transaction is over, if it has one."""
        if (transaction := evse.running_transaction) is not None:
            ends_at = self._begun_at(evse.id, transaction.id) + self._grace
            left_s = (ends_at - self._clock()).total_seconds()
            if left_s > 0:
                await asyncio.sleep(left_s)

    def _begun_at(self, evse_id: int, transaction_id: str) -> datetime:
        now = self._clock()
        match self._seen.get(evse_id):
            # A clock that was set back says nothing about the time that has passed.
            case (seen_id, seen_at) if seen_id == transaction_id and seen_at <= now:
                return seen_at
            case _:
                self._seen[evse_id] = (transaction_id, now)
                return now
