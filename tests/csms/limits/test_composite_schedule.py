"""Composite schedules: the limits that a charger reports."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.limits.charging_profile import Limit, Unit
from custom_components.ocpp.csms.limits.composite_schedule import Period, Schedule
from custom_components.ocpp.csms.versions.v16 import VERSION
from tests.simulator.charger import simulated_charger
from tests.waiting import until

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _read(**answer: Any) -> Schedule | None:
    request = VERSION.profiles.get_composite_schedule(1, HOUR, None, NOW)
    assert request.payload == {"connectorId": 1, "duration": 3600}
    return request.read({"status": "Accepted", **answer})


def _charging_schedule(*limits: tuple[int, float], **more: Any) -> dict[str, Any]:
    periods = [{"startPeriod": start, "limit": limit} for start, limit in limits]
    return {"chargingRateUnit": "A", "chargingSchedulePeriod": periods, **more}


def _limit_at(schedule: Schedule, after: timedelta) -> float | None:
    period = schedule.at(NOW + after)
    assert period is not None
    return period.limit


async def test_a_charger_tells_what_it_will_allow(
    central_system: CentralSystem, url: str
) -> None:
    async with simulated_charger(url, "CP1") as charger:
        await charger.boot()
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        await charger.plug_in()
        await charger.start_session()
        station = central_system.stations["CP1"]
        await station.limits.set(1, Limit(10))
        schedule = await station.commands.get_composite_schedule(1, HOUR)
        assert schedule is not None
        now, later = schedule.periods
        # The limit of the session runs out unless it is renewed; then the safe one holds.
        assert (now.limit, later.limit) == (10, 6)
        assert timedelta(minutes=4) < later.start < timedelta(minutes=6)
        in_watts = await station.commands.get_composite_schedule(1, HOUR, Unit.WATT)
        assert in_watts is not None
        assert in_watts.unit is Unit.WATT
        assert in_watts.periods[0].limit == 6900
        with pytest.raises(RejectedError):
            await station.commands.get_composite_schedule(7, HOUR)


def test_the_limit_that_holds_is_the_last_that_has_begun() -> None:
    told = _charging_schedule((600, 8), (0, 16), duration=1200)
    schedule = _read(scheduleStart="2026-06-01T11:55:00Z", chargingSchedule=told)
    assert schedule is not None
    assert schedule.starts_at == NOW - timedelta(minutes=5)
    assert _limit_at(schedule, timedelta()) == 16
    assert _limit_at(schedule, timedelta(minutes=5)) == 8
    assert schedule.at(NOW + timedelta(minutes=15)) is None
    assert schedule.at(NOW - timedelta(minutes=6)) is None


@pytest.mark.parametrize(
    "start",
    [
        # A clock that is slow, fast, was never set, or tells no time.
        "2026-06-01T09:00:00Z",
        "2026-06-01T14:00:00Z",
        "1970-01-01T00:00:00Z",
        "noon",
        None,
    ],
)
def test_a_wrong_clock_does_not_shift_what_was_asked_from_now_on(
    start: str | None,
) -> None:
    schedule = _read(scheduleStart=start, chargingSchedule=_charging_schedule((0, 6)))
    assert schedule is not None
    assert schedule.starts_at == NOW
    assert _limit_at(schedule, timedelta(days=1)) == 6


def test_a_negative_limit_is_none() -> None:
    schedule = _read(chargingSchedule=_charging_schedule((0, -1)))
    assert schedule is not None
    assert schedule.at(NOW) == Period(timedelta(), None)


def test_phases_are_told() -> None:
    period = {"startPeriod": 0, "limit": 6, "numberPhases": 1}
    schedule = _read(
        chargingSchedule={"chargingRateUnit": "W", "chargingSchedulePeriod": [period]}
    )
    assert schedule is not None
    assert schedule.unit is Unit.WATT
    assert schedule.periods == (Period(timedelta(), 6, 1),)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"chargingSchedule": None},
        {"chargingSchedule": "none"},
        {"chargingSchedule": _charging_schedule()},
        {"chargingSchedule": {"chargingSchedulePeriod": []}},
        {"chargingSchedule": _charging_schedule((0, 6)) | {"chargingRateUnit": "kW"}},
        {
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [None, {"limit": "many"}, {"startPeriod": 0}],
            }
        },
    ],
)
def test_nothing_that_can_be_understood_is_nothing(answer: dict[str, Any]) -> None:
    assert _read(**answer) is None


def test_absurd_times_do_no_harm() -> None:
    told = _charging_schedule((-5, 6), (2**62, 8), duration=2**62)
    schedule = _read(chargingSchedule=told)
    assert schedule is not None
    assert _limit_at(schedule, timedelta()) == 6
