"""The actions by which the home battery is kept from discharging."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.helpers import config_validation as cv

from ..const import CONF_HOLD_ACTIONS, CONF_RELEASE_ACTIONS

type Actions = list[dict[str, Any]]


def hold_actions(given: Mapping[str, Any]) -> tuple[Actions, Actions]:
    """Return the actions that hold the battery, and those that release it."""
    return (
        list(given.get(CONF_HOLD_ACTIONS) or ()),
        list(given.get(CONF_RELEASE_ACTIONS) or ()),
    )


def are_valid(actions: Actions) -> bool:
    """Return whether actions can be run, as far as their form shows it."""
    try:
        cv.SCRIPT_SCHEMA(actions)
    except probatio.Invalid:
        return False
    return True
