"""The answer to GetCompositeSchedule."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ...devices.capabilities import Unit
from ...errors import RejectedError
from ...limits.composite_schedule import Period, Schedule, start_of
from ...ocppj.framing import Json, Payload
from ..instants import instant_of

_LONGEST_S = 2**31


def read_schedule(
    answer: Payload, asked_for: timedelta, now: datetime
) -> Schedule | None:
    """Return the schedule in a charge point's answer, if there is one."""
    status = str(answer.get("status"))
    if status != "Accepted":
        raise RejectedError("GetCompositeSchedule", status)
    match answer.get("chargingSchedule"):
        case {
            "chargingRateUnit": ("A" | "W") as unit,
            "chargingSchedulePeriod": list(told),
            **rest,
        }:
            periods = tuple(sorted(_periods(told), key=lambda period: period.start))
        case _:
            return None
    if not periods:
        return None
    duration = _lasting(rest.get("duration"))
    start = answer.get("scheduleStart") or rest.get("startSchedule")
    told_start = instant_of(start) if isinstance(start, str) else None
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
