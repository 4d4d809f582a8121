"""Actions on limits and charging profiles."""

from datetime import timedelta
import json

import probatio

from homeassistant.auth.models import User
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv

from ..csms.devices.capabilities import Unit
from ..csms.limits.charging_profile import NOMINAL_VOLTAGE_V, BelowMinimum
from ..csms.limits.composite_schedule import Schedule
from ..csms.ocppj.framing import Payload
from ..errors import translated_errors, validation_error
from .base import Action, for_each
from .permissions import administrators, controllers_of_targets
from .targets import Target, async_target, async_targets

ATTR_LIMIT_AMPS = "limit_amps"
ATTR_LIMIT_WATTS = "limit_watts"
ATTR_CUSTOM_PROFILE = "custom_profile"
RATES = (ATTR_LIMIT_AMPS, ATTR_LIMIT_WATTS, ATTR_CUSTOM_PROFILE)
ATTR_BELOW_MINIMUM = "below_minimum"
ATTR_DURATION = "duration"
ATTR_CHARGING_RATE_UNIT = "charging_rate_unit"


async def _set_charge_rate(call: ServiceCall) -> None:
    targets = async_targets(call)
    if sum(rate in call.data for rate in RATES) > 1:
        raise validation_error("several_rates")
    below = call.data[ATTR_BELOW_MINIMUM]
    if ATTR_CUSTOM_PROFILE in call.data:
        profile = _custom_profile(call.data[ATTR_CUSTOM_PROFILE])
        await for_each(targets, lambda target: _set_profile(target, profile))
    elif ATTR_LIMIT_WATTS in call.data:
        watts: float = call.data[ATTR_LIMIT_WATTS]
        await for_each(
            targets, lambda target: _set_limit(target, _amps(target, watts), below)
        )
    elif ATTR_LIMIT_AMPS in call.data:
        amps: float = call.data[ATTR_LIMIT_AMPS]
        await for_each(targets, lambda target: _set_limit(target, amps, below))
    else:
        raise validation_error("no_rate")


def _amps(target: Target, watts: float) -> float:
    """Return the current per phase of a power on all phases of the charger."""
    return watts / (target.charger.config.phases * NOMINAL_VOLTAGE_V)


async def _set_limit(target: Target, current_a: float, below: BelowMinimum) -> None:
    charger = target.charger
    highest_a = charger.config.max_current_a
    if not 0 <= current_a <= highest_a:
        raise validation_error(
            "limit_out_of_range",
            charger=charger.name,
            limit=f"{current_a:g}",
            maximum=f"{highest_a:g}",
        )
    if current_a > 0 and below is BelowMinimum.MINIMUM:
        current_a = max(current_a, charger.minimum_current_a)
    charger.station.ensure_connected()
    for evse_id in target.evse_ids:
        charger.station.limits.release_external_profile(evse_id)
        charger.async_set_maximum(evse_id, current_a)
        await target.hub.site.async_enforce(charger, evse_id)


def _custom_profile(given: str | Payload) -> Payload:
    """Return a charging profile, which automations may give as text, even with single quotes."""
    if isinstance(given, dict):
        return given
    for text in (given, given.replace("'", '"')):
        try:
            profile = json.loads(text)
        except json.JSONDecodeError as err:
            reason = str(err)
            continue
        if isinstance(profile, dict):
            return profile
        reason = "it is no object"
    raise validation_error("invalid_profile", reason=reason)


async def _set_profile(target: Target, profile: Payload) -> None:
    station = target.charger.station
    in_session = station.version.profiles.is_for_session(profile)
    # A profile of a session belongs to a connector; all others are for the charger as a whole.
    evse_id = target.only_evse_id if in_session else target.evse_id or 0
    await station.limits.set_external_profile(evse_id, profile)


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
            probatio.Optional(ATTR_LIMIT_AMPS): probatio.Coerce(float),
            probatio.Optional(ATTR_LIMIT_WATTS): probatio.Coerce(float),
            probatio.Optional(ATTR_CUSTOM_PROFILE): probatio.Any(cv.string, dict),
            probatio.Optional(
                ATTR_BELOW_MINIMUM, default=BelowMinimum.PAUSE
            ): probatio.Coerce(BelowMinimum),
        },
    ),
    Action("clear_profile", _clear_profile, controllers_of_targets),
    Action(
        "get_composite_schedule",
        _get_composite_schedule,
        controllers_of_targets,
        {
            probatio.Optional(
                ATTR_DURATION, default=timedelta(hours=1)
            ): cv.positive_time_period,
            probatio.Optional(ATTR_CHARGING_RATE_UNIT): probatio.Coerce(Unit),
        },
        SupportsResponse.ONLY,
    ),
)
