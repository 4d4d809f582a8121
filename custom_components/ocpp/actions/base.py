"""The base of all actions: their targets and their execution."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import probatio
from probatio.error import render_path

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..errors import translated_errors, validation_error
from . import fields
from .permissions import Permission, async_authorize
from .targets import ATTR_CONN_ID, ATTR_DEVID, Target

TARGET = {
    **{
        field: fields.target(probatio.Schema(read))
        for field, read in cv.TARGET_SERVICE_FIELDS.items()
    },
    probatio.Optional(ATTR_DEVID): fields.text(),
    probatio.Optional(ATTR_CONN_ID): fields.whole_number(),
}


@dataclass(frozen=True, slots=True)
class Action:
    """An action: its name, its handler, those who may carry it out, its fields besides the target, and its response."""

    name: str
    handler: Callable[[ServiceCall], Coroutine[None, None, ServiceResponse]]
    permission: Permission
    fields: Mapping[probatio.Marker, object] = field(default_factory=dict)
    response: SupportsResponse = SupportsResponse.NONE

    @property
    def schema(self) -> probatio.Schema:
        """The schema of its fields, including the target."""
        return probatio.Schema({**TARGET, **self.fields})

    async def async_carry_out(self, call: ServiceCall) -> ServiceResponse:
        """Carry out the action if the user may do so.

        Raises:
            ServiceValidationError: when a field cannot be read.
            Unauthorized: when he may not.
        """
        call = ServiceCall(
            call.hass,
            call.domain,
            call.service,
            self._read(call.data),
            call.context,
            call.return_response,
        )
        await async_authorize(call, self.permission)
        return await self.handler(call)

    def _read(self, data: Mapping[str, Any]) -> dict[str, Any]:
        try:
            read: dict[str, Any] = self.schema(dict(data))
        except probatio.Invalid as err:
            raise self._in_words(err) from err
        return read

    def _in_words(self, err: probatio.Invalid) -> ServiceValidationError:
        """Return the first error about a field, with its name and what it may be."""
        if isinstance(err, probatio.MultipleInvalid):
            return self._in_words(err.errors[0])
        name = render_path(err.path)
        match err:
            case fields.UnusableFieldError():
                return validation_error(err.key, field=name, **err.details)
            case probatio.RequiredFieldInvalid():
                return validation_error("field_missing", field=name)
            case probatio.ExtraKeysInvalid() if len(err.path) == 1:
                known = ", ".join(str(field) for field in self.fields) or "-"
                return validation_error("field_unknown", field=name, known=known)
            case _:
                return validation_error("field_misplaced", field=name)


def instant(data: Mapping[str, Any], key: str) -> datetime | None:
    """Return an instant from the fields of an action; the default time zone is that of Home Assistant."""
    moment: datetime | None = data.get(key)
    return None if moment is None else dt_util.as_utc(moment)


def period(
    data: Mapping[str, Any], start_key: str, end_key: str
) -> tuple[datetime | None, datetime | None]:
    """Return the start and the end of a time from the fields of an action.

    Raises:
        ServiceValidationError: when it ends before it starts.
    """
    start, end = instant(data, start_key), instant(data, end_key)
    if start is not None and end is not None and end <= start:
        raise validation_error("end_before_start")
    return start, end


async def for_each[T](
    targets: list[Target], command: Callable[[Target], Awaitable[T]]
) -> list[T]:
    """Run a command for all targets at once, and raise the first error after all are done."""

    async def guarded(target: Target) -> T:
        with translated_errors(target.charger):
            return await command(target)

    results = await asyncio.gather(*map(guarded, targets), return_exceptions=True)
    done = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done
