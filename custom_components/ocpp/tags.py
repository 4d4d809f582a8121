"""The tags that are set up, as the central system knows them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from .const import (
    CONF_BLOCKED,
    CONF_CHARGERS,
    CONF_EXPIRES_ON,
    CONF_FREE_VEND,
    CONF_ID_TAG,
    CONF_PARENT,
    SUBENTRY_TAG,
)
from .csms.authorization import Authority, IdToken, TokenStatus


def authority_of(entry: ConfigEntry) -> Authority:
    """Return who may charge at the chargers of a central system."""
    tags = entry.get_subentries_of_type(SUBENTRY_TAG)
    return Authority.of(
        (_id_token(tag.data) for tag in tags), entry.options.get(CONF_FREE_VEND, True)
    )


def _id_token(data: Mapping[str, Any]) -> IdToken:
    return IdToken(
        id=data[CONF_ID_TAG],
        status=TokenStatus.BLOCKED if data[CONF_BLOCKED] else TokenStatus.ACCEPTED,
        expires_at=_end_of(data.get(CONF_EXPIRES_ON)),
        parent_id=data.get(CONF_PARENT),
        chargers=frozenset(data[CONF_CHARGERS]),
    )


def _end_of(day: str | None) -> datetime | None:
    """Return when a day has ended where the house stands."""
    if day is None:
        return None
    return dt_util.start_of_local_day(date.fromisoformat(day) + timedelta(days=1))
