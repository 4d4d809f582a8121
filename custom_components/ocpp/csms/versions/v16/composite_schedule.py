"""The answer to GetCompositeSchedule."""

from datetime import datetime, timedelta

from ...errors import RejectedError
from ...limits.composite_schedule import Schedule
from ...ocppj.framing import Payload
from ..schedules import schedule_in


def read_schedule(
    answer: Payload, asked_for: timedelta, now: datetime
) -> Schedule | None:
    """Return the schedule in a charge point's answer, if there is one."""
    status = str(answer.get("status"))
    if status != "Accepted":
        raise RejectedError("GetCompositeSchedule", status)
    start = answer.get("scheduleStart")
    return schedule_in(answer.get("chargingSchedule"), start, asked_for, now)
