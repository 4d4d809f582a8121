"""Numbers that need not be remembered to be unique."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def number_of(now: datetime) -> int:
    """Return the number of an instant: whole seconds, which 31 bits hold until 2092."""
    return int((now - _EPOCH) / timedelta(seconds=1))
