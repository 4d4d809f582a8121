"""The capabilities of a charger that its owner has set."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

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

YES, NO = "yes", "no"
CURRENT_STEPS_A = {"tenth_of_an_ampere": 0.1, "whole_amperes": 1.0}


def owner_traits(given: Mapping[str, Any]) -> Traits:
    """Return the traits that the owner has set; all others are None."""

    def member[E: Enum](key: str, members: type[E]) -> E | None:
        return members[given[key].upper()] if key in given else None

    def only[T](value: T | None) -> tuple[T] | None:
        return None if value is None else (value,)

    def yes(key: str) -> bool | None:
        return given[key] == YES if key in given else None

    def number(key: str) -> float | None:
        return float(given[key]) if key in given else None

    return Traits(
        purposes=only(member(CONF_PURPOSE, Purpose)),
        kinds=only(member(CONF_KIND, Kind)),
        units=only(member(CONF_UNIT, Unit)),
        stack_levels=only(int(given[CONF_STACK_LEVEL]))
        if CONF_STACK_LEVEL in given
        else None,
        start_schedule=yes(CONF_START_SCHEDULE),
        duration=yes(CONF_DURATION),
        obeys_in_session=yes(CONF_OBEYS_IN_SESSION),
        minimum_current_a=number(CONF_MINIMUM_CURRENT),
        current_step_a=CURRENT_STEPS_A.get(given.get(CONF_CURRENT_STEP, "")),
        write_interval_s=number(CONF_WRITE_INTERVAL),
        pause_by=member(CONF_PAUSE_BY, PauseBy),
        phase_switching=member(CONF_PHASE_SWITCHING, PhaseSwitching),
        remote_start=yes(CONF_REMOTE_START),
        id_token=given.get(CONF_ID_TOKEN) or None,
    )
