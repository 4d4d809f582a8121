"""The form for a circuit, what is wrong with what was filled in, and where a charger hangs."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)

from ..config.circuits import circuit_names
from ..const import (
    CONF_CIRCUIT,
    CONF_CURRENTS,
    CONF_CURRENTS_INVERTED,
    CONF_FEEDING_CIRCUIT,
    CONF_FUSE_CURRENT,
    CONF_METER_PATIENCE,
    CONF_PEAK_POWER,
    CONF_PHASES,
    CONF_ROTATION,
    CONF_UNBALANCE_CURRENT,
)
from ..surplus.model import PhaseRotation
from .selectors import CURRENT_SENSOR, box, unknown_entities

UNBALANCE_LIMITS_A = {"AT": 16, "CH": 16, "DE": 20}
"""How far phases may be apart where single-phase chargers are concerned: VDE-AR-N 4100 and its neighbours."""


def _choice(names: Mapping[str, str]) -> SelectSelector:
    options = [
        SelectOptionDict(value=circuit, label=name) for circuit, name in names.items()
    ]
    return SelectSelector(SelectSelectorConfig(options=options))


def circuit_form(entry: ConfigEntry, own_id: str | None = None) -> probatio.Schema:
    """Return the form for a circuit; it can be fed by any other."""
    others = {key: name for key, name in circuit_names(entry).items() if key != own_id}
    feeding = (
        {probatio.Optional(CONF_FEEDING_CIRCUIT): _choice(others)} if others else {}
    )
    return probatio.Schema(
        {
            probatio.Required(CONF_NAME): TextSelector(),
            probatio.Required(CONF_FUSE_CURRENT): box(6, 2000, "A"),
            probatio.Required(CONF_PHASES, default="3"): SelectSelector(
                SelectSelectorConfig(options=["1", "3"], translation_key="phases")
            ),
            **feeding,
            **{probatio.Optional(field): CURRENT_SENSOR for field in CONF_CURRENTS},
            probatio.Required(CONF_CURRENTS_INVERTED, default=False): BooleanSelector(),
            probatio.Optional(CONF_METER_PATIENCE): box(5, 600, "s"),
            probatio.Optional(CONF_UNBALANCE_CURRENT): box(1, 200, "A"),
            probatio.Optional(CONF_PEAK_POWER): box(1000, 2_000_000, "W"),
        }
    )


def circuit_errors(
    hass: HomeAssistant,
    entry: ConfigEntry,
    user_input: Mapping[str, Any],
    own_id: str | None = None,
) -> dict[str, str]:
    """Return what is wrong with a circuit; it may keep its own name."""
    errors = unknown_entities(hass, user_input, CONF_CURRENTS)
    name = user_input[CONF_NAME].strip()
    if not name:
        errors[CONF_NAME] = "name_missing"
    elif any(
        other.casefold() == name.casefold()
        for key, other in circuit_names(entry).items()
        if key != own_id
    ):
        errors[CONF_NAME] = "name_taken"
    given = [field for field in CONF_CURRENTS if field in user_input]
    if given and given != list(CONF_CURRENTS[: int(user_input[CONF_PHASES])]):
        errors["base"] = "currents_incomplete"
    if own_id is not None and _is_fed_by(
        entry, user_input.get(CONF_FEEDING_CIRCUIT), own_id
    ):
        errors[CONF_FEEDING_CIRCUIT] = "circuit_cycle"
    return errors


def _is_fed_by(entry: ConfigEntry, circuit: str | None, feeding: str) -> bool:
    """Whether a circuit is fed by another, or is the other itself."""
    passed = set[str]()
    while circuit is not None and circuit not in passed:
        if circuit == feeding:
            return True
        passed.add(circuit)
        subentry = entry.subentries.get(circuit)
        circuit = None if subentry is None else subentry.data.get(CONF_FEEDING_CIRCUIT)
    return False


def circuit_data(user_input: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return a circuit's name and the data of its subentry from its form."""
    data = {key: value for key, value in user_input.items() if key != CONF_NAME}
    data[CONF_PHASES] = int(data[CONF_PHASES])
    return user_input[CONF_NAME].strip(), data


def circuit_input(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the form from a name and the data of a subentry."""
    return {CONF_NAME: name, **data, CONF_PHASES: str(data[CONF_PHASES])}


def new_circuit_input(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, Any]:
    """Return what a new circuit is likely to be; the first one is the main fuse."""
    unbalance_a = UNBALANCE_LIMITS_A.get(hass.config.country or "")
    if circuit_names(entry) or unbalance_a is None:
        return {}
    return {CONF_UNBALANCE_CURRENT: unbalance_a}


def with_connection(entry: ConfigEntry, schema: probatio.Schema) -> probatio.Schema:
    """Return the form for a charger with where it hangs, if there are circuits."""
    names = circuit_names(entry)
    if not names:
        return schema
    rotations = [rotation.value for rotation in PhaseRotation]
    return schema.extend(
        {
            probatio.Optional(CONF_CIRCUIT): _choice(names),
            probatio.Required(
                CONF_ROTATION, default=PhaseRotation.UNKNOWN.value
            ): SelectSelector(
                SelectSelectorConfig(options=rotations, translation_key="rotation")
            ),
        }
    )


def connection_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a charger hangs, from its form; nothing where that was not asked."""
    if CONF_ROTATION not in user_input:
        return {}
    return {
        CONF_CIRCUIT: user_input.get(CONF_CIRCUIT),
        CONF_ROTATION: user_input[CONF_ROTATION],
    }
