"""The action that lists sessions with their accounts, or writes them to a table."""

from pathlib import Path

import probatio

from homeassistant.auth.models import User
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util.file import WriteError, write_utf8_file_atomic
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..csms.files.private import make_folder
from ..errors import failure, validation_error
from ..sessions.records import SessionFilter, SessionRecord, table, totals
from ..sessions.transparency import signed_values
from . import fields
from .base import Action, period
from .permissions import (
    administrators,
    controllers_of_everything,
    controllers_of_targets,
)
from .targets import (
    ATTR_CHARGER_ID,
    ATTR_CONN_ID,
    ATTR_DEVID,
    async_hubs,
    async_targets,
)

ATTR_TAG = "tag"
ATTR_VEHICLE = "vehicle"
ATTR_START = "start"
ATTR_END = "end"
ATTR_FORMAT = "format"
ATTR_FILENAME = "filename"
JSON, CSV, XML = "json", "csv", "xml"
FOLDER = "sessions"
"""The folder for tables that are given no path, within the integration's own folder."""

PUBLIC = "www"
"""The folder whose files Home Assistant shows to everybody, without a login."""

_PLACES = (*cv.TARGET_SERVICE_FIELDS, ATTR_DEVID, ATTR_CHARGER_ID, ATTR_CONN_ID)


async def _get_sessions(call: ServiceCall) -> ServiceResponse:
    filename: str | None = call.data.get(ATTR_FILENAME)
    path = None if filename is None else _allowed(call.hass, filename)
    session_filter = _filter(call)
    records: list[SessionRecord] = []
    for hub in async_hubs(call):
        records += await hub.recorder.async_sessions(session_filter)
    if path is not None:
        await call.hass.async_add_executor_job(_write, path, records)
        return {"path": str(path), "count": len(records)}
    if call.data[ATTR_FORMAT] == CSV:
        text = await call.hass.async_add_executor_job(table, records)
        return {"csv": text, "count": len(records)}
    if call.data[ATTR_FORMAT] == XML:
        text = await call.hass.async_add_executor_job(signed_values, records)
        return {"xml": text, "count": len(records)}
    return await call.hass.async_add_executor_job(_listed, records)


def _filter(call: ServiceCall) -> SessionFilter:
    since, until = period(call.data, ATTR_START, ATTR_END)
    return SessionFilter(
        places_of(call),
        call.data.get(ATTR_TAG),
        call.data.get(ATTR_VEHICLE),
        since,
        until,
    )


def places_of(call: ServiceCall) -> frozenset[tuple[str, int | None]] | None:
    """Return the chargers and connectors that an action is about; None for all."""
    if not any(key in call.data for key in _PLACES):
        return None
    return frozenset(
        (target.charger.identity, target.evse_id) for target in async_targets(call)
    )


def _allowed(hass: HomeAssistant, filename: str) -> Path:
    """Return the path of a table, which must lie in the integration's folder or where Home Assistant allows writing.

    Raises:
        ServiceValidationError: when the path is not allowed, or is not that of a table.
    """
    if not filename.endswith(f".{CSV}") or Path(filename).name == f".{CSV}":
        raise validation_error("no_table_name", filename=filename)
    if Path(filename).name == filename:
        return Path(hass.config.path(DOMAIN, FOLDER, filename))
    path = Path(hass.config.path(filename))
    if not hass.config.is_allowed_path(str(path)):
        raise validation_error("path_not_allowed", path=str(path))
    if path.resolve().is_relative_to(Path(hass.config.path(PUBLIC)).resolve()):
        raise validation_error("path_is_public", path=str(path))
    return path


def _write(path: Path, records: list[SessionRecord]) -> None:
    try:
        make_folder(path.parent)
        write_utf8_file_atomic(str(path), table(records), private=True)
    except (OSError, WriteError) as err:
        raise failure("cannot_write", path=str(path), reason=str(err)) from err


def _listed(records: list[SessionRecord]) -> JsonObjectType:
    listed: JsonObjectType = {"sessions": [dict(record.row) for record in records]}
    listed["totals"] = {
        kind: [dict(row) for row in summed]
        if isinstance(summed, list)
        else dict(summed)
        for kind, summed in totals(records).items()
    }
    return listed


def _permission(call: ServiceCall, user: User) -> bool:
    """Return whether a user may see the sessions, or write them to a file."""
    if ATTR_FILENAME in call.data:
        return administrators(call, user)
    return sessions_permission(call, user)


def sessions_permission(call: ServiceCall, user: User) -> bool:
    """Return whether a user may see or correct the sessions."""
    if any(key in call.data for key in _PLACES):
        return controllers_of_targets(call, user)
    return controllers_of_everything(call, user)


ACTIONS = (
    Action(
        "get_sessions",
        _get_sessions,
        _permission,
        {
            probatio.Optional(ATTR_CHARGER_ID): fields.text(),
            probatio.Optional(ATTR_TAG): fields.text(),
            probatio.Optional(ATTR_VEHICLE): fields.text(),
            probatio.Optional(ATTR_START): fields.moment,
            probatio.Optional(ATTR_END): fields.moment,
            probatio.Optional(ATTR_FORMAT, default=JSON): fields.option(
                (JSON, CSV, XML)
            ),
            probatio.Optional(ATTR_FILENAME): fields.text(),
        },
        SupportsResponse.OPTIONAL,
    ),
)
