"""Sessions: starting and stopping them from here."""

import probatio

from homeassistant.core import ServiceCall

from ..csms.authorization import REMOTE_ID_TOKEN
from ..targets import Target, async_targets
from .base import ID_TAG, Action, for_each

ATTR_ID_TAG = "id_tag"


async def _remote_start(call: ServiceCall) -> None:
    id_tag: str = call.data[ATTR_ID_TAG]
    await for_each(
        async_targets(call),
        lambda target: target.charger.station.start_transaction(
            target.only_evse_id, id_tag
        ),
    )


async def _remote_stop(call: ServiceCall) -> None:
    async def stop(target: Target) -> None:
        station = target.charger.station
        running = [
            id_
            for id_ in target.evse_ids
            if target.charger.evse(id_).running_transaction
        ]
        for evse_id in running or [target.only_evse_id]:
            await station.stop_transaction(evse_id)

    await for_each(async_targets(call), stop)


ACTIONS = (
    Action(
        "remote_start",
        _remote_start,
        {probatio.Optional(ATTR_ID_TAG, default=REMOTE_ID_TOKEN): ID_TAG},
    ),
    Action("remote_stop", _remote_stop),
)
