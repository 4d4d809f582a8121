"""Actions on reservations and on the tags that chargers store."""

from contextlib import suppress
from datetime import datetime, timedelta

import probatio

from homeassistant.auth.models import User
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

from ..csms.errors import RejectedError
from ..csms.operations.reserve import cancel, reserve
from ..csms.tokens.reservations import Reservation, held
from ..errors import translated_errors, validation_error
from . import fields
from .base import Action, for_each
from .id_tags import id_tag, resolved
from .permissions import controllers_of_chargers, controllers_of_targets
from .targets import Target, async_target, async_targets

ATTR_ID_TAG = "id_tag"
ATTR_DURATION = "duration"
ATTR_EXPIRES_AT = "expires_at"
ATTR_RESERVATION_ID = "reservation_id"
DEFAULT_DURATION = timedelta(hours=1)


async def _reserve_now(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    authority = target.hub.central_system.authority
    tag = resolved(call.data[ATTR_ID_TAG], authority)
    expires_at = _expiry(call)
    with translated_errors(target.charger):
        reservation = await reserve(
            target.charger.station,
            target.evse_id_or_any,
            tag,
            expires_at,
            authority.group_of(tag),
        )
    return {
        "reservation_id": reservation.id,
        "expires_at": dt_util.as_local(expires_at).isoformat(),
    }


def _expiry(call: ServiceCall) -> datetime:
    if ATTR_EXPIRES_AT in call.data and ATTR_DURATION in call.data:
        raise validation_error("several_expiries")
    if ATTR_EXPIRES_AT not in call.data:
        duration: timedelta = call.data.get(ATTR_DURATION, DEFAULT_DURATION)
        return dt_util.utcnow() + duration
    expires_at = dt_util.as_utc(call.data[ATTR_EXPIRES_AT])
    if expires_at <= dt_util.utcnow():
        raise validation_error("expiry_in_past")
    return expires_at


async def _cancel_reservation(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    if ATTR_RESERVATION_ID in call.data:
        ids = [call.data[ATTR_RESERVATION_ID]]
    else:
        ids = [reservation.id for reservation in _held_at(target)]
    canceled: list[JsonValueType] = []
    with translated_errors(target.charger):
        target.charger.station.ensure_connected()
        for reservation_id in ids:
            # One that the charger does not know is what was asked for.
            with suppress(RejectedError):
                await cancel(target.charger.station, reservation_id)
                canceled.append(reservation_id)
    return {"canceled": canceled}


def _held_at(target: Target) -> list[Reservation]:
    station = target.charger.station
    meant = (target.evse_id_or_any, *target.evse_ids)
    return [
        reservation
        for reservation in held(station.snapshot.tokens.reservations, station.now)
        if reservation.evse_id in meant
    ]


async def _send_local_list(call: ServiceCall) -> ServiceResponse:
    sent: JsonObjectType = {}

    async def send(target: Target) -> None:
        charger = target.charger
        local_list = await charger.station.tokens.send_list(
            target.hub.central_system.authority
        )
        sent[charger.identity] = {
            "version": local_list.version,
            "tags": len(local_list.entries),
        }

    await for_each(async_targets(call), send)
    return {"chargers": sent}


async def _clear_cache(call: ServiceCall) -> None:
    await for_each(
        async_targets(call), lambda target: target.charger.station.tokens.clear_cache()
    )


def _permission_to_cancel(call: ServiceCall, user: User) -> bool:
    """Return whether a user may cancel reservations; one that is given by its number can be at any connector."""
    if ATTR_RESERVATION_ID in call.data:
        return controllers_of_chargers(call, user)
    return controllers_of_targets(call, user)


ACTIONS = (
    Action(
        "reserve_now",
        _reserve_now,
        controllers_of_targets,
        {
            probatio.Required(ATTR_ID_TAG): id_tag,
            probatio.Optional(ATTR_DURATION): fields.duration,
            probatio.Optional(ATTR_EXPIRES_AT): fields.moment,
        },
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "cancel_reservation",
        _cancel_reservation,
        _permission_to_cancel,
        {probatio.Optional(ATTR_RESERVATION_ID): fields.whole_number()},
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "send_local_list",
        _send_local_list,
        controllers_of_chargers,
        response=SupportsResponse.OPTIONAL,
    ),
    Action("clear_cache", _clear_cache, controllers_of_chargers),
)
