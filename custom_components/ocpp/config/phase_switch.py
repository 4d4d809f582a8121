"""The entity that switches a charger between one phase and three, such as a contactor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..const import CONF_CONNECTORS, CONF_PHASE_SWITCH

CONF_SWITCH_ENTITY = "switch_entity"
CONF_ONE_PHASE_STATE = "one_phase_state"
CONF_THREE_PHASES_STATE = "three_phases_state"
CONF_SWITCH_PAUSE = "switch_pause"

SWITCH_DOMAINS = ("switch", "input_boolean")
SELECT_DOMAINS = ("select", "input_select")
DEFAULT_ONE_PHASE_STATE = "off"
DEFAULT_THREE_PHASES_STATE = "on"
DEFAULT_PAUSE_S = 30
UNLOADS_S = 15.0
"""About how long a paused charger takes to measure that no current flows."""


@dataclass(frozen=True, slots=True)
class PhaseSwitch:
    """An entity that switches phases: its states for one and for three, and the pause in between."""

    entity_id: str
    one: str = DEFAULT_ONE_PHASE_STATE
    three: str = DEFAULT_THREE_PHASES_STATE
    pause_s: float = DEFAULT_PAUSE_S

    @property
    def lasts_s(self) -> float:
        """The time that switching takes, including the wait until no current flows."""
        return self.pause_s + UNLOADS_S

    def state_for(self, phases: int) -> str:
        """Return the state that stands for a number of phases."""
        return self.one if phases == 1 else self.three


def phase_switch_of(data: Mapping[str, Any]) -> PhaseSwitch | None:
    """Return the phase switch in the data of a charger's subentry, if there is one.

    One entity cannot switch several connectors, each of them while no current flows there.
    """
    given = data.get(CONF_PHASE_SWITCH, {})
    entity_id = given.get(CONF_SWITCH_ENTITY)
    if entity_id is None or data.get(CONF_CONNECTORS, 1) > 1:
        return None
    return PhaseSwitch(
        entity_id,
        given.get(CONF_ONE_PHASE_STATE, DEFAULT_ONE_PHASE_STATE).strip(),
        given.get(CONF_THREE_PHASES_STATE, DEFAULT_THREE_PHASES_STATE).strip(),
        float(given.get(CONF_SWITCH_PAUSE, DEFAULT_PAUSE_S)),
    )
