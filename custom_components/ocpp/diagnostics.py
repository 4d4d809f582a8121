"""Diagnostics: the state and the last frames of each charger, of which only what is known to be harmless is shown."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
import re
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from . import const
from .chargers.charger import Charger
from .csms.devices.capability_types import CAPABILITIES
from .csms.devices.settings import Provisioned
from .csms.devices.station_info import StationInfo
from .csms.devices.variables import VariableId
from .csms.errors import word
from .csms.limits.findings import Finding
from .csms.limits.pausing.learned import LearnedPausing
from .csms.limits.profile_variants import ProfileVariant
from .csms.ocppj.disclosure import Disclosure
from .csms.station import ChargingStation
from .csms.versions import dialect_named
from .hub import Hub, OcppConfigEntry
from .vehicles.identification import GUEST

_SETTERS = {
    capability.description.setter.name
    for capability in CAPABILITIES.values()
    if capability.description.setter is not None and capability.kind is not str
}
_CONFIGURATION = {
    *_SETTERS,
    *const.CONF_CURRENTS,
    *const.CONF_GRID_CURRENTS,
    *const.CONF_GRID_PHASES,
    const.CONF_AUTO_ADOPT,
    const.CONF_BATTERY_CAPACITIES,
    const.CONF_BATTERY_CAPACITY,
    const.CONF_BATTERY_HOLD,
    const.CONF_BATTERY_POWER,
    const.CONF_BATTERY_POWER_INVERTED,
    const.CONF_BATTERY_SOC,
    const.CONF_BLOCKED,
    const.CONF_CALENDAR,
    const.CONF_CHARGE_LIMIT,
    const.CONF_CHARGING,
    const.CONF_CHARGING_ENTITY,
    const.CONF_CIRCUIT,
    const.CONF_CONNECTORS,
    const.CONF_CURRENTS_INVERTED,
    const.CONF_DEPARTURES,
    const.CONF_EXPORT_LIMIT,
    const.CONF_FEEDING_CIRCUIT,
    const.CONF_FEED_IN_ENTITIES,
    const.CONF_FEED_IN_TARIFF,
    const.CONF_FORECAST_ENTITIES,
    const.CONF_FREE_VEND,
    const.CONF_FUSE_CURRENT,
    const.CONF_GRID_CURRENTS_INVERTED,
    const.CONF_GRID_DELAY,
    const.CONF_GRID_EXPORT,
    const.CONF_GRID_IMPORT,
    const.CONF_GRID_POWER,
    const.CONF_GRID_POWER_INVERTED,
    const.CONF_HOME_ASSISTANT_TAGS,
    const.CONF_HOUSE_INCLUDES_CARS,
    const.CONF_HOUSE_POWER,
    const.CONF_IDENTIFICATION,
    const.CONF_KEY_KIND,
    const.CONF_LAST_RESORT,
    const.CONF_LOCAL_LIST,
    const.CONF_MAX_CURRENT,
    const.CONF_METER_PATIENCE,
    const.CONF_MINIMUM_CHARGE,
    const.CONF_MIN_CURRENT,
    const.CONF_NEXT_SECURITY_PROFILE,
    const.CONF_OLDEST_TLS,
    const.CONF_ONLY_EXCESS,
    const.CONF_PEAK_POWER,
    const.CONF_PHASES,
    const.CONF_PHASES_APART,
    const.CONF_PHASE_SWITCH,
    const.CONF_PLUGGED_IN_ENTITY,
    const.CONF_PRICE_ENTITIES,
    const.CONF_PRICE_FEES,
    const.CONF_PRICE_VAT,
    const.CONF_PV_POWER,
    const.CONF_ROTATION,
    const.CONF_SAFE_CURRENT,
    const.CONF_SECURITY_PROFILE,
    const.CONF_SITE_LIMIT,
    const.CONF_SOC_ENTITY,
    const.CONF_TARGET,
    const.CONF_TARGETS,
    const.CONF_TARIFF,
    const.CONF_TLS_PORT,
    const.CONF_TRAITS,
    const.CONF_UNBALANCE_CURRENT,
    "port",
    "type",
}
"""The fields of the configuration that contain nothing but numbers, choices and entities."""

_CHOICE = re.compile(r"[a-z0-9_]{1,40}(\.[a-z0-9_]{1,200})?|[0-9A-HJKMNP-TV-Z]{26}")
"""A choice in a form, an entity, or the id of a subentry."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: OcppConfigEntry
) -> dict[str, Any]:
    """Return the diagnostics of a central system."""
    hub = entry.runtime_data
    return {
        "data": _configuration(entry.data),
        "options": _configuration(entry.options),
        "subentries": [
            _configuration({"type": subentry.subentry_type, **subentry.data})
            for subentry in entry.subentries.values()
        ],
        "chargers": [await _charger(charger) for charger in hub.chargers.values()],
        "circuits": _circuits(hub),
        "vehicles": _vehicles(hub),
        "meters": [_shown(finding) for finding in hub.site.checks.findings],
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: OcppConfigEntry, device: dr.AnyDeviceEntry
) -> dict[str, Any]:
    """Return the diagnostics of a charger, also for one of its connectors; else those of the central system."""
    for identity, charger in entry.runtime_data.chargers.items():
        own = {identity, *map(charger.evse_identifier, charger.evse_ids)}
        if own & {identifier for _, identifier in device.identifiers}:
            return await _charger(charger)
    return await async_get_config_entry_diagnostics(hass, entry)


