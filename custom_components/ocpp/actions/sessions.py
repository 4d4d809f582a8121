"""Actions that start and stop sessions."""

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.util.json import JsonValueType

from ..csms.errors import NoTransactionError
from ..csms.operations import (
    start_transaction as starting,
    stop_transaction as stopping,
)
from .base import Action, for_each
from .id_tags import id_tag, resolved
from .permissions import controllers_of_targets
from .targets import Target, async_targets

ATTR_ID_TAG = "id_tag"

NOT_RUNNING = "not_running"


async def _remote_start(call: ServiceCall) -> ServiceResponse:
    # Without a tag, each charger is sent one that it accepts.
    given: str | int | None = call.data.get(ATTR_ID_TAG)

    async def start(target: Target) -> JsonValueType:
        evse_id, authority = target.only_evse_id, target.hub.central_system.authority
        tag = None if given is None else resolved(given, authority)
        started = await starting.start(target.charger.station, evse_id, tag)
        return {
            "charger": target.charger.identity,
            "connector": evse_id,
            "result": started.value,
        }

    return {"sessions": await for_each(async_targets(call), start)}


async def _remote_stop(call: ServiceCall) -> ServiceResponse:
    async def stop(target: Target) -> list[JsonValueType]:
        charger = target.charger
        running = [
            id_ for id_ in target.evse_ids if charger.evse(id_).running_transaction
        ]
        return [
            await _stopped(target, evse_id) for evse_id in running or target.evse_ids
        ]

    stopped = await for_each(async_targets(call), stop)
    return {"sessions": [session for sessions in stopped for session in sessions]}


async def _stopped(target: Target, evse_id: int) -> JsonValueType:
    """Stop the session at a connector, if there is one, and return the result."""
    try:
        stopped = await stopping.stop(target.charger.station, evse_id)
    except NoTransactionError:
        result, refusals = NOT_RUNNING, list[JsonValueType]()
    else:
        result, refusals = stopped.outcome.value, list(stopped.refusals)
    return {
        "charger": target.charger.identity,
        "connector": evse_id,
        "result": result,
        "refusals": refusals,
    }


ACTIONS = (
    Action(
        "remote_start",
        _remote_start,
        controllers_of_targets,
        {probatio.Optional(ATTR_ID_TAG): id_tag},
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "remote_stop",
        _remote_stop,
        controllers_of_targets,
        response=SupportsResponse.OPTIONAL,
    ),
)
