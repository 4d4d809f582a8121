"""The base of all actions: their targets and their execution."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..csms.versions import MAX_TOKEN_LENGTH
from ..errors import translated_errors
from .permissions import Permission, async_authorize
from .targets import ATTR_CONN_ID, ATTR_DEVID, Target

TARGET = {
    **cv.TARGET_SERVICE_FIELDS,
    probatio.Optional(ATTR_DEVID): cv.string,
    probatio.Optional(ATTR_CONN_ID): cv.positive_int,
}
ID_TAG = probatio.All(cv.string, probatio.Length(min=1, max=MAX_TOKEN_LENGTH))
"""A tag of any version; a charger is not sent one that is too long for its own."""


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
            Unauthorized: when not.
        """
        await async_authorize(call, self.permission)
        return await self.handler(call)


def instant(data: Mapping[str, Any], key: str) -> datetime | None:
    """Return an instant from the fields of an action; the default time zone is that of Home Assistant."""
    moment: datetime | None = data.get(key)
    return None if moment is None else dt_util.as_utc(moment)


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
