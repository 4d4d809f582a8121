"""Doubts about chosen entities: choices that look like mistakes, on which the owner may insist."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
import re

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ...config.energy_sources import entity_ids
from ...const import (
    CONF_BATTERY_POWER,
    CONF_BATTERY_SOC,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_HOUSE_POWER,
    CONF_PV_POWER,
)

_POWERS = (
    CONF_GRID_POWER,
    CONF_GRID_IMPORT,
    CONF_GRID_EXPORT,
    CONF_PV_POWER,
    CONF_HOUSE_POWER,
    CONF_BATTERY_POWER,
)
_WHOLE_HOUSE = (CONF_GRID_POWER, CONF_GRID_IMPORT, CONF_GRID_EXPORT, CONF_HOUSE_POWER)
"""The fields for what the whole house draws."""
_APPLIANCE = re.compile(
    r"""\b(?:fridge|freezer|dish.?washer|washing.?machine|washer|dryer|oven\b|cooktop|microwave|kettle|toaster|boiler
    |television|tv\b|pc\b|computer|nas\b|router|printer|lamp|light\b|plug|socket|outlet|heat.?pump
    |air.?con|pump\b|wallbox|ev.?charger|k[üu]hlschrank|gefrier|wasch|trockner|sp[üu]lmaschine|geschirr|backofen
    |w[äa]rmepumpe|steckdose|koelkast|vriezer|vaatwas|warmtepomp|stopcontact|frigo|cong[ée]lateur|lave.?linge|prise\b
    |nevera|lavadora|enchufe|lavatrice|presa\b|kylsk[åa]p|tv[äa]tt|torktumlare|k[øo]leskab)""",
    re.IGNORECASE | re.VERBOSE,
)
"""The names of single appliances, in several languages."""
_OTHER_BATTERY = re.compile(
    r"""phone\b|\b(?:tablet|i?pad\b|pixel|galaxy|laptop|watch\b|remote\b|button|motion|door|window|lock\b|thermostat
    |keypad|handy|car\b|vehicle|ev\b|auto\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""The names of devices that have batteries of their own."""
_OF_SMALL_DEVICES = frozenset(
    {"mobile_app", "icloud", "bermuda", "zha", "zwave_js", "hue"}
)
"""Integrations of phones and of small devices, whose batteries feed no house."""


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to an entity in a field, by the key of its text."""

    field: str
    key: str
    entity_id: str


def doubts(
    hass: HomeAssistant, options: Mapping[str, object], asked: Container[str]
) -> list[Objection]:
    """Return the doubts about what is chosen in the fields that are asked for, given all options."""
    return [
        objection
        for objection in (
            *_chosen_twice(options),
            *_single_appliances(hass, options),
            *_other_batteries(hass, options),
        )
        if objection.field in asked
    ]


def _chosen_twice(options: Mapping[str, object]) -> Iterator[Objection]:
    """Yield the sensors that would be counted more than once."""
    chosen = [(key, each) for key in _POWERS for each in entity_ids(options, key)]
    times = Counter(entity_id for _, entity_id in chosen)
    for field, entity_id in chosen:
        if times[entity_id] > 1:
            yield Objection(field, "chosen_twice", entity_id)


def _single_appliances(
    hass: HomeAssistant, options: Mapping[str, object]
) -> Iterator[Objection]:
    """Yield the sensors of single appliances in place of the whole house."""
    for field in _WHOLE_HOUSE:
        for entity_id in entity_ids(options, field):
            if _APPLIANCE.search(_names(hass, entity_id)):
                yield Objection(field, "single_appliance", entity_id)


def _other_batteries(
    hass: HomeAssistant, options: Mapping[str, object]
) -> Iterator[Objection]:
    """Yield the batteries of phones, cars and small devices in place of the home battery."""
    registry = er.async_get(hass)
    for entity_id in entity_ids(options, CONF_BATTERY_SOC):
        entry = registry.async_get(entity_id)
        is_small = entry is not None and entry.platform in _OF_SMALL_DEVICES
        if is_small or _OTHER_BATTERY.search(_names(hass, entity_id)):
            yield Objection(CONF_BATTERY_SOC, "other_battery", entity_id)


def _names(hass: HomeAssistant, entity_id: str) -> str:
    """Return all that is known of an entity's name."""
    state = hass.states.get(entity_id)
    entry = er.async_get(hass).async_get(entity_id)
    device_id = None if entry is None else entry.device_id
    device = None if device_id is None else dr.async_get(hass).async_get(device_id)
    return " ".join(
        (
            entity_id.partition(".")[2].replace("_", " "),
            "" if state is None else state.name,
            "" if device is None else device.name_by_user or device.name or "",
        )
    )
