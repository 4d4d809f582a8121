"""The names that users give to chargers, circuits and tags."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_NAME

from .base import Errors, Input


def name_errors(user_input: Input) -> Errors:
    """Return an error if the name is missing."""
    return {} if user_input[CONF_NAME].strip() else {CONF_NAME: "name_missing"}


def unique_name_errors(
    entry: ConfigEntry, subentry_type: str, user_input: Input, own_id: str | None
) -> Errors:
    """Return an error if the name is missing, or another subentry of the type has it."""
    name = user_input[CONF_NAME].strip().casefold()
    taken = any(
        subentry.title.casefold() == name
        for subentry in entry.get_subentries_of_type(subentry_type)
        if subentry.subentry_id != own_id
    )
    return name_errors(user_input) or ({CONF_NAME: "name_taken"} if taken else {})
