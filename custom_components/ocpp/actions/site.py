"""Actions by which a grid operator limits the site."""

from datetime import timedelta

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util

from ..errors import validation_error
from ..surplus.circuits.circuits import Scope, SiteLimit
from . import fields
from .base import Action
from .permissions import controllers_of_everything
from .targets import async_hub

ATTR_LIMIT_AMPS = "limit_amps"
ATTR_LIMIT_WATTS = "limit_watts"
ATTR_DURATION = "duration"
ATTR_APPLIES_TO = "applies_to"


async def _set_site_limit(call: ServiceCall) -> ServiceResponse:
    hub = async_hub(call)
    amps, watts = call.data.get(ATTR_LIMIT_AMPS), call.data.get(ATTR_LIMIT_WATTS)
    if amps is None and watts is None:
        raise validation_error("no_site_limit")
    duration: timedelta | None = call.data.get(ATTR_DURATION)
    until = None if duration is None else dt_util.utcnow() + duration
    scope: Scope = call.data[ATTR_APPLIES_TO]
    await hub.site.circuits.limits.async_set(
        SiteLimit(
            current_a=amps,
            power_w=watts,
            scope=scope,
            until_s=None if until is None else until.timestamp(),
        )
    )
    return {
        ATTR_LIMIT_AMPS: amps,
        ATTR_LIMIT_WATTS: watts,
        ATTR_APPLIES_TO: scope.value,
        "until": None if until is None else dt_util.as_local(until).isoformat(),
    }


async def _clear_site_limit(call: ServiceCall) -> None:
    await async_hub(call).site.circuits.limits.async_set(None)


ACTIONS = (
    Action(
        "set_site_limit",
        _set_site_limit,
        controllers_of_everything,
        {
            probatio.Optional(ATTR_LIMIT_AMPS): fields.number(0),
            probatio.Optional(ATTR_LIMIT_WATTS): fields.number(0),
            probatio.Optional(ATTR_DURATION): fields.duration,
            probatio.Optional(ATTR_APPLIES_TO, default=Scope.CHARGERS): fields.option(
                Scope
            ),
        },
        SupportsResponse.OPTIONAL,
    ),
    Action("clear_site_limit", _clear_site_limit, controllers_of_everything),
)
