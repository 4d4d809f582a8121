"""The form section for the capabilities of a charger; whatever stays empty is detected automatically."""

from collections.abc import Iterable, Iterator
from enum import Enum

import probatio

from homeassistant.helpers.selector import TextSelector

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
from .selectors import box, choice


def _names(members: Iterable[Enum]) -> Iterator[str]:
    """Return the names of an enum's members as options."""
    return (member.name.lower() for member in members)


_YES_OR_NO = choice((YES, NO), "yes_or_no")

TRAITS = probatio.Schema(
    {
        probatio.Optional(CONF_PURPOSE): choice(_names(Purpose), "purpose"),
        probatio.Optional(CONF_KIND): choice(_names(Kind), "kind"),
        probatio.Optional(CONF_UNIT): choice(_names(Unit), "unit"),
        probatio.Optional(CONF_STACK_LEVEL): box(0, 100),
        probatio.Optional(CONF_START_SCHEDULE): _YES_OR_NO,
        probatio.Optional(CONF_DURATION): _YES_OR_NO,
        probatio.Optional(CONF_OBEYS_IN_SESSION): _YES_OR_NO,
        probatio.Optional(CONF_MINIMUM_CURRENT): box(0, 32, "A", 0.1),
        probatio.Optional(CONF_CURRENT_STEP): choice(CURRENT_STEPS_A, "current_step"),
        probatio.Optional(CONF_WRITE_INTERVAL): box(0, 3600, "s"),
        probatio.Optional(CONF_PAUSE_BY): choice(_names(PauseBy), "pause_by"),
        probatio.Optional(CONF_PHASE_SWITCHING): choice(
            _names(PhaseSwitching), "phase_switching"
        ),
        probatio.Optional(CONF_REMOTE_START): _YES_OR_NO,
        probatio.Optional(CONF_ID_TOKEN): TextSelector(),
    }
)
