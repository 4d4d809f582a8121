"""The form and the flow for a tag."""

from collections.abc import Mapping
from typing import Any, override

import probatio

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import BooleanSelector, DateSelector, TextSelector

from ..const import (
    CONF_BLOCKED,
    CONF_CHARGERS,
    CONF_EXPIRES_ON,
    CONF_ID_TAG,
    CONF_PARENT,
    CONF_VEHICLE_NAME,
    SUBENTRY_CHARGER,
    SUBENTRY_TAG,
)
from ..csms.tokens.token import same_token
from ..csms.versions import MAX_TOKEN_LENGTH
from .base import Errors, Input, SubentryFlow
from .names import name_errors
from .selectors import some_of


class TagFlow(SubentryFlow):
    """Adds a tag, with the number of the unknown tag that was scanned last, or changes one."""

    @override
    def form(self) -> probatio.Schema:
        return _tag_form(self._get_entry())

    @override
    def suggested(self) -> Mapping[str, Any] | None:
        if (subentry := self.subentry) is not None:
            return {CONF_NAME: subentry.title, **subentry.data}
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return None
        scanned = entry.runtime_data.central_system.last_unknown_token
        return None if scanned is None else {CONF_ID_TAG: scanned}

    @override
    def errors(self, user_input: Input) -> Errors:
        errors = name_errors(user_input)
        for field in (CONF_ID_TAG, CONF_PARENT):
            id_tag = user_input.get(field)
            if id_tag is not None and not 1 <= len(id_tag.strip()) <= MAX_TOKEN_LENGTH:
                errors[field] = "invalid_tag"
        return errors

    @override
    async def async_accept(self, user_input: Input) -> SubentryFlowResult:
        data = {
            key: value.strip() if isinstance(value, str) else value
            for key, value in user_input.items()
            if key != CONF_NAME
        }
        if self._is_taken(data[CONF_ID_TAG]):
            raise AbortFlow("already_configured")
        return self.save(user_input[CONF_NAME].strip(), data)

    def _is_taken(self, id_tag: str) -> bool:
        own_id = None if self.subentry is None else self.subentry.subentry_id
        return any(
            same_token(subentry.data[CONF_ID_TAG], id_tag)
            for subentry in self._get_entry().get_subentries_of_type(SUBENTRY_TAG)
            if subentry.subentry_id != own_id
        )


def _tag_form(entry: ConfigEntry) -> probatio.Schema:
    """Return the form for a tag; it may be valid at some of the chargers only."""
    chargers = {
        subentry.unique_id: subentry.title
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
        if subentry.unique_id is not None
    }
    return probatio.Schema(
        {
            probatio.Required(CONF_NAME): TextSelector(),
            probatio.Required(CONF_ID_TAG): TextSelector(),
            probatio.Required(CONF_BLOCKED, default=False): BooleanSelector(),
            probatio.Optional(CONF_EXPIRES_ON): DateSelector(),
            probatio.Optional(CONF_PARENT): TextSelector(),
            probatio.Optional(CONF_VEHICLE_NAME): TextSelector(),
            probatio.Optional(CONF_CHARGERS, default=[]): some_of(chargers),
        }
    )
