"""The form section for an entity that switches a charger between one phase and three, such as a contactor."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    TextSelector,
)

from ..config.phase_switch import (
    CONF_ONE_PHASE_STATE,
    CONF_SWITCH_ENTITY,
    CONF_SWITCH_PAUSE,
    CONF_THREE_PHASES_STATE,
    DEFAULT_ONE_PHASE_STATE,
    DEFAULT_PAUSE_S,
    DEFAULT_THREE_PHASES_STATE,
    SELECT_DOMAINS,
    SWITCH_DOMAINS,
    phase_switch_of,
)
from ..const import CONF_PHASE_SWITCH, CONF_PHASES
from .selectors import box

PHASE_SWITCH = probatio.Schema(
    {
        probatio.Optional(CONF_SWITCH_ENTITY): EntitySelector(
            EntitySelectorConfig(domain=[*SWITCH_DOMAINS, *SELECT_DOMAINS])
        ),
        probatio.Optional(
            CONF_ONE_PHASE_STATE, default=DEFAULT_ONE_PHASE_STATE
        ): TextSelector(),
        probatio.Optional(
            CONF_THREE_PHASES_STATE, default=DEFAULT_THREE_PHASES_STATE
        ): TextSelector(),
        probatio.Optional(CONF_SWITCH_PAUSE, default=DEFAULT_PAUSE_S): box(1, 300, "s"),
    }
)


def phase_switch_errors(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the error in the phase switch of a charger, if there is one."""
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
