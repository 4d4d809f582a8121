"""Composite schedules as chargers tell them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..devices.capabilities import Unit
from ..limits.composite_schedule import Period, Schedule, start_of
from ..ocppj.framing import Json
from .instants import instant_of

_LONGEST_S = 2**31


def schedule_in(
    told: Json, start: Json, asked_for: timedelta, now: datetime
) -> Schedule | None:
    """Return the schedule that a charger tells, if it is one.

    Args:
        told: the schedule.
        start: its start, if it is told elsewhere.
        asked_for: how long it should be.
        now: the time, at which it should start.
    """
    match told:
        case {
            "chargingRateUnit": ("A" | "W") as unit,
            "chargingSchedulePeriod": list(items),
            **rest,
        }:
            periods = tuple(sorted(_periods(items), key=lambda period: period.start))
        case _:
            return None
    if not periods:
        return None
    duration = _lasting(rest.get("duration"))
    begins = start or rest.get("startSchedule") or rest.get("scheduleStart")
    told_start = instant_of(begins) if isinstance(begins, str) else None
    starts_at = start_of(told_start, now, duration or asked_for)
    return Schedule(Unit(unit), starts_at, periods, duration)


def _lasting(seconds: object) -> timedelta | None:
    match seconds:
        case int() if seconds > 0:
            return timedelta(seconds=min(seconds, _LONGEST_S))
        case _:
            return None


def _periods(told: list[Json]) -> Iterator[Period]:
    for item in told:
        match item:
            case {
                "startPeriod": int(start),
                "limit": (int() | float()) as limit,
                **rest,
            }:
                phases = rest.get("numberPhases")
                yield Period(
                    _lasting(start) or timedelta(),
                    # A negative limit stands for none.
                    float(limit) if limit >= 0 else None,
                    phases if isinstance(phases, int) else None,
                )
