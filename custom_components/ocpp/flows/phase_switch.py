"""The form section for an entity that switches a charger between one phase and three, such as a contactor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import probatio

from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)

from ..const import CONF_CONNECTORS, CONF_PHASE_SWITCH, CONF_PHASES

CONF_SWITCH_ENTITY = "switch_entity"
CONF_ONE_PHASE_STATE = "one_phase_state"
CONF_THREE_PHASES_STATE = "three_phases_state"
CONF_SWITCH_PAUSE = "switch_pause"

SWITCH_DOMAINS = ("switch", "input_boolean")
SELECT_DOMAINS = ("select", "input_select")
DEFAULT_PAUSE_S = 30
UNLOADS_S = 15.0
"""How long it takes about until a charger that was paused has measured that nothing flows."""

PHASE_SWITCH = probatio.Schema(
    {
        probatio.Optional(CONF_SWITCH_ENTITY): EntitySelector(
            EntitySelectorConfig(domain=[*SWITCH_DOMAINS, *SELECT_DOMAINS])
        ),
        probatio.Optional(CONF_ONE_PHASE_STATE, default="off"): TextSelector(),
        probatio.Optional(CONF_THREE_PHASES_STATE, default="on"): TextSelector(),
        probatio.Optional(CONF_SWITCH_PAUSE, default=DEFAULT_PAUSE_S): NumberSelector(
            NumberSelectorConfig(
                min=1,
                max=300,
                step=1,
                unit_of_measurement="s",
                mode=NumberSelectorMode.BOX,
            )
        ),
    }
)


@dataclass(frozen=True, slots=True)
class PhaseSwitch:
    """An entity that switches phases: its state for one and for three, and how long the charger pauses in between."""

    entity_id: str
    one: str = "off"
    three: str = "on"
    pause_s: float = DEFAULT_PAUSE_S

    @property
    def lasts_s(self) -> float:
        """How long switching takes, with the time until it is known that nothing flows."""
        return self.pause_s + UNLOADS_S

    def state_for(self, phases: int) -> str:
        """Return the state that stands for so many phases."""
        return self.one if phases == 1 else self.three


def phase_switch_of(data: Mapping[str, Any]) -> PhaseSwitch | None:
    """Return what was filled in for a charger; None where no entity was.

    One entity cannot switch several connectors, each of them while nothing flows there.
    """
    told = data.get(CONF_PHASE_SWITCH, {})
    entity_id = told.get(CONF_SWITCH_ENTITY)
    if entity_id is None or data.get(CONF_CONNECTORS, 1) > 1:
        return None
    return PhaseSwitch(
        entity_id,
        told.get(CONF_ONE_PHASE_STATE, "off").strip(),
        told.get(CONF_THREE_PHASES_STATE, "on").strip(),
        float(told.get(CONF_SWITCH_PAUSE, DEFAULT_PAUSE_S)),
    )


def phase_switch_errors(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with what was filled in for a charger."""
    switch = phase_switch_of(data)
    if switch is None:
        return {}
    states = {switch.one, switch.three}
    domain = switch.entity_id.partition(".")[0]
    if data[CONF_PHASES] != 3:
        return {CONF_PHASE_SWITCH: "needs_three_phases"}
    if len(states) != 2 or "" in states:
        return {CONF_PHASE_SWITCH: "same_state"}
    if domain in SWITCH_DOMAINS and states != {"on", "off"}:
        return {CONF_PHASE_SWITCH: "on_or_off"}
    return {}
