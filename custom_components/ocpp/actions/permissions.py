"""The permissions that users need for actions, as they need them for entities."""

from collections.abc import Callable
from dataclasses import replace

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN
from .targets import Target, async_targets

type Permission = Callable[[ServiceCall, User], bool]
"""Returns whether a user may carry out an action."""


async def async_authorize(call: ServiceCall, permission: Permission) -> None:
    """Check that the user behind an action, if there is one, may carry it out.

    Automations act for nobody, and may do everything.

    Raises:
        Unauthorized: when he may not.
    """
    if call.context.user_id is None:
        return
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context, permission=POLICY_CONTROL)
    if not permission(call, user):
        raise Unauthorized(context=call.context, permission=POLICY_CONTROL)


def administrators(_: ServiceCall, user: User) -> bool:
    """Return whether a user is an administrator."""
    return user.is_admin


def controllers_of_everything(_: ServiceCall, user: User) -> bool:
    """Return whether a user may control all entities."""
    return user.permissions.access_all_entities(POLICY_CONTROL)


@callback
def controllers_of_targets(call: ServiceCall, user: User) -> bool:
    """Return whether a user may control all entities of the chargers or connectors that an action is meant for."""
    return _may_control(call, user, async_targets)


@callback
def controllers_of_chargers(call: ServiceCall, user: User) -> bool:
    """Return whether a user may control the whole chargers that an action is meant for."""
    return _may_control(
        call,
        user,
        lambda call: [replace(target, evse_id=None) for target in async_targets(call)],
    )


def _may_control(
    call: ServiceCall, user: User, targets_of: Callable[[ServiceCall], list[Target]]
) -> bool:
    if user.permissions.access_all_entities(POLICY_CONTROL):
        return True
    try:
        targets = targets_of(call)
    except ServiceValidationError:
        # The error would name chargers that are none of the user's business.
        return False
    return all(controls(call.hass, user, target) for target in targets)


def controls(hass: HomeAssistant, user: User, target: Target) -> bool:
    """Return whether a user may control all entities of a charger or connector."""
    entities = er.async_get(hass)
    own = [
        entity.entity_id
        for device_id in _device_ids(hass, target)
        for entity in er.async_entries_for_device(entities, device_id)
        if entity.platform == DOMAIN
    ]
    # Without any entity, there is nothing that a user could have been given rights to.
    return bool(own) and all(
        user.permissions.check_entity(entity_id, POLICY_CONTROL) for entity_id in own
    )


def _device_ids(hass: HomeAssistant, target: Target) -> list[str]:
    """Return the devices of a charger, or that of a connector; the only connector of a charger has none of its own."""
    charger = target.charger
    devices = dr.async_get(hass)
    found = [
        device.id
        for evse_id in target.evse_ids
        if (
            device := devices.async_get_child_device_by_identifier(
                (DOMAIN, charger.evse_identifier(evse_id)), target.hub.entry.entry_id
            )
        )
    ]
    if target.evse_id is not None and found:
        return found
    return [charger.device_id, *found]
