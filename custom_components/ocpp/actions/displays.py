"""Actions on the screens of chargers."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import probatio

from homeassistant.core import ServiceCall

from ..csms.devices.display_messages import (
    DisplayMessage,
    MessagePriority,
    MessageState,
)
from ..csms.errors import CallFailedError, RejectedError, is_unsupported
from ..errors import failure
from . import fields
from .base import Action, for_each, period
from .permissions import controllers_of_chargers
from .targets import Target, async_targets

ATTR_MESSAGE = "message"
ATTR_MESSAGE_ID = "message_id"
ATTR_PRIORITY = "priority"
ATTR_STATE = "state"
ATTR_LANGUAGE = "language"
ATTR_START = "start"
ATTR_END = "end"

_MESSAGE_ID: Mapping[probatio.Marker, object] = {
    probatio.Optional(ATTR_MESSAGE_ID, default=1): fields.whole_number(),
}


async def _show_message(call: ServiceCall) -> None:
    message = _message_in(call, *period(call.data, ATTR_START, ATTR_END))

    async def show(target: Target) -> None:
        await target.charger.station.request(
            lambda version: version.displays.set(message)
        )

    await for_each(async_targets(call), _on_screen(show))


def _message_in(
    call: ServiceCall, starts_at: datetime | None, ends_at: datetime | None
) -> DisplayMessage:
    data = call.data
    return DisplayMessage(
        data[ATTR_MESSAGE_ID],
        data[ATTR_MESSAGE],
        data[ATTR_PRIORITY],
        data.get(ATTR_STATE),
        starts_at=starts_at,
        ends_at=ends_at,
        language=data.get(ATTR_LANGUAGE, call.hass.config.language),
    )


async def _clear_message(call: ServiceCall) -> None:
    message_id: int = call.data[ATTR_MESSAGE_ID]

    async def clear(target: Target) -> None:
        try:
            await target.charger.station.request(
                lambda version: version.displays.clear(message_id)
            )
        except RejectedError as err:
            # One that is not there needs no clearing.
            if err.status != "Unknown":
                raise

    await for_each(async_targets(call), _on_screen(clear))


def _on_screen(
    command: Callable[[Target], Awaitable[None]],
) -> Callable[[Target], Awaitable[None]]:
    """Return a command that says so where a charger has no screen for it."""

    async def attempt(target: Target) -> None:
        try:
            await command(target)
        except (RejectedError, CallFailedError) as err:
            if not is_unsupported(err):
                raise
            raise failure("no_screen", charger=target.charger.name) from err

    return attempt


ACTIONS = (
    Action(
        "show_message",
        _show_message,
        controllers_of_chargers,
        {
            **_MESSAGE_ID,
            probatio.Required(ATTR_MESSAGE): fields.text(),
            probatio.Optional(
                ATTR_PRIORITY, default=MessagePriority.IN_TURN
            ): fields.option(MessagePriority),
            probatio.Optional(ATTR_STATE): fields.option(MessageState),
            probatio.Optional(ATTR_START): fields.moment,
            probatio.Optional(ATTR_END): fields.moment,
            probatio.Optional(ATTR_LANGUAGE): fields.text(),
        },
    ),
    Action("clear_message", _clear_message, controllers_of_chargers, _MESSAGE_ID),
)
