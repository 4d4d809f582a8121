"""NotifyEVChargingNeeds and NotifyEVChargingSchedule: what a car needs, and how it wants to charge.

Source: OCPP 2.0.1 part 2, K15 to K17.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict, cast

from ....devices.capabilities import Unit
from ....events import ProfileAwaited
from ....evses.external_limit import lowest_a
from ....evses.needs import ChargingNeeds
from ....limits.charging_profile import NOMINAL_VOLTAGE_V
from ....model import Evse, Snapshot
from ....ocppj.framing import Json, Payload
from ...incoming import Context, Handled, of_adopted
from ...instants import instant_of
from ...omissions import only_evse_id
from ...schedules import schedule_in
from ..terms import credible

_A_WHILE = timedelta(days=1)
"""The time for which a schedule is taken to be told that names no duration."""
_TOLERANCE_A = 0.5
"""The excess over a limit that comes of rounding, such as that of watts."""


class _Parameters(TypedDict):
    energyAmount: NotRequired[float]
    evMinCurrent: NotRequired[float]
    evMaxCurrent: NotRequired[float]
    stateOfCharge: NotRequired[float]
    evEnergyCapacity: NotRequired[float]


class _ChargingNeeds(TypedDict):
    departureTime: NotRequired[str]
    acChargingParameters: NotRequired[_Parameters]
    dcChargingParameters: NotRequired[_Parameters]


class _NotifyNeeds(TypedDict):
    evseId: NotRequired[int]
    chargingNeeds: NotRequired[_ChargingNeeds]


class _NotifySchedule(TypedDict):
    evseId: NotRequired[int]
    timeBase: NotRequired[str]
    chargingSchedule: NotRequired[Mapping[str, Json]]


def notify_ev_charging_needs(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take note of what a car needs; the charging profile that it waits for follows."""
    told = cast(_NotifyNeeds, payload)
    evse_id = credible(told.get("evseId", only_evse_id(snapshot)))
    if evse_id is None:
        return Handled({"status": "Rejected"}, snapshot)
    evse = snapshot.evse(evse_id)
    running = evse.running_transaction
    needs = replace(
        _needs(told.get("chargingNeeds", {}), context.now),
        charged_wh=0.0 if running is None else running.energy_wh or 0.0,
    )
    after = snapshot.with_evse(replace(evse, needs=needs))
    awaited = of_adopted(context, ProfileAwaited(snapshot.identity, evse_id))
    return Handled({"status": "Accepted"}, after, awaited)


def notify_ev_charging_schedule(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Accept how a car wants to charge, unless that is more than it may: then it is told the limit anew."""
    told = cast(_NotifySchedule, payload)
    evse_id = credible(told.get("evseId", only_evse_id(snapshot)))
    if evse_id is None or not _exceeds(told, snapshot.evse(evse_id), context):
        return Handled({"status": "Accepted"}, snapshot)
    awaited = of_adopted(context, ProfileAwaited(snapshot.identity, evse_id))
    return Handled({"status": "Rejected"}, snapshot, awaited)


def _needs(told: _ChargingNeeds, now: datetime) -> ChargingNeeds:
    nothing: _Parameters = {}
    parameters = told.get("acChargingParameters") or told.get("dcChargingParameters")
    known = parameters or nothing
    departure = told.get("departureTime")
    return ChargingNeeds(
        now,
        known.get("energyAmount"),
        None if departure is None else instant_of(departure),
        known.get("evMinCurrent"),
        known.get("evMaxCurrent"),
        known.get("stateOfCharge"),
        known.get("evEnergyCapacity"),
    )


def _exceeds(told: _NotifySchedule, evse: Evse, context: Context) -> bool:
    """Return whether a car wants to charge with more than it may."""
    allowed_a = _allowed_a(evse, context.now)
    wanted: Json = {**told.get("chargingSchedule", {})}
    schedule = schedule_in(wanted, told.get("timeBase"), _A_WHILE, context.now)
    if allowed_a is None or schedule is None:
        return False
    for period in schedule.periods:
        current_a = period.limit or 0.0
        if schedule.unit is Unit.WATT:
            current_a /= (period.phases or context.wired) * NOMINAL_VOLTAGE_V
        if current_a > allowed_a + _TOLERANCE_A:
            return True
    return False


def _allowed_a(evse: Evse, now: datetime) -> float | None:
    imposed_a = lowest_a(evse.external_limits, now)
    own_a = None if evse.limit is None else evse.limit.current_a
    return min((each for each in (imposed_a, own_a) if each is not None), default=None)
