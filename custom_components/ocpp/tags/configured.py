"""The tags that are set up, in the form that the central system needs."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_BLOCKED,
    CONF_CHARGERS,
    CONF_EXPIRES_ON,
    CONF_FREE_VEND,
    CONF_HOME_ASSISTANT_TAGS,
    CONF_ID_TAG,
    CONF_PARENT,
    CONF_VEHICLE_NAME,
    SUBENTRY_TAG,
)
from ..csms.tokens.authorization import Authority, KnownToken, TokenStatus
from ..csms.tokens.token import same_token
from .home_assistant import named_tokens


def authority_of(hass: HomeAssistant, entry: ConfigEntry) -> Authority:
    """Return the tags that may charge at a central system."""
    own = [_id_token(tag.data) for tag in entry.get_subentries_of_type(SUBENTRY_TAG)]
    accepts_named = entry.options.get(CONF_HOME_ASSISTANT_TAGS, False)
    named = named_tokens(hass) if accepts_named else []
    # A configured tag has more details, so it comes last and overrules.
    return Authority.of([*named, *own], entry.options.get(CONF_FREE_VEND, True))


def name_of(entry: ConfigEntry, id_token: str) -> str | None:
    """Return the name of a tag, if it is set up."""
    tag = _tag(entry, id_token)
    return None if tag is None else tag.title


def vehicle_name_of(entry: ConfigEntry, id_token: str) -> str | None:
    """Return the name of the vehicle that uses a tag, if it is set up."""
    tag = _tag(entry, id_token)
    return None if tag is None else tag.data.get(CONF_VEHICLE_NAME) or None


def _tag(entry: ConfigEntry, id_token: str) -> ConfigSubentry | None:
    for tag in entry.get_subentries_of_type(SUBENTRY_TAG):
        if same_token(tag.data[CONF_ID_TAG], id_token):
            return tag
    return None


def _id_token(data: Mapping[str, Any]) -> KnownToken:
    return KnownToken(
        id=data[CONF_ID_TAG],
        status=TokenStatus.BLOCKED if data[CONF_BLOCKED] else TokenStatus.ACCEPTED,
        expires_at=_end_of(data.get(CONF_EXPIRES_ON)),
        group=data.get(CONF_PARENT),
        chargers=frozenset(data[CONF_CHARGERS]),
    )


def _end_of(day: str | None) -> datetime | None:
    """Return the end of a day in local time."""
    if day is None:
        return None
    return dt_util.start_of_local_day(date.fromisoformat(day) + timedelta(days=1))
