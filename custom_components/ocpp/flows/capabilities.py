"""The form section for the capabilities of a charger; whatever stays empty is detected automatically."""

from collections.abc import Iterable, Iterator
from enum import Enum

import probatio

from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)

from ..config.capabilities import (
    CONF_CURRENT_STEP,
    CONF_DURATION,
    CONF_ID_TOKEN,
    CONF_KIND,
    CONF_MINIMUM_CURRENT,
    CONF_OBEYS_IN_SESSION,
    CONF_PAUSE_BY,
    CONF_PHASE_SWITCHING,
    CONF_PURPOSE,
    CONF_REMOTE_START,
    CONF_STACK_LEVEL,
    CONF_START_SCHEDULE,
    CONF_UNIT,
    CONF_WRITE_INTERVAL,
    CURRENT_STEPS_A,
    NO,
    YES,
)
from ..csms.devices.capabilities import Kind, PauseBy, PhaseSwitching, Purpose, Unit


def _choice(options: Iterable[str], translation_key: str) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(options=list(options), translation_key=translation_key)
    )


def _names(members: Iterable[Enum]) -> Iterator[str]:
    """Return what members of an enum go by in translations."""
    return (member.name.lower() for member in members)


def _number(maximum: float, step: float, unit: str | None = None) -> NumberSelector:
    config = NumberSelectorConfig(
        min=0, max=maximum, step=step, mode=NumberSelectorMode.BOX
    )
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


_YES_OR_NO = _choice((YES, NO), "yes_or_no")

TRAITS = probatio.Schema(
    {
        probatio.Optional(CONF_PURPOSE): _choice(_names(Purpose), "purpose"),
        probatio.Optional(CONF_KIND): _choice(_names(Kind), "kind"),
        probatio.Optional(CONF_UNIT): _choice(_names(Unit), "unit"),
        probatio.Optional(CONF_STACK_LEVEL): _number(100, 1),
        probatio.Optional(CONF_START_SCHEDULE): _YES_OR_NO,
        probatio.Optional(CONF_DURATION): _YES_OR_NO,
        probatio.Optional(CONF_OBEYS_IN_SESSION): _YES_OR_NO,
        probatio.Optional(CONF_MINIMUM_CURRENT): _number(32, 0.1, "A"),
        probatio.Optional(CONF_CURRENT_STEP): _choice(CURRENT_STEPS_A, "current_step"),
        probatio.Optional(CONF_WRITE_INTERVAL): _number(3600, 1, "s"),
        probatio.Optional(CONF_PAUSE_BY): _choice(_names(PauseBy), "pause_by"),
        probatio.Optional(CONF_PHASE_SWITCHING): _choice(
            _names(PhaseSwitching), "phase_switching"
        ),
        probatio.Optional(CONF_REMOTE_START): _YES_OR_NO,
        probatio.Optional(CONF_ID_TOKEN): TextSelector(),
    }
)
