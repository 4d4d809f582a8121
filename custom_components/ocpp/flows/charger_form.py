"""The form for a charger: its fields, its errors, and the data of its subentry."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import BooleanSelector, TextSelector

from ..config.circuits import circuit_names
from ..config.security import access_of
from ..const import (
    CONF_CIRCUIT,
    CONF_CONNECTORS,
    CONF_IDENTITY,
    CONF_LAST_RESORT,
    CONF_MAX_CURRENT,
    CONF_PHASE_SWITCH,
    CONF_PHASES,
    CONF_ROTATION,
    CONF_SAFE_CURRENT,
    CONF_SECURITY_PROFILE,
    CONF_STARTS_CARS,
    CONF_TRAITS,
    DEFAULT_MAX_CURRENT_A,
    DEFAULT_PHASES,
    DEFAULT_SAFE_CURRENT_A,
    SUBENTRY_CHARGER,
)
from ..csms.devices.capabilities import MIN_CURRENT_A
from ..csms.errors import HandshakeRefusedError
from ..csms.model import LastResort
from ..csms.server.handshake import identity
from ..surplus.model import PhaseRotation
from .base import Errors, Input
from .capabilities import CapabilityForms, without_automatic
from .names import unique_name_errors
from .parts import Part
from .phase_switch import PHASE_SWITCH, phase_switch_errors
from .security import SECURITY
from .selectors import box, choice, one_of, values

MAX_CURRENT_A = 80
CURRENT = box(0, MAX_CURRENT_A, "A")
PHASES = choice(("1", "3"), "phases")

CHARGER = probatio.Schema(
    {
        probatio.Required(CONF_NAME): TextSelector(),
        probatio.Required(CONF_MAX_CURRENT, default=DEFAULT_MAX_CURRENT_A): CURRENT,
        probatio.Required(CONF_PHASES, default=str(DEFAULT_PHASES)): PHASES,
        probatio.Required(CONF_SAFE_CURRENT, default=DEFAULT_SAFE_CURRENT_A): CURRENT,
    }
)
EXISTING_CHARGER = CHARGER.extend(
    {probatio.Optional(CONF_STARTS_CARS): BooleanSelector()}
)
PROTECTION = probatio.Schema(
    {
        **SECURITY,
        probatio.Required(CONF_LAST_RESORT, default=LastResort.NOTHING.value): choice(
            values(LastResort), "last_resort"
        ),
    }
)
NEW_CHARGER = probatio.Schema(
    {probatio.Required(CONF_IDENTITY): TextSelector()}
).extend(
    {
        **CHARGER.schema,
        probatio.Required(CONF_CONNECTORS, default=1): box(1, 16),
        probatio.Required(CONF_STARTS_CARS, default=True): BooleanSelector(),
        **SECURITY,
    }
)


def with_connection(entry: ConfigEntry, form: probatio.Schema) -> probatio.Schema:
    """Return a charger's form with its connection to a circuit, if there are circuits."""
    names = circuit_names(entry)
    if not names:
        return form
    return form.extend(
        {
            probatio.Optional(CONF_CIRCUIT): one_of(names),
            probatio.Required(
                CONF_ROTATION, default=PhaseRotation.UNKNOWN.value
            ): choice(values(PhaseRotation), "rotation"),
        }
    )


def charger_parts(entry: ConfigEntry, forms: CapabilityForms) -> dict[str, Part]:
    """Return the forms for a charger that is set up, by their steps."""
    return {
        "settings": Part(with_connection(entry, EXISTING_CHARGER)),
        "protection": Part(PROTECTION),
        "phase_switch": Part(PHASE_SWITCH, CONF_PHASE_SWITCH),
        "profiles": Part(forms.profiles, CONF_TRAITS),
        "behavior": Part(forms.behavior, CONF_TRAITS),
    }


def charger_data(user_input: Input) -> tuple[str, Input]:
    """Return the name and the data of a charger's subentry from its form."""
    data: Input = {
        CONF_MAX_CURRENT: user_input[CONF_MAX_CURRENT],
        CONF_SAFE_CURRENT: user_input[CONF_SAFE_CURRENT],
        CONF_PHASES: int(user_input[CONF_PHASES]),
    }
    for given in (
        CONF_LAST_RESORT,
        CONF_PHASE_SWITCH,
        CONF_STARTS_CARS,
        CONF_TRAITS,
    ):
        if given in user_input:
            data[given] = user_input[given]
    if CONF_TRAITS in data:
        data[CONF_TRAITS] = without_automatic(data[CONF_TRAITS])
    if CONF_CONNECTORS in user_input:
        data[CONF_CONNECTORS] = int(user_input[CONF_CONNECTORS])
    if CONF_ROTATION in user_input:
        data[CONF_CIRCUIT] = user_input.get(CONF_CIRCUIT)
        data[CONF_ROTATION] = user_input[CONF_ROTATION]
    return user_input[CONF_NAME].strip(), data


def charger_input(name: str, data: Mapping[str, Any]) -> Input:
    """Return the values of the form from the name and the data of a charger's subentry."""
    shown = {
        CONF_NAME: name,
        CONF_MAX_CURRENT: DEFAULT_MAX_CURRENT_A,
        CONF_SAFE_CURRENT: DEFAULT_SAFE_CURRENT_A,
        CONF_PHASES: DEFAULT_PHASES,
        **data,
        CONF_SECURITY_PROFILE: str(access_of(data).profile.value),
    }
    shown[CONF_PHASES] = str(shown[CONF_PHASES])
    return shown


def charger_errors(
    entry: ConfigEntry, user_input: Input, own_id: str | None = None
) -> Errors:
    """Return the errors in the form of a charger, which may keep its own name."""
    errors = unique_name_errors(entry, SUBENTRY_CHARGER, user_input, own_id)
    _, data = charger_data(user_input)
    safe_a = data[CONF_SAFE_CURRENT]
    if data[CONF_MAX_CURRENT] < MIN_CURRENT_A:
        errors[CONF_MAX_CURRENT] = "below_minimum"
    elif 0 < safe_a < MIN_CURRENT_A:
        errors[CONF_SAFE_CURRENT] = "safe_below_minimum"
    elif safe_a > data[CONF_MAX_CURRENT]:
        errors[CONF_SAFE_CURRENT] = "above_maximum"
    return errors | phase_switch_errors(data)


def identity_errors(charger_identity: str) -> Errors:
    """Return an error where an identity cannot be the end of a URL."""
    try:
        valid = identity(f"/{charger_identity.replace('%', '%25')}") == charger_identity
    except HandshakeRefusedError:
        valid = False
    return {} if valid else {CONF_IDENTITY: "invalid_identity"}
