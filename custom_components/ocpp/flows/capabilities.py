"""What the owner knows of a charger better than anybody else: a section of its form, and what it means."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import probatio

from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)

from ..csms.devices.capabilities import (
    Kind,
    PauseBy,
    PhaseSwitching,
    Purpose,
    Traits,
    Unit,
)

CONF_PURPOSE = "purpose"
CONF_KIND = "kind"
CONF_UNIT = "unit"
CONF_STACK_LEVEL = "stack_level"
CONF_START_SCHEDULE = "start_schedule"
CONF_DURATION = "duration"
CONF_OBEYS_IN_SESSION = "obeys_in_session"
CONF_MINIMUM_CURRENT = "minimum_current"
CONF_CURRENT_STEP = "current_step"
CONF_WRITE_INTERVAL = "write_interval"
CONF_PAUSE_BY = "pause_by"
CONF_PHASE_SWITCHING = "phase_switching"
CONF_REMOTE_START = "remote_start"
CONF_ID_TOKEN = "id_token"

_YES, _NO = "yes", "no"
_STEPS = {"tenth_of_an_ampere": 0.1, "whole_amperes": 1.0}


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


_YES_OR_NO = _choice((_YES, _NO), "yes_or_no")

TRAITS = probatio.Schema(
    {
        # What is left empty is found out.
        probatio.Optional(CONF_PURPOSE): _choice(_names(Purpose), "purpose"),
        probatio.Optional(CONF_KIND): _choice(_names(Kind), "kind"),
        probatio.Optional(CONF_UNIT): _choice(_names(Unit), "unit"),
        probatio.Optional(CONF_STACK_LEVEL): _number(100, 1),
        probatio.Optional(CONF_START_SCHEDULE): _YES_OR_NO,
        probatio.Optional(CONF_DURATION): _YES_OR_NO,
        probatio.Optional(CONF_OBEYS_IN_SESSION): _YES_OR_NO,
        probatio.Optional(CONF_MINIMUM_CURRENT): _number(32, 0.1, "A"),
        probatio.Optional(CONF_CURRENT_STEP): _choice(_STEPS, "current_step"),
        probatio.Optional(CONF_WRITE_INTERVAL): _number(3600, 1, "s"),
        probatio.Optional(CONF_PAUSE_BY): _choice(_names(PauseBy), "pause_by"),
        probatio.Optional(CONF_PHASE_SWITCHING): _choice(
            _names(PhaseSwitching), "phase_switching"
        ),
        probatio.Optional(CONF_REMOTE_START): _YES_OR_NO,
        probatio.Optional(CONF_ID_TOKEN): TextSelector(),
    }
)


def owner_traits(told: Mapping[str, Any]) -> Traits:
    """Return what was filled in."""

    def member[E: Enum](key: str, members: type[E]) -> E | None:
        return members[told[key].upper()] if key in told else None

    def only[T](value: T | None) -> tuple[T] | None:
        return None if value is None else (value,)

    def yes(key: str) -> bool | None:
        return told[key] == _YES if key in told else None

    def number(key: str) -> float | None:
        return float(told[key]) if key in told else None

    return Traits(
        purposes=only(member(CONF_PURPOSE, Purpose)),
        kinds=only(member(CONF_KIND, Kind)),
        units=only(member(CONF_UNIT, Unit)),
        stack_levels=only(int(told[CONF_STACK_LEVEL]))
        if CONF_STACK_LEVEL in told
        else None,
        start_schedule=yes(CONF_START_SCHEDULE),
        duration=yes(CONF_DURATION),
        obeys_in_session=yes(CONF_OBEYS_IN_SESSION),
        minimum_current_a=number(CONF_MINIMUM_CURRENT),
        current_step_a=_STEPS.get(told.get(CONF_CURRENT_STEP, "")),
        write_interval_s=number(CONF_WRITE_INTERVAL),
        pause_by=member(CONF_PAUSE_BY, PauseBy),
        phase_switching=member(CONF_PHASE_SWITCHING, PhaseSwitching),
        remote_start=yes(CONF_REMOTE_START),
        id_token=told.get(CONF_ID_TOKEN) or None,
    )
