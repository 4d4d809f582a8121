"""The action that reboots chargers."""

import probatio

from homeassistant.core import ServiceCall

from ..csms.model import ResetKind
from . import fields
from .base import Action, for_each
from .permissions import controllers_of_chargers
from .targets import async_targets

ATTR_TYPE = "type"


async def _reset(call: ServiceCall) -> None:
    kind: ResetKind = call.data[ATTR_TYPE]
    await for_each(
        async_targets(call), lambda target: target.charger.station.commands.reset(kind)
    )


ACTIONS = (
    Action(
        "reset",
        _reset,
        controllers_of_chargers,
        {
            probatio.Optional(ATTR_TYPE, default=ResetKind.SOFT): fields.option(
                ResetKind
            )
        },
    ),
)
