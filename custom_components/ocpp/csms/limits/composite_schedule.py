"""What a charger says that it will allow: the schedule that comes of all its charging profiles.

Source: OCPP 1.6 specification, section 5.7 (GetCompositeSchedule).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..devices.capabilities import Unit


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a schedule, up to the next one.

    `limit` is in the schedule's unit, and None where there is none: the charger allows what it can. `phases` is
    how many the limit is for, where the charger says so.
    """

    start: timedelta
    limit: float | None
    phases: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Limits one after the other, earliest first, from `starts_at` by our own clock.

    Without `duration` the last one has no end.
    """

    unit: Unit
    starts_at: datetime
    periods: tuple[Period, ...]
    duration: timedelta | None = None

    def at(self, moment: datetime) -> Period | None:
        """Return the part that holds at a moment; None where the schedule says nothing of it."""
        elapsed = moment - self.starts_at
        if self.duration is not None and elapsed >= self.duration:
            return None
        begun = [period for period in self.periods if period.start <= elapsed]
        return begun[-1] if begun else None


def start_of(
    told: datetime | None, asked_at: datetime, duration: timedelta
) -> datetime:
    """Return when a schedule starts, by our own clock.

    It was asked for from `asked_at` on, so one that is over by then, or has not begun, comes from a charger with
    a wrong clock, and starts when it was asked for.
    """
    if told is not None and told <= asked_at < told + duration:
        return told
    return asked_at
