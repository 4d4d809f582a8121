"""Steps of this system's clock: instants that were noted while it was wrong are moved along when it is set.

A computer without a battery for its clock begins in the past until it has asked the network for the time; and a clock
that was wrong for a moment must not have lasting consequences.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
import time

from ..metering.charger_clock import FIRST_CREDIBLE
from ..model import Snapshot

_TOLERANCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ClockStep:
    """A step of the clock to `now`, after it had gone steadily from `since` to `until`."""

    since: datetime
    until: datetime
    now: datetime

    def moved(self, at: datetime) -> datetime:
        """Return an instant by the clock as it is now, if it can only have been noted by the clock as it was."""
        was_noted = self.since <= at <= self.until
        credible = FIRST_CREDIBLE <= at <= self.now
        return at + (self.now - self.until) if was_noted and not credible else at


class ClockWatch:
    """The clock, watched for being set."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        counter: Callable[[], float] = lambda: time.monotonic(),
    ) -> None:
        """Initialize with the clock, and a counter of seconds that nobody sets."""
        self._clock = clock
        self._counter = counter
        self._since = self._last = clock()
        self._counted_s = counter()

    def step(self) -> ClockStep | None:
        """Return the step that the clock has made since the last look, if it has."""
        now, counted_s = self._clock(), self._counter()
        passed = timedelta(seconds=counted_s - self._counted_s)
        until = self._last + passed
        since, self._last, self._counted_s = self._since, now, counted_s
        if abs(now - until) <= _TOLERANCE:
            return None
        # It may have been set right after the last look; and what was noted before has been moved along with it.
        self._since = min(now - passed, since + (now - until))
        return ClockStep(since, until, now)


def corrected(snapshot: Snapshot, step: ClockStep) -> Snapshot:
    """Return a snapshot in which all instants that a wrong clock has noted are right."""
    moved = _moved(snapshot, step)
    assert isinstance(moved, Snapshot)
    return moved


def _moved(value: object, step: ClockStep) -> object:
    """Return a value with its instants moved; the same one if nothing in it has."""
    if isinstance(value, datetime):
        return step.moved(value)
    if isinstance(value, Mapping):
        items = {key: _moved(item, step) for key, item in value.items()}
        return value if _same(items.values(), value.values()) else items
    if isinstance(value, tuple):
        parts = [_moved(item, step) for item in value]
        # A tuple whose items have names keeps those.
        return value if _same(parts, value) else tuple.__new__(type(value), parts)
    if is_dataclass(value) and not isinstance(value, type):
        before = {field.name: getattr(value, field.name) for field in fields(value)}
        after = {name: _moved(item, step) for name, item in before.items()}
        if not _same(after.values(), before.values()):
            return replace(value, **after)
    return value


def _same(some: Iterable[object], others: Iterable[object]) -> bool:
    return all(one is other for one, other in zip(some, others, strict=True))
