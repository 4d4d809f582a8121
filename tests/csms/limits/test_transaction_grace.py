"""The time that a charger is given to take in a new transaction's id."""

import asyncio
from datetime import UTC, datetime, timedelta

from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.limits.patience.transaction_grace import (
    TransactionGrace,
)
from custom_components.ocpp.csms.model import Evse

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GRACE_S = 0.01
EVSE = Evse(1, transaction=Transaction("7", 1, "card", NOW))


class Clock:
    """A clock that can be set."""

    def __init__(self) -> None:
        """Initialize at noon."""
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


async def test_a_clock_that_is_set_back_delays_no_limit() -> None:
    """The wait never exceeds the grace, however far the clock goes back in a session."""
    clock = Clock()
    grace = TransactionGrace(clock, GRACE_S)
    grace.note(EVSE)
    clock.now -= timedelta(days=1)

    async with asyncio.timeout(60):
        await grace.wait(EVSE)
