"""Actions by which a grid operator limits the site."""

from datetime import timedelta

import probatio

from homeassistant.core import ServiceCall
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..errors import validation_error
from ..surplus.circuits.circuits import Scope, SiteLimit
from .base import Action
from .permissions import controllers_of_everything
from .targets import async_hub

ATTR_LIMIT_AMPS = "limit_amps"
ATTR_LIMIT_WATTS = "limit_watts"
ATTR_DURATION = "duration"
ATTR_APPLIES_TO = "applies_to"

_RATE = probatio.All(probatio.Coerce(float), probatio.Range(min=0))


async def _set_site_limit(call: ServiceCall) -> None:
    hub = async_hub(call)
    amps, watts = call.data.get(ATTR_LIMIT_AMPS), call.data.get(ATTR_LIMIT_WATTS)
    if amps is None and watts is None:
        raise validation_error("no_site_limit")
    duration: timedelta | None = call.data.get(ATTR_DURATION)
    until = None if duration is None else dt_util.utcnow() + duration
    await hub.site.circuits.limits.async_set(
        SiteLimit(
            current_a=amps,
            power_w=watts,
            scope=Scope(call.data[ATTR_APPLIES_TO]),
            until_s=None if until is None else until.timestamp(),
        )
    )


async def _clear_site_limit(call: ServiceCall) -> None:
    await async_hub(call).site.circuits.limits.async_set(None)


ACTIONS = (
    Action(
        "set_site_limit",
        _set_site_limit,
        controllers_of_everything,
        {
            probatio.Optional(ATTR_LIMIT_AMPS): _RATE,
            probatio.Optional(ATTR_LIMIT_WATTS): _RATE,
            probatio.Optional(ATTR_DURATION): cv.positive_time_period,
            probatio.Optional(
                ATTR_APPLIES_TO, default=Scope.CHARGERS.value
            ): probatio.In([scope.value for scope in Scope]),
        },
    ),
    Action("clear_site_limit", _clear_site_limit, controllers_of_everything),
)
