"""NotifyChargingLimit and ClearedChargingLimit: limits that others impose.

Source: OCPP 2.0.1 part 2, K12 and K13.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NotRequired, TypedDict, cast

from ....devices.capabilities import Unit
from ....evses.external_limit import (
    ExternalLimit,
    LimitStep,
    with_limit,
    without_source,
)
from ....limits.charging_profile import NOMINAL_VOLTAGE_V
from ....limits.composite_schedule import Schedule
from ....model import Evse, Snapshot
from ....ocppj.framing import Json, Payload
from ...incoming import Context, Handled
from ...schedules import schedule_in
from ..terms import credible

_WITHOUT_END = timedelta(days=1)
"""The time for which a schedule is taken to be told that names no duration."""


class _ChargingLimit(TypedDict):
    chargingLimitSource: NotRequired[str]


class _NotifyChargingLimit(TypedDict):
    evseId: NotRequired[int]
    chargingLimit: NotRequired[_ChargingLimit]
    chargingSchedule: NotRequired[list[Json]]


class _ClearedChargingLimit(TypedDict):
    evseId: NotRequired[int]
    chargingLimitSource: NotRequired[str]


def notify_charging_limit(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take note of a limit that somebody else has imposed."""
    told = cast(_NotifyChargingLimit, payload)
    source = told.get("chargingLimit", {}).get("chargingLimitSource", "")
    limit = _limit(source, told.get("chargingSchedule", []), context)

    def impose(evse: Evse) -> Evse:
        limits = with_limit(evse.external_limits, limit)
        return replace(evse, external_limits=limits)

    return Handled({}, _at(told.get("evseId"), snapshot, impose))


def cleared_charging_limit(payload: Payload, snapshot: Snapshot, _: Context) -> Handled:
    """Take note that somebody imposes no limit any more."""
    told = cast(_ClearedChargingLimit, payload)
    source = told.get("chargingLimitSource", "")

    def release(evse: Evse) -> Evse:
        limits = without_source(evse.external_limits, source)
        return replace(evse, external_limits=limits)

    return Handled({}, _at(told.get("evseId"), snapshot, release))


def _at(
    evse_id: int | None, snapshot: Snapshot, change: Callable[[Evse], Evse]
) -> Snapshot:
    """Return the snapshot with an EVSE changed, or all of them where the charger as a whole is meant."""
    place = credible(evse_id)
    if evse_id and place is None:
        return snapshot
    affected = snapshot.evses if place is None else [place]
    for each in affected:
        snapshot = snapshot.with_evse(change(snapshot.evse(each)))
    return snapshot


def _limit(source: str, schedules: list[Json], context: Context) -> ExternalLimit:
    """Return a limit; of several schedules, the first one counts."""
    told = schedules[0] if schedules else None
    schedule = schedule_in(told, None, _WITHOUT_END, context.now)
    if schedule is None:
        return ExternalLimit(source)
    lasts = schedule.duration
    ends_at = None if lasts is None else schedule.starts_at + lasts
    return ExternalLimit(source, tuple(_steps(schedule, context.wired)), ends_at)


def _steps(schedule: Schedule, wired: int) -> Iterator[LimitStep]:
    for period in schedule.periods:
        current_a = period.limit
        if current_a is not None and schedule.unit is Unit.WATT:
            current_a /= (period.phases or wired) * NOMINAL_VOLTAGE_V
        yield LimitStep(schedule.starts_at + period.start, current_a)
