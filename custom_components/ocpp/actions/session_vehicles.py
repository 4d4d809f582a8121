"""The action that corrects the vehicle of a session."""

from dataclasses import replace

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse

from ..errors import validation_error
from ..hub import Hub
from ..sessions.records import SessionFilter, SessionRecord
from ..vehicles.identification import GUEST
from . import fields
from .accounts import ATTR_VEHICLE, places_of, sessions_permission
from .base import Action
from .targets import ATTR_CHARGER_ID, async_hubs

ATTR_TRANSACTION_ID = "transaction_id"


async def _assign_session(call: ServiceCall) -> ServiceResponse:
    hub, record = await _session(call)
    vehicle_id = _vehicle(hub, call.data[ATTR_VEHICLE])
    if (charger := hub.chargers.get(record.charger_id)) is not None:
        key = charger.evse_identifier(record.connector)
        hub.whereabouts.async_assign(key, record.transaction_id, vehicle_id)
    names = hub.session_naming.names_of(vehicle_id, record.id_tag)
    moved = replace(record, vehicle=names.vehicle, vehicle_id=names.vehicle_id)
    if record.ended_at is not None:
        hub.recorder.database.async_put(moved)
    return {"session": dict(moved.row)}


async def _session(call: ServiceCall) -> tuple[Hub, SessionRecord]:
    """Return the session that is meant: the one of an ID, else the last one."""
    wanted: str | None = call.data.get(ATTR_TRANSACTION_ID)
    found = [
        (hub, record)
        for hub in async_hubs(call)
        for record in await hub.recorder.async_sessions(SessionFilter(places_of(call)))
        if wanted in (None, record.transaction_id)
    ]
    if not found:
        raise validation_error("unknown_session", session=wanted or "-")
    if wanted is not None and len(found) > 1:
        raise validation_error("which_session", session=wanted)
    return max(found, key=lambda each: each[1].started_at)


def _vehicle(hub: Hub, wanted: str) -> str:
    """Return the ID of a vehicle that is given by its ID or its name, or `GUEST`."""
    if wanted.casefold() == GUEST:
        return GUEST
    own = hub.vehicles.get(wanted) or hub.vehicles.named(wanted)
    if own is None:
        known = ", ".join([*(own.name for own in hub.vehicles.values()), GUEST])
        raise validation_error("unknown_vehicle", vehicle=wanted, known=known)
    return own.id


ACTIONS = (
    Action(
        "assign_session",
        _assign_session,
        sessions_permission,
        {
            probatio.Required(ATTR_VEHICLE): fields.text(),
            probatio.Optional(ATTR_TRANSACTION_ID): fields.text(),
            probatio.Optional(ATTR_CHARGER_ID): fields.text(),
        },
        SupportsResponse.OPTIONAL,
    ),
)
