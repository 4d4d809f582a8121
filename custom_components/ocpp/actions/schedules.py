"""The action by which energy managers set a schedule of limits."""

from collections.abc import Mapping
from datetime import datetime

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..chargers.external_schedule import ScheduledLimit
from ..csms.devices.capabilities import Unit
from ..csms.limits.charging_profile import NOMINAL_VOLTAGE_V
from ..errors import translated_errors, validation_error
from .base import Action
from .permissions import controllers_of_targets
from .targets import ATTR_CHARGER_ID, Target, async_target

ATTR_TX_PROFILE = "tx_profile"
ATTR_SCHEDULE = "schedule"
ATTR_START_PERIOD = "start_period"
ATTR_LIMIT = "limit"
ATTR_CHARGING_RATE_UNIT = "charging_rate_unit"

PERIOD = probatio.Schema(
    {
        probatio.Required(ATTR_START_PERIOD): cv.datetime,
        probatio.Required(ATTR_LIMIT): probatio.Coerce(float),
    }
)
TX_PROFILE = probatio.Schema(
    {
        probatio.Required(ATTR_SCHEDULE): probatio.All(
            probatio.EnsureList(), [PERIOD], probatio.Length(min=1)
        ),
        probatio.Optional(ATTR_CHARGING_RATE_UNIT, default=Unit.WATT): probatio.Coerce(
            Unit
        ),
    }
)


async def _set_tx_profile(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    given = call.data[ATTR_TX_PROFILE]
    starts = [period[ATTR_START_PERIOD] for period in given[ATTR_SCHEDULE]]
    if len({dt_util.as_utc(start) for start in starts}) != len(starts):
        raise validation_error("schedule_repeats_itself")
    schedule = sorted(
        (
            _entry(target, period, given[ATTR_CHARGING_RATE_UNIT])
            for period in given[ATTR_SCHEDULE]
        ),
        key=lambda entry: entry.starts_at,
    )
    with translated_errors(target.charger):
        for evse_id in target.evse_ids:
            target.charger.station.limits.release_external_profile(evse_id)
            target.charger.async_set_schedule(evse_id, tuple(schedule))
    return {
        "schedule": [
            {"start": entry.starts_at.isoformat(), "limit_amps": entry.current_a}
            for entry in schedule
        ]
    }


def _entry(
    target: Target, period: Mapping[str, datetime | float], unit: Unit
) -> ScheduledLimit:
    """Return an entry within the limits of the charger; to discharge a car is not supported and becomes a pause."""
    start, limit = period[ATTR_START_PERIOD], period[ATTR_LIMIT]
    assert isinstance(start, datetime)
    assert isinstance(limit, float)
    charger = target.charger
    per_ampere = charger.config.phases * NOMINAL_VOLTAGE_V if unit is Unit.WATT else 1.0
    current_a = min(limit / per_ampere, charger.config.max_current_a)
    if current_a < charger.minimum_current_a:
        current_a = 0.0
    return ScheduledLimit(dt_util.as_utc(start), round(current_a, 1))


ACTIONS = (
    Action(
        "set_tx_profile",
        _set_tx_profile,
        controllers_of_targets,
        {
            probatio.Optional(ATTR_CHARGER_ID): cv.string,
            probatio.Required(ATTR_TX_PROFILE): TX_PROFILE,
        },
        SupportsResponse.OPTIONAL,
    ),
)
