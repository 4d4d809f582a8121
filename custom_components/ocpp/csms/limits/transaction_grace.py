"""Time for a charger to take in the id of a new transaction before a profile refers to it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from ..model import Evse


class TransactionGrace:
    """The time that each new transaction of a charger is given."""

    def __init__(self, clock: Callable[[], datetime], grace_s: float) -> None:
        """Initialize; no transaction was seen yet."""
        self._clock = clock
        self._grace = timedelta(seconds=grace_s)
        self._seen: dict[int, tuple[str, datetime]] = {}

    def note(self, evse: Evse) -> None:
        """Take note of an EVSE's transaction: its time begins once it is seen first."""
        transaction = evse.running_transaction
        if transaction is None:
            self._seen.pop(evse.id, None)
        elif self._seen.get(evse.id, ("", None))[0] != transaction.id:
            self._seen[evse.id] = (transaction.id, self._clock())

    async def wait(self, evse: Evse) -> None:
        """Wait until the time of an EVSE's transaction is over, if it has one."""
        self.note(evse)
        if (seen := self._seen.get(evse.id)) is not None:
            left_s = (seen[1] + self._grace - self._clock()).total_seconds()
            if left_s > 0:
                await asyncio.sleep(left_s)
