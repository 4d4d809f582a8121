"""The form and the flow for a circuit: the main fuse, a sub-distribution, a group of chargers."""

from collections.abc import Mapping
from typing import Any, override

import probatio

from homeassistant.config_entries import ConfigEntry, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import BooleanSelector, TextSelector

from ..config.circuits import circuit_names
from ..const import (
    CONF_CURRENTS,
    CONF_CURRENTS_INVERTED,
    CONF_FEEDING_CIRCUIT,
    CONF_FUSE_CURRENT,
    CONF_METER_PATIENCE,
    CONF_PEAK_POWER,
    CONF_PHASES,
    CONF_UNBALANCE_CURRENT,
    SUBENTRY_CIRCUIT,
)
from .base import Errors, Input, SubentryFlow
from .names import unique_name_errors
from .selectors import CURRENT_SENSOR, box, choice, one_of, unknown_entities

IMBALANCE_LIMITS_A = {"AT": 16, "CH": 16, "DE": 20}
"""The phase imbalance that grid rules allow for single-phase chargers, such as VDE-AR-N 4100."""


class CircuitFlow(SubentryFlow):
    """Adds a circuit, or changes one."""

    @override
    def form(self) -> probatio.Schema:
        return _circuit_form(self._get_entry(), self._own_id)

    @override
    def suggested(self) -> Mapping[str, Any]:
        if (subentry := self.subentry) is not None:
            phases = str(subentry.data[CONF_PHASES])
            return {CONF_NAME: subentry.title, **subentry.data, CONF_PHASES: phases}
        imbalance_a = IMBALANCE_LIMITS_A.get(self.hass.config.country or "")
        if circuit_names(self._get_entry()) or imbalance_a is None:
            return {}
        # The first circuit is the main fuse.
        return {CONF_UNBALANCE_CURRENT: imbalance_a}

    @override
    def errors(self, user_input: Input) -> Errors:
        entry, own_id = self._get_entry(), self._own_id
        errors = unknown_entities(self.hass, user_input, CONF_CURRENTS)
        errors |= unique_name_errors(entry, SUBENTRY_CIRCUIT, user_input, own_id)
        given = [field for field in CONF_CURRENTS if field in user_input]
        if given and given != list(CONF_CURRENTS[: int(user_input[CONF_PHASES])]):
            errors["base"] = "currents_incomplete"
        feeding = user_input.get(CONF_FEEDING_CIRCUIT)
        if own_id is not None and _is_fed_by(entry, feeding, own_id):
            errors[CONF_FEEDING_CIRCUIT] = "circuit_cycle"
        return errors

    @override
    async def async_accept(self, user_input: Input) -> SubentryFlowResult:
        data = {key: value for key, value in user_input.items() if key != CONF_NAME}
        data[CONF_PHASES] = int(data[CONF_PHASES])
        return self.save(user_input[CONF_NAME].strip(), data)

    @property
    def _own_id(self) -> str | None:
        return None if self.subentry is None else self.subentry.subentry_id


def _circuit_form(entry: ConfigEntry, own_id: str | None) -> probatio.Schema:
    """Return the form for a circuit; any other circuit may feed it."""
    others = {key: name for key, name in circuit_names(entry).items() if key != own_id}
    feeding = one_of(others)
    return probatio.Schema(
        {
            probatio.Required(CONF_NAME): TextSelector(),
            probatio.Required(CONF_FUSE_CURRENT): box(6, 2000, "A"),
            probatio.Required(CONF_PHASES, default="3"): choice(("1", "3"), "phases"),
            **({probatio.Optional(CONF_FEEDING_CIRCUIT): feeding} if others else {}),
            **{probatio.Optional(field): CURRENT_SENSOR for field in CONF_CURRENTS},
            probatio.Required(CONF_CURRENTS_INVERTED, default=False): BooleanSelector(),
            probatio.Optional(CONF_METER_PATIENCE): box(5, 600, "s"),
            probatio.Optional(CONF_UNBALANCE_CURRENT): box(1, 200, "A"),
            probatio.Optional(CONF_PEAK_POWER): box(1000, 2_000_000, "W"),
        }
    )


def _is_fed_by(entry: ConfigEntry, circuit: str | None, feeding: str) -> bool:
    """Return whether a circuit is fed by another, or is the other itself."""
    passed = set[str]()
    while circuit is not None and circuit not in passed:
        if circuit == feeding:
            return True
        passed.add(circuit)
        subentry = entry.subentries.get(circuit)
        circuit = None if subentry is None else subentry.data.get(CONF_FEEDING_CIRCUIT)
    return False
