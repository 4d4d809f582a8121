"""A feed: a view that somebody looks at, sent whenever it has changed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

LOOK_EVERY = timedelta(seconds=2)
"""The shortest time between two messages of a feed; a meter may tell more often than anybody can read."""


@callback
def async_feed(
    hass: HomeAssistant,
    connection: ActiveConnection,
    message_id: int,
    view: Callable[[], object],
) -> None:
    """Send a view at once, and again after each change, until the subscription ends."""
    sent: object = None

    @callback
    def look(_: datetime | None = None) -> None:
        nonlocal sent
        if (seen := view()) != sent:
            sent = seen
            connection.send_event(message_id, seen)

    connection.subscriptions[message_id] = async_track_time_interval(
        hass, look, LOOK_EVERY, name="ocpp dashboard", cancel_on_shutdown=True
    )
    connection.send_result(message_id)
    look()
