"""Actions that start and stop sessions."""

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.util.json import JsonValueType

from ..csms.operations import stop_transaction as stopping
from .base import ID_TAG, Action, for_each
from .permissions import controllers_of_targets
from .targets import Target, async_targets

ATTR_ID_TAG = "id_tag"


async def _remote_start(call: ServiceCall) -> None:
    # Without a tag, each charger is sent one that it accepts.
    id_tag: str | None = call.data.get(ATTR_ID_TAG)
    await for_each(
        async_targets(call),
        lambda target: target.charger.station.commands.start_transaction(
            target.only_evse_id, id_tag
        ),
    )


async def _remote_stop(call: ServiceCall) -> ServiceResponse:
    async def stop(target: Target) -> list[JsonValueType]:
        charger = target.charger
        running = [
            id_ for id_ in target.evse_ids if charger.evse(id_).running_transaction
        ]
        return [
            _described(target, evse_id, await stopping.stop(charger.station, evse_id))
            for evse_id in running or [target.only_evse_id]
        ]

    stopped = await for_each(async_targets(call), stop)
    return {"sessions": [session for sessions in stopped for session in sessions]}


def _described(
    target: Target, evse_id: int, stopped: stopping.Stopped
) -> JsonValueType:
    return {
        "charger": target.charger.identity,
        "connector": evse_id,
        "result": stopped.outcome.value,
        "refusals": list(stopped.refusals),
    }


ACTIONS = (
    Action(
        "remote_start",
        _remote_start,
        controllers_of_targets,
        {probatio.Optional(ATTR_ID_TAG): ID_TAG},
    ),
    Action(
        "remote_stop",
        _remote_stop,
        controllers_of_targets,
        response=SupportsResponse.OPTIONAL,
    ),
)
