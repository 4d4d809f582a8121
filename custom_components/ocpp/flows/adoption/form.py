"""The form for a charger that has connected: few fields, the others in a section."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import AreaSelector, BooleanSelector, TextSelector
from homeassistant.helpers.translation import async_get_translations

from ...config.circuits import circuit_names
from ...const import (
    CONF_CIRCUIT,
    CONF_MAX_CURRENT,
    CONF_PHASES,
    CONF_ROTATION,
    CONF_SAFE_CURRENT,
    CONF_STARTS_CARS,
    DEFAULT_MAX_CURRENT_A,
    DEFAULT_PHASES,
    DEFAULT_SAFE_CURRENT_A,
    DOMAIN,
    SUBENTRY_CHARGER,
)
from ...csms.station import ChargingStation
from ...surplus.model import PhaseRotation
from ..base import Errors, Input
from ..charger_form import CURRENT, PHASES, charger_data, charger_errors
from ..selectors import choice, collapsed, one_of, values

CONF_AREA = "area"
CONF_PROTECTION = "protection"
SECTION_ADVANCED = "advanced"
AUTOMATIC, BY_PASSWORD, WITHOUT_PASSWORD = "automatic", "password", "none"

_NAME_AND_AREA = {
    probatio.Required(CONF_NAME): TextSelector(),
    probatio.Optional(CONF_AREA): AreaSelector(),
}
_WIRING = {
    probatio.Required(CONF_MAX_CURRENT, default=DEFAULT_MAX_CURRENT_A): CURRENT,
    probatio.Required(CONF_PHASES, default=str(DEFAULT_PHASES)): PHASES,
}
_STARTS_CARS = {
    probatio.Required(CONF_STARTS_CARS, default=True): BooleanSelector(),
}
_ADVANCED = {
    probatio.Required(CONF_SAFE_CURRENT, default=DEFAULT_SAFE_CURRENT_A): CURRENT,
    probatio.Required(CONF_PROTECTION, default=AUTOMATIC): choice(
        (AUTOMATIC, BY_PASSWORD, WITHOUT_PASSWORD), "protection"
    ),
}
_ROTATION = {
    probatio.Required(CONF_ROTATION, default=PhaseRotation.UNKNOWN.value): choice(
        values(PhaseRotation), "rotation"
    ),
}


def adoption_form(entry: ConfigEntry) -> probatio.Schema:
    """Return the form; it asks for the circuit where there are some."""
    names = circuit_names(entry)
    circuit = {probatio.Optional(CONF_CIRCUIT): one_of(names)} if names else {}
    advanced = {**_ADVANCED, **(_ROTATION if names else {})}
    return probatio.Schema(
        {
            **_NAME_AND_AREA,
            **_WIRING,
            **circuit,
            **_STARTS_CARS,
            probatio.Required(SECTION_ADVANCED): collapsed(probatio.Schema(advanced)),
        }
    )


async def async_suggest(
    hass: HomeAssistant, entry: ConfigEntry, station: ChargingStation | None
) -> Input:
    """Return what can be known before the owner is asked: a name, the only circuit, and what is known of the make."""
    suggested: Input = {CONF_NAME: await _async_free_name(hass, entry)}
    if station is not None and (currents_a := station.capabilities.currents_a):
        suggested[CONF_MAX_CURRENT] = max(currents_a)
    if len(names := circuit_names(entry)) == 1:
        suggested[CONF_CIRCUIT] = next(iter(names))
    return suggested


async def _async_free_name(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Return "Charger" in the language of this Home Assistant, with a number where there is one already."""
    category = "config_subentries"
    words = await async_get_translations(hass, hass.config.language, category, [DOMAIN])
    key = f"component.{DOMAIN}.{category}.{SUBENTRY_CHARGER}.entry_type"
    name = first = words.get(key, SUBENTRY_CHARGER.capitalize())
    taken = {
        subentry.title.casefold()
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
    }
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{first} {number}"
    return name


def adoption_data(user_input: Input) -> tuple[str, Input]:
    """Return the name and the data of the charger's subentry."""
    return charger_data(_flat(user_input))


def adoption_errors(entry: ConfigEntry, user_input: Input) -> Errors:
    """Return the errors by field; those within the section are shown above the form."""
    errors = charger_errors(entry, _flat(user_input))
    return {
        "base" if field in user_input[SECTION_ADVANCED] else field: error
        for field, error in errors.items()
    }


def protection_of(user_input: Input) -> str:
    """Return how the charger is to be protected."""
    chosen: str = user_input[SECTION_ADVANCED][CONF_PROTECTION]
    return chosen


def _flat(user_input: Mapping[str, Any]) -> Input:
    """Return all fields without the section."""
    return {**user_input, **user_input[SECTION_ADVANCED]}