def _vehicles(hub: Hub) -> dict[str, object]:
    names = frozenset(hub.entry.subentries) | {GUEST}
    return {
        f"{number}/{evse_id}": _shown(hub.whereabouts.identification_at(key), names)
        for number, charger in enumerate(hub.chargers.values())
        for evse_id in charger.evse_ids
        if (key := charger.evse_identifier(evse_id))
    }


def _circuits(hub: Hub) -> dict[str, object]:
    # Circuits go by the ids of their subentries, connectors by those of their chargers.
    names = frozenset(hub.entry.subentries) | {
        charger.evse_identifier(evse_id)
        for charger in hub.chargers.values()
        for evse_id in charger.evse_ids
    }
    return {
        subject: _shown(part, names)
        for subject, part in hub.site.circuits.describe().items()
    }


def _configuration(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the harmless part of a configuration."""
    return {
        key: _value(item) if key in _CONFIGURATION else REDACTED
        for key, item in value.items()
    }


def _value(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case str() if _CHOICE.fullmatch(value):
            return value
        case Mapping():
            return _configuration(value)
        case list() | tuple():
            return [_value(item) for item in value]
        case _:
            return REDACTED


async def _charger(charger: Charger) -> dict[str, Any]:
    station = charger.station
    version = await dialect_named(station.snapshot.version).learn()
    disclosure = version.disclosure
    learned = station.limits.learned_compliance
    return {
        "snapshot": _shown(station.snapshot, disclosure.words),
        "preferences": _shown(charger.preferences),
        "known_model": station.known_model and station.known_model.name,
        "capabilities": _capabilities(station, disclosure),
        "experience": {
            "ignored": _findings(learned.found_ignored),
            "refused": _findings(learned.found_refused),
            "pausing": _pausing(station.memory.learned_pausing),
            "answer_delay": _shown(station.memory.learned_delay),
            "safe_current": _shown(station.learned.keeping),
            "least_currents": _shown(station.learned.least.draws),
        },
        "provisioned": _provisioned(station.provisioned, disclosure),
        "faults": dict(station.faults),
        "untold": dict(station.allowance.untold),
        "fault_examples": station.faults.examples,
        "frames": station.message_log.shown(disclosure),
    }


def _pausing(learned: LearnedPausing) -> dict[str, object] | None:
    if learned.by is None or learned.finding is None:
        return None
    since, times = learned.finding.since, learned.finding.times
    return {"by": _shown(learned.by), "times": times, "since": _shown(since)}


def _findings(
    findings: Mapping[ProfileVariant, Finding],
) -> list[dict[str, object]]:
    return [
        {"variant": _shown(variant), "times": each.times, "since": _shown(each.since)}
        for variant, each in findings.items()
    ]


def _capabilities(
    station: ChargingStation, disclosure: Disclosure
) -> dict[str, object]:
    capabilities = station.capabilities
    return {
        name: _shown(getattr(capabilities, name), disclosure.words)
        for name in CAPABILITIES
    } | {
        "settings": {
            disclosure.setting_name(str(variable)): disclosure.setting(
                str(variable), value
            )
            for variable, value in capabilities.settings.items()
        },
        "frozen_settings": [
            disclosure.setting_name(str(variable))
            for variable in capabilities.frozen_settings
        ],
    }


def _provisioned(known: Provisioned, disclosure: Disclosure) -> dict[str, object]:
    return {
        "complete": known.complete,
        "most_read": known.most_read,
        "taken": {
            disclosure.setting_name(name): disclosure.setting(name, value)
            for name, value in known.taken.items()
        },
        "refused": {
            disclosure.setting_name(name): [
                disclosure.setting(name, value) for value in values
            ]
            for name, values in known.refused.items()
        },
        "harmful": [_step(step, disclosure) for step in known.harmful],
    }


def _step(step: str, disclosure: Disclosure) -> str:
    """Return a step of setting up a charger, which may be about one setting."""
    action, _, setting = step.partition("write ")
    return f"write {disclosure.setting_name(setting)}" if not action else step


def _shown(value: object, words: frozenset[str] = frozenset()) -> object:
    """Return the harmless part of a value of ours: numbers, times, choices, and texts among the words that are given."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float():
            return value
        case str():
            return value if value in words else REDACTED
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case VariableId():
            return word(str(value))
        case Mapping():
            return {
                _key(key, words): _shown(item, words) for key, item in value.items()
            }
        case StationInfo():
            return {
                "vendor": value.vendor,
                "model": value.model,
                "firmware_version": value.firmware_version,
            }
        case tuple() | list() | frozenset():
            return [_shown(item, words) for item in value]
        case _ if is_dataclass(value):
            return {
                field.name: _shown(getattr(value, field.name), words)
                for field in fields(value)
            }
        case _:
            return REDACTED


def _key(key: object, words: frozenset[str]) -> str:
    return str(_shown(key, words))
