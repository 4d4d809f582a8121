"""Numbers that need not be remembered to be unique."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_GREATEST = 2**31 - 1
_UNREMEMBERED = 100
"""The most numbers that may have been handed out before a power cut without being remembered."""


def number_of(now: datetime) -> int:
    """Return the number of an instant: whole seconds, which 31 bits hold until 2092."""
    return int((now - _EPOCH) / timedelta(seconds=1))


class UniqueNumbers:
    """Positive numbers of 31 bits, each of which is handed out once.

    All chargers of a central system share one instance. The numbers follow the clock, so that they stay unique when
    nothing is remembered; `last` must be remembered for those that ran ahead of it.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Initialize with the clock that tells the time."""
        self._clock = clock
        self.last = 0
        """The last number handed out, as far as is known; 0 before the first."""

    def keep_above(self, last: int) -> None:
        """Hand out only numbers above one that was handed out before a restart."""
        if last <= _GREATEST:
            self.last = max(self.last, last)

    def take(self) -> int:
        """Hand out the next number."""
        number = number_of(self._clock())
        in_order = self.last < number <= _GREATEST
        self.last = number if in_order else self.last % _GREATEST + 1
        return self.last


class NumbersOfOne:
    """The numbers of one charger, which remembers no others: those of others change nothing that is stored of it."""

    def __init__(self, numbers: UniqueNumbers, last: int) -> None:
        """Initialize with the numbers of all, and the last one of this charger before a restart."""
        if last:
            numbers.keep_above(last + _UNREMEMBERED)
        self._numbers = numbers
        self.last = last
        """The last number that was handed out to this charger; 0 before the first."""

    def take(self) -> int:
        """Hand out the next number."""
        self.last = self._numbers.take()
        return self.last
