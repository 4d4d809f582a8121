"""The websocket commands of the dashboard."""

from datetime import datetime
from functools import partial
from typing import Any

import probatio

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..actions.permissions import controls
from ..actions.targets import Target
from ..sessions.records import SessionFilter, SessionRecord, table
from .feed import async_feed
from .places import Place, place_of, running_hubs
from .plan_view import plan_view
from .sessions_view import MOST, sessions_view
from .site_view import site_view

JSON, CSV = "json", "csv"


@callback
def async_setup_commands(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (async_follow_site, async_follow_plan, async_list_sessions):
        websocket_api.async_register_command(hass, command)


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "ocpp/site",
        probatio.Optional("entry_id"): cv.string,
    }
)
@callback
def async_follow_site(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Follow a site and its connectors."""
    view = partial(site_view, hass, connection.user, msg.get("entry_id"))
    async_feed(hass, connection, msg["id"], view)


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "ocpp/plan",
        probatio.Required("entity_id"): cv.entity_id,
    }
)
@callback
def async_follow_plan(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Follow the plan of the connector that an entity belongs to."""
    view = partial(plan_view, hass, connection.user, msg["entity_id"])
    async_feed(hass, connection, msg["id"], view)


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "ocpp/sessions",
        probatio.Optional("entry_id"): cv.string,
        probatio.Optional("entity_id"): cv.entity_id,
        probatio.Optional("tag"): cv.string,
        probatio.Optional("vehicle"): cv.string,
        probatio.Optional("start"): cv.datetime,
        probatio.Optional("end"): cv.datetime,
        probatio.Optional("limit", default=100): probatio.All(
            int, probatio.Range(min=1, max=MOST)
        ),
        probatio.Optional("format", default=JSON): probatio.In([JSON, CSV]),
    }
)
@websocket_api.async_response
async def async_list_sessions(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """List sessions with the totals of each month, or all of them as a table."""
    entity_id: str | None = msg.get("entity_id")
    place = None if entity_id is None else place_of(hass, entity_id)
    if not _may_see_sessions(hass, connection.user, place):
        raise Unauthorized(permission=POLICY_CONTROL)
    hubs = [place.hub] if place else running_hubs(hass, msg.get("entry_id"))
    if not hubs or (entity_id is not None and place is None):
        connection.send_error(
            msg["id"], websocket_api.ERR_NOT_FOUND, "There is no such charger"
        )
        return
    session_filter = _filter(msg, place)
    records: list[SessionRecord] = []
    for hub in hubs:
        records += await hub.recorder.async_sessions(session_filter)
    shown = (
        await hass.async_add_executor_job(table, records)
        if msg["format"] == CSV
        else await hass.async_add_executor_job(sessions_view, records, msg["limit"])
    )
    connection.send_result(msg["id"], shown)


def _may_see_sessions(hass: HomeAssistant, user: User, place: Place | None) -> bool:
    """Return whether a user may see sessions, as for the action that lists them: they tell who was where."""
    if user.permissions.access_all_entities(POLICY_CONTROL):
        return True
    return place is not None and controls(
        hass, user, Target(place.hub, place.charger, place.evse_id)
    )


def _filter(msg: dict[str, Any], place: Place | None) -> SessionFilter:
    return SessionFilter(
        None if place is None else frozenset({(place.charger.identity, place.evse_id)}),
        msg.get("tag"),
        msg.get("vehicle"),
        _instant(msg.get("start")),
        _instant(msg.get("end")),
    )


def _instant(moment: datetime | None) -> datetime | None:
    return None if moment is None else dt_util.as_utc(moment)
