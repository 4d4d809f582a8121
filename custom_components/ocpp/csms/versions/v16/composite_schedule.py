"""GetCompositeSchedule."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ocpp.v16 import call
from ocpp.v16.enums import ChargingRateUnitType

from ...devices.capabilities import Unit
from ...errors import RejectedError
from ...limits.composite_schedule import Period, Schedule, start_of
from ...ocppj.framing import Json, Payload
from ..base import Request, to_payload
from .terms import instant_of

_LONGEST_S = 2**31


def get_composite_schedule(
    evse_id: int, duration: timedelta, unit: Unit | None, now: datetime
) -> Request[Schedule | None]:
    """Ask for the schedule of a connector, or as connector 0 that of the whole charge point."""
    message = call.GetCompositeSchedule(
        evse_id,
        int(duration.total_seconds()),
        None if unit is None else ChargingRateUnitType(unit.value),
    )

    def read(answer: Payload) -> Schedule | None:
        status = str(answer.get("status"))
        if status != "Accepted":
            raise RejectedError("GetCompositeSchedule", status)
        return _schedule(answer, duration, now)

    return Request("GetCompositeSchedule", to_payload(message), read)


def _schedule(answer: Payload, asked_for: timedelta, now: datetime) -> Schedule | None:
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
