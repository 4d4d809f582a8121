"""The action that retrieves the logs of a charger."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import probatio

from homeassistant.const import CONF_HOST
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers.network import NoURLAvailableError

from ..csms.errors import CallFailedError, RejectedError, UploadFailedError
from ..csms.files.logs import LogKind, LogRequest
from ..csms.files.upload_inbox import UploadInbox
from ..csms.numbering import number_of
from ..csms.operations.retrieve_logs import retrieve_log
from ..errors import translated_errors, validation_error
from ..files.servers import check_allowed
from ..files.uploads import (
    Transport,
    async_tidy_logs,
    async_upload_inbox,
    expected_by_ftp,
    expected_by_http,
)
from . import fields
from .base import Action, period
from .permissions import administrators
from .targets import Target, async_target

ATTR_UPLOAD_URL = "upload_url"
ATTR_LOG_TYPE = "log_type"
ATTR_PROTOCOL = "protocol"
ATTR_OLDEST = "oldest"
ATTR_LATEST = "latest"
LOG_KINDS = {"diagnostics": LogKind.DIAGNOSTICS, "security": LogKind.SECURITY}


async def _get_diagnostics(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    # One that makes no sense is refused before the charger is asked for anything.
    period(call.data, ATTR_OLDEST, ATTR_LATEST)
    with translated_errors(target.charger):
        if ATTR_UPLOAD_URL in call.data:
            return await _send_elsewhere(call, target)
        return await _take_in(call, target)


async def _send_elsewhere(call: ServiceCall, target: Target) -> ServiceResponse:
    url: str = call.data[ATTR_UPLOAD_URL]
    check_allowed(url, target.hub.entry.options)
    request = _request(call, target, url)
    name = await retrieve_log(target.charger.station, request)
    return {"name": name, "path": None, "size": None}


async def _take_in(call: ServiceCall, target: Target) -> ServiceResponse:
    """Receive the file by the first transport that works."""
    charger = target.charger
    transports = await _transports(call, target)
    for transport in transports:
        inbox = async_upload_inbox(call.hass, charger)
        try:
            async with _expected(call, target, transport, inbox) as location:
                request = _request(call, target, location)
                name = await retrieve_log(charger.station, request, inbox)
        except UploadFailedError:
            if transport is transports[-1]:
                raise
            continue
        finally:
            await async_tidy_logs(call.hass, charger)
        break
    delivery = inbox.deliveries[0]
    return {"name": name, "path": str(delivery.path), "size": delivery.size_bytes}


def _request(call: ServiceCall, target: Target, location: str) -> LogRequest:
    return LogRequest(
        number_of(target.charger.station.now),
        LOG_KINDS[call.data[ATTR_LOG_TYPE]],
        location,
        *period(call.data, ATTR_OLDEST, ATTR_LATEST),
    )


async def _transports(call: ServiceCall, target: Target) -> list[Transport]:
    """Return the transports to try: the requested one, or all, beginning with those that the charger supports."""
    if ATTR_PROTOCOL in call.data:
        return [call.data[ATTR_PROTOCOL]]
    station = target.charger.station
    variable = station.version.logs.protocols_setting
    try:
        setting = (await station.commands.get_settings(variable)).get(variable)
    except RejectedError, CallFailedError:
        setting = None
    reported = (setting.value or "").lower() if setting is not None else ""
    names = {name.strip() for name in reported.split(",")}
    transports = [
        *([Transport.HTTP] if names & {"http", "https"} else []),
        *([Transport.FTP] if "ftp" in names else []),
    ]
    # Most chargers that report nothing support FTP.
    return transports or [Transport.FTP, Transport.HTTP]


@asynccontextmanager
async def _expected(
    call: ServiceCall, target: Target, transport: Transport, inbox: UploadInbox
) -> AsyncIterator[str]:
    """Expect an upload, and yield the URL for it."""
    async with AsyncExitStack() as stack:
        try:
            if transport is Transport.FTP:
                host: str = target.hub.entry.data[CONF_HOST]
                by_ftp = expected_by_ftp(host, target.charger, inbox)
                location = await stack.enter_async_context(by_ftp)
            else:
                by_http = expected_by_http(call.hass, inbox)
                location = await stack.enter_async_context(by_http)
        except (OSError, NoURLAvailableError) as err:
            raise validation_error("cannot_receive", reason=str(err)) from err
        yield location


ACTIONS = (
    Action(
        "get_diagnostics",
        _get_diagnostics,
        administrators,
        {
            probatio.Optional(ATTR_LOG_TYPE, default="diagnostics"): fields.option(
                LOG_KINDS
            ),
            probatio.Optional(ATTR_UPLOAD_URL): fields.text(),
            probatio.Optional(ATTR_PROTOCOL): fields.option(Transport),
            probatio.Optional(ATTR_OLDEST): fields.moment,
            probatio.Optional(ATTR_LATEST): fields.moment,
        },
        SupportsResponse.OPTIONAL,
    ),
)
