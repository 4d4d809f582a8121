"""The composite schedule of a charger: the limits that follow from all its charging profiles.

Source: OCPP 1.6 specification, section 5.7 (GetCompositeSchedule).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..devices.capabilities import Unit


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a schedule, up to the next one.

    `limit` is in the schedule's unit; None means that the charger allows what it can. `phases` is the number of phases
    that it is for, if the charger names one.
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
        """Return the period that holds at a moment; None if the schedule has none for it."""
        elapsed = moment - self.starts_at
        if self.duration is not None and elapsed >= self.duration:
            return None
        begun = [period for period in self.periods if period.start <= elapsed]
        return begun[-1] if begun else None


def start_of(
    told: datetime | None, asked_at: datetime, duration: timedelta
) -> datetime:
    """Return the start of a schedule by our own clock.

    It was asked for from `asked_at` on, so one that is over by then, or has not begun, comes from a charger with
    a wrong clock, and starts at that time.
    """
    if told is not None and told <= asked_at < told + duration:
        return told
    return asked_at
