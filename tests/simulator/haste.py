"""A time that passes when it is told to, and a central system that keeps up with it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from custom_components.ocpp.csms.timeouts import Timeouts

HASTE = Timeouts(housekeeping_s=0.001, boot_s=1, reconnect_s=1, transaction_grace_s=0.0)


@dataclass(slots=True)
class Clock:
    """The time, which passes only when it is told to."""

    now: datetime = datetime(2026, 6, 1, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now
