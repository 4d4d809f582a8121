"""Diagnostics: the state and the last frames of each charger, without secrets."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .chargers.charger import Charger
from .const import (
    CONF_CERTIFICATE,
    CONF_ID_TAG,
    CONF_PARENT,
    CONF_PASSWORD_DIGEST,
    CONF_PRIVATE_KEY,
    CONF_SERVER_NAMES,
)
from .csms.devices.capability_types import CAPABILITIES
from .csms.devices.variables import VariableId
from .csms.station import ChargingStation
from .hub import OcppConfigEntry
from .storage.codec import encode

_SECRETS = {
    *(CONF_CERTIFICATE, CONF_PRIVATE_KEY, CONF_SERVER_NAMES),
    *(CONF_ID_TAG, CONF_PARENT, CONF_PASSWORD_DIGEST),
    *("id_token", "parent_id"),
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: OcppConfigEntry
) -> dict[str, Any]:
    """Return the diagnostics of a central system."""
    chargers = entry.runtime_data.chargers.values()
    return {
        "data": async_redact_data(dict(entry.data), _SECRETS),
        "options": dict(entry.options),
        "subentries": [
            async_redact_data(
                {"type": subentry.subentry_type, **subentry.data}, _SECRETS
            )
            for subentry in entry.subentries.values()
        ],
        "chargers": [_charger(charger) for charger in chargers],
        "circuits": encode(entry.runtime_data.site.circuits.describe()),
    }


def _charger(charger: Charger) -> dict[str, Any]:
    station = charger.station
    learned = station.limits.learned_compliance
    return {
        "snapshot": async_redact_data(encode(station.snapshot), _SECRETS),
        "preferences": {
            evse_id: encode(preferences)
            for evse_id, preferences in charger.preferences.items()
        },
        "known_model": station.known_model and station.known_model.name,
        "capabilities": async_redact_data(_capabilities(station), _SECRETS),
        "experience": {
            "ignored": [asdict(variant) for variant in learned.ignored],
            "refused": [
                {**asdict(variant), "times": times}
                for variant, times in learned.refused.items()
            ],
        },
        "provisioned": encode(station.provisioned),
        "faults": dict(station.faults),
        "fault_examples": station.faults.examples,
        "frames": station.message_log.redacted(),
    }


def _capabilities(station: ChargingStation) -> dict[str, object]:
    return {name: _shown(getattr(station.capabilities, name)) for name in CAPABILITIES}


def _shown(value: object) -> object:
    """Return a capability with settings in their text form."""
    match value:
        case VariableId():
            return str(value)
        case Mapping():
            return {str(name): item for name, item in value.items()}
        case tuple():
            return [_shown(item) for item in value]
        case _:
            return value
