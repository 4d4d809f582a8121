"""Actions on limits and charging profiles."""

from datetime import timedelta
from typing import cast

import probatio

from homeassistant.auth.models import User
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from ..csms.devices.capabilities import Unit
from ..csms.limits.charging_profile import BelowMinimum
from ..csms.limits.composite_schedule import Schedule
from ..csms.ocppj.framing import Payload
from ..errors import translated_errors, validation_error
from . import fields
from .base import Action, for_each
from .feasible import feasible_limit, watts_per_ampere
from .permissions import administrators, controllers_of_targets
from .targets import Target, async_target, async_targets

ATTR_LIMIT_AMPS = "limit_amps"
ATTR_LIMIT_WATTS = "limit_watts"
ATTR_CUSTOM_PROFILE = "custom_profile"
RATES = (ATTR_CUSTOM_PROFILE, ATTR_LIMIT_WATTS, ATTR_LIMIT_AMPS)
"""The ways to give a rate: the first one overrules the others."""
ATTR_BELOW_MINIMUM = "below_minimum"
ATTR_DURATION = "duration"
ATTR_CHARGING_RATE_UNIT = "charging_rate_unit"


async def _set_charge_rate(call: ServiceCall) -> ServiceResponse:
    """Set the first rate that is given in the order of `RATES`."""
    targets = async_targets(call)
    given = [rate for rate in RATES if rate in call.data]
    if not given:
        raise validation_error("no_rate")
    used, *ignored = given
    below: BelowMinimum = call.data[ATTR_BELOW_MINIMUM]

    async def limit(target: Target) -> list[JsonValueType]:
        if used == ATTR_CUSTOM_PROFILE:
            return [await _set_profile(target, call.data[used])]
        in_watts = used == ATTR_LIMIT_WATTS
        return [
            await _set_limit(
                target,
                evse_id,
                call.data[used]
                / (watts_per_ampere(target.charger, evse_id) if in_watts else 1.0),
                below,
            )
            for evse_id in target.evse_ids
        ]

    limits = await for_each(targets, limit)
    return {
        "used": used,
        "ignored": cast(list[JsonValueType], ignored),
        "limits": [each for of_target in limits for each in of_target],
    }


async def _set_limit(
    target: Target, evse_id: int, asked_a: float, below: BelowMinimum
) -> JsonValueType:
    """Set the limit of a connector, and return what came out."""
    charger = target.charger
    charger.station.ensure_connected()
    feasible = feasible_limit(charger, asked_a, below)
    charger.station.limits.release_external_profile(evse_id)
    charger.async_set_maximum(evse_id, feasible.current_a)
    await target.hub.site.async_enforce(charger, evse_id)
    in_force = charger.evse(evse_id).limit
    return {
        "charger": charger.identity,
        "connector": evse_id,
        "asked_amps": round(asked_a, 1),
        "limit_amps": round(feasible.current_a, 1),
        "reason": feasible.reason,
        "offered_amps": None if in_force is None else in_force.current_a,
    }


async def _set_profile(target: Target, profile: Payload) -> JsonValueType:
    station = target.charger.station
    station.ensure_connected()
    profiles = station.version.profiles
    ends_at = profiles.ends_at(profile)
    if ends_at is not None and ends_at <= dt_util.utcnow():
        ended = dt_util.as_local(ends_at).isoformat(timespec="seconds")
        raise validation_error("profile_in_past", ended=ended)
    # A profile of a session belongs to a connector; all others are for the charger as a whole.
    in_session = profiles.is_for_session(profile)
    evse_id = target.only_evse_id if in_session else target.evse_id or 0
    await station.limits.set_external_profile(evse_id, profile)
    return {"charger": target.charger.identity, "connector": evse_id}


async def _clear_profile(call: ServiceCall) -> None:
    async def clear(target: Target) -> None:
        await target.charger.station.limits.clear(target.evse_id)
        for evse_id in target.evse_ids:
            target.charger.async_set_maximum(evse_id, None)
            target.charger.async_set_schedule(evse_id, ())

    await for_each(async_targets(call), clear)


async def _get_composite_schedule(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    with translated_errors(target.charger):
        schedule = await target.charger.station.commands.get_composite_schedule(
            target.evse_id_or_any,
            call.data[ATTR_DURATION],
            call.data.get(ATTR_CHARGING_RATE_UNIT),
        )
    return {"schedule": None if schedule is None else _described(schedule)}


def _described(schedule: Schedule) -> ServiceResponse:
    lasts = schedule.duration
    return {
        "unit": schedule.unit.value,
        "end": None if lasts is None else (schedule.starts_at + lasts).isoformat(),
        "periods": [
            {
                "start": (schedule.starts_at + period.start).isoformat(),
                "limit": period.limit,
                "phases": period.phases,
            }
            for period in schedule.periods
        ],
    }


def _permission(call: ServiceCall, user: User) -> bool:
    """Return whether a user may set a limit, or send a profile as it is."""
    if ATTR_CUSTOM_PROFILE in call.data:
        return administrators(call, user)
    return controllers_of_targets(call, user)


ACTIONS = (
    Action(
        "set_charge_rate",
        _set_charge_rate,
        _permission,
        {
            probatio.Optional(ATTR_LIMIT_AMPS): fields.number(0),
            probatio.Optional(ATTR_LIMIT_WATTS): fields.number(0),
            probatio.Optional(ATTR_CUSTOM_PROFILE): fields.mapping,
            probatio.Optional(
                ATTR_BELOW_MINIMUM, default=BelowMinimum.PAUSE
            ): fields.option(BelowMinimum),
        },
        SupportsResponse.OPTIONAL,
    ),
    Action("clear_profile", _clear_profile, controllers_of_targets),
    Action(
        "get_composite_schedule",
        _get_composite_schedule,
        controllers_of_targets,
        {
            probatio.Optional(
                ATTR_DURATION, default=timedelta(hours=1)
            ): fields.duration,
            probatio.Optional(ATTR_CHARGING_RATE_UNIT): fields.option(Unit),
        },
        SupportsResponse.ONLY,
    ),
)
