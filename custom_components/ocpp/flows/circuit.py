"""The form and the flow for a circuit: the main fuse, a sub-distribution, a group of chargers."""

from collections.abc import Mapping
from typing import Any, override

import probatio

from homeassistant.config_entries import ConfigEntry, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import BooleanSelector, TextSelector

from ..config.circuits import charger_names, chargers_on, circuit_names
from ..const import (
    CONF_CHARGERS,
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
from .base import Errors, Input, SubentryFlow, show_form
from .energy.choices import sensor_errors
from .names import unique_name_errors
from .numbers import number_faults
from .selectors import CURRENT_SENSOR, box, choice, one_of, some_of

IMBALANCE_LIMITS_A = {"AT": 16, "CH": 16, "DE": 20}
"""The phase imbalance that grid rules allow for single-phase chargers, such as VDE-AR-N 4100."""


METER = probatio.Schema(
    {
        **{probatio.Optional(field): CURRENT_SENSOR for field in CONF_CURRENTS},
        probatio.Required(CONF_CURRENTS_INVERTED, default=False): BooleanSelector(),
        probatio.Optional(CONF_METER_PATIENCE): box(5, 600, "s"),
    }
)


class CircuitFlow(SubentryFlow):
    """Adds a circuit, or changes one: first its fuse, then its meter."""

    _fuse: Input

    @override
    def form(self) -> probatio.Schema:
        return _fuse_form(self._get_entry(), self._own_id)

    @override
    def suggested(self) -> Mapping[str, Any]:
        entry = self._get_entry()
        if (subentry := self.subentry) is not None:
            return {
                CONF_NAME: subentry.title,
                **subentry.data,
                CONF_PHASES: str(subentry.data[CONF_PHASES]),
                CONF_CHARGERS: chargers_on(entry, subentry.subentry_id),
            }
        if circuit_names(entry):
            return {}
        # The first circuit is the main fuse, which feeds all that there is.
        imbalance_a = IMBALANCE_LIMITS_A.get(self.hass.config.country or "")
        chargers = {CONF_CHARGERS: list(charger_names(entry))}
        return chargers | (
            {} if imbalance_a is None else {CONF_UNBALANCE_CURRENT: imbalance_a}
        )

    @override
    def errors(self, user_input: Input) -> Errors:
        entry, own_id = self._get_entry(), self._own_id
        errors = unique_name_errors(entry, SUBENTRY_CIRCUIT, user_input, own_id)
        if CONF_FUSE_CURRENT not in user_input:
            errors[CONF_FUSE_CURRENT] = "fuse_missing"
        feeding = user_input.get(CONF_FEEDING_CIRCUIT)
        if own_id is not None and _is_fed_by(entry, feeding, own_id):
            errors[CONF_FEEDING_CIRCUIT] = "circuit_cycle"
        return errors

    @override
    async def async_accept(self, user_input: Input) -> SubentryFlowResult:
        self._fuse = {**user_input, CONF_PHASES: int(user_input[CONF_PHASES])}
        return await self.async_step_meter()

    async def async_step_meter(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for the sensors of the circuit, if it has any."""
        if user_input is None:
            shown = {} if self.subentry is None else self.subentry.data
            return show_form(self, "meter", METER, shown)
        faults = number_faults(METER, user_input)
        if errors := faults.errors or self._meter_errors(user_input):
            return show_form(
                self, "meter", METER, user_input, errors, faults.placeholders
            )
        fuse = {key: each for key, each in self._fuse.items() if key != CONF_NAME}
        return self.save(self._fuse[CONF_NAME].strip(), {**fuse, **user_input})

    def _meter_errors(self, user_input: Input) -> Errors:
        if errors := sensor_errors(self.hass, user_input):
            return errors
        given = [field for field in CONF_CURRENTS if field in user_input]
        if given and given != list(CONF_CURRENTS[: self._fuse[CONF_PHASES]]):
            return {"base": "currents_incomplete"}
        return {}

    @property
    def _own_id(self) -> str | None:
        return None if self.subentry is None else self.subentry.subentry_id


def _fuse_form(entry: ConfigEntry, own_id: str | None) -> probatio.Schema:
    """Return the form for the fuse of a circuit; any other circuit may feed it."""
    others = {key: name for key, name in circuit_names(entry).items() if key != own_id}
    chargers, feeding = charger_names(entry), one_of(others)
    return probatio.Schema(
        {
            probatio.Required(CONF_NAME): TextSelector(),
            # The frontend would fill in the least number if it was required.
            probatio.Optional(CONF_FUSE_CURRENT): box(6, 2000, "A"),
            probatio.Required(CONF_PHASES, default="3"): choice(("1", "3"), "phases"),
            **({probatio.Optional(CONF_FEEDING_CIRCUIT): feeding} if others else {}),
            **(
                {probatio.Optional(CONF_CHARGERS, default=[]): some_of(chargers)}
                if chargers
                else {}
            ),
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
