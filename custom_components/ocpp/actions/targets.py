"""The chargers and connectors that an action is meant for."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.core import ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.util import slugify

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..errors import validation_error
from ..hub import Hub, OcppConfigEntry

ATTR_DEVID = "devid"
ATTR_CHARGER_ID = "charger_id"
ATTR_CONN_ID = "conn_id"


@dataclass(frozen=True, slots=True)
class Target:
    """A charger, or one of its connectors."""

    hub: Hub
    charger: Charger
    evse_id: int | None

    @property
    def evse_ids(self) -> list[int]:
        """The numbers of the connectors: the one that is meant, or all."""
        return list(self.charger.evse_ids) if self.evse_id is None else [self.evse_id]

    @property
    def evse_id_or_any(self) -> int:
        """The number of the connector that is meant; 0, the charger as a whole, if it could be any of several."""
        return self.evse_ids[0] if len(self.evse_ids) == 1 else 0

    @property
    def only_evse_id(self) -> int:
        """The number of the only connector that can be meant.

        Raises:
            ServiceValidationError: when it could be any of several.
        """
        if len(self.evse_ids) != 1:
            raise validation_error("which_connector", charger=self.charger.name)
        return self.evse_ids[0]


@callback
def async_targets(call: ServiceCall) -> list[Target]:
    """Return the targets of an action.

    Automations name a device or an entity, or in an older way `devid` or `charger_id`. Without any of them, there must be
    only one charger.

    Raises:
        ServiceValidationError: when there is no such charger or connector, or it could be any of several.
    """
    hubs = async_hubs(call)
    conn_id: int | None = call.data.get(ATTR_CONN_ID) or None
    devid = call.data.get(ATTR_DEVID, call.data.get(ATTR_CHARGER_ID))
    if devid is not None:
        targets = [_by_devid(hubs, devid)]
    elif any(key in call.data for key in cv.TARGET_SERVICE_FIELDS):
        targets = _by_devices(call, hubs, TargetSelection(call.data))
    else:
        targets = [_only_one(hubs)]
    if conn_id is None:
        return targets
    return [_with_connector(target, conn_id) for target in targets]


@callback
def async_target(call: ServiceCall) -> Target:
    """Return the only target of an action; several are an error."""
    targets = async_targets(call)
    if len(targets) != 1:
        raise _ambiguous([target.charger for target in targets])
    return targets[0]


@callback
def async_hub(call: ServiceCall) -> Hub:
    """Return the central system of an action: that of the target, which can be its own device, or else the only one.

    Raises:
        ServiceValidationError: when the target belongs to none, or it could be any of several.
    """
    hubs = async_hubs(call)
    if not any(key in call.data for key in cv.TARGET_SERVICE_FIELDS):
        if len(hubs) == 1:
            return hubs[0]
        if ATTR_DEVID not in call.data:
            raise validation_error("which_site")
        return async_target(call).hub
    devices = dr.async_get(call.hass)
    entry_ids = {
        device.config_entry_id
        for id_ in _device_ids(call, TargetSelection(call.data))
        if (device := devices.async_get(id_)) is not None
    }
    meant = [hub for hub in hubs if hub.entry.entry_id in entry_ids]
    if not meant:
        raise validation_error("no_site_device")
    if len(meant) > 1:
        raise validation_error("which_site")
    return meant[0]


@callback
def async_hubs(call: ServiceCall) -> list[Hub]:
    """Return the running central systems.

    Raises:
        ServiceValidationError: when there is none.
    """
    entries: list[OcppConfigEntry] = call.hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    if not entries:
        raise validation_error("not_set_up")
    return [entry.runtime_data for entry in entries]


def _all(hubs: list[Hub]) -> Iterator[Target]:
    for hub in hubs:
        for charger in hub.chargers.values():
            yield Target(hub, charger, None)


def _by_devid(hubs: list[Hub], devid: str) -> Target:
    """Return the charger with an identity, or with a name as entity ids spell it."""
    everything = list(_all(hubs))
    for target in everything:
        if target.charger.identity == devid:
            return target
    named = [
        target
        for target in everything
        if slugify(target.charger.name) == slugify(devid)
    ]
    if len(named) > 1:
        raise _ambiguous([target.charger for target in named])
    if not named:
        known = ", ".join(target.charger.identity for target in everything) or "-"
        raise validation_error("unknown_charger", charger=devid, known=known)
    return named[0]


def _only_one(hubs: list[Hub]) -> Target:
    everything = list(_all(hubs))
    if not everything:
        raise validation_error("no_charger")
    if len(everything) > 1:
        raise _ambiguous([target.charger for target in everything])
    return everything[0]


def _by_devices(
    call: ServiceCall, hubs: list[Hub], selection: TargetSelection
) -> list[Target]:
    device_ids = sorted(_device_ids(call, selection))
    found = [target for id_ in device_ids if (target := _by_device(call, hubs, id_))]
    if not found:
        raise validation_error("no_charger_device")
    # The device of a charger comes with those of its connectors, and stands for them.
    whole = {target.charger for target in found if target.evse_id is None}
    return [
        target
        for target in found
        if target.evse_id is None or target.charger not in whole
    ]


def _device_ids(call: ServiceCall, selection: TargetSelection) -> set[str]:
    """Return the devices of a target, with those of its entities."""
    referenced = async_extract_referenced_entity_ids(call.hass, selection)
    return referenced.referenced_devices | {
        _device_of(call, entity_id) for entity_id in referenced.referenced
    }


def _device_of(call: ServiceCall, entity_id: str) -> str:
    entry = er.async_get(call.hass).async_get(entity_id)
    if entry is None or entry.device_id is None:
        raise validation_error("no_charger_entity", entity=entity_id)
    return entry.device_id


def _by_device(call: ServiceCall, hubs: list[Hub], device_id: str) -> Target | None:
    device = dr.async_get(call.hass).async_get(device_id)
    identifiers = {} if device is None else dict(device.identifiers)
    key = identifiers.get(DOMAIN)
    for target in _all(hubs):
        if key == target.charger.identity:
            return target
        for evse_id in target.charger.evse_ids:
            if key == target.charger.evse_identifier(evse_id):
                return Target(target.hub, target.charger, evse_id)
    return None


def _with_connector(target: Target, evse_id: int) -> Target:
    if evse_id not in target.charger.evse_ids:
        raise validation_error(
            "unknown_connector",
            charger=target.charger.name,
            connector=str(evse_id),
            count=str(len(target.charger.evse_ids)),
        )
    return Target(target.hub, target.charger, evse_id)


def _ambiguous(chargers: list[Charger]) -> ServiceValidationError:
    names = ", ".join(charger.name for charger in chargers)
    return validation_error("which_charger", chargers=names)
