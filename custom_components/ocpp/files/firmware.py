"""Firmware that chargers download from Home Assistant, for a limited time and by a secret URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
import secrets
from typing import Any

from aiohttp import web

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..chargers.firmware_offer import FirmwareSource
from ..const import DOMAIN
from ..errors import validation_error
from .servers import check_allowed

SERVED_FOR = timedelta(days=1)
"""The time for a charger to download its firmware, from the moment it may begin."""

_PATH = f"/api/{DOMAIN}/firmware"
_SERVED: HassKey[dict[str, _Served]] = HassKey(f"{DOMAIN}_firmware")


@dataclass(frozen=True, slots=True)
class _Served:
    """A file, and the end of the time in which it can be downloaded."""

    path: Path
    until: datetime


@callback
def async_setup_firmware(hass: HomeAssistant) -> None:
    """Register the view for downloads."""
    hass.data[_SERVED] = {}
    hass.http.register_view(FirmwareView)


async def async_location(
    hass: HomeAssistant,
    source: FirmwareSource,
    retrieve_at: datetime,
    options: Mapping[str, Any],
) -> str:
    """Return the URL by which a charger can download firmware.

    Raises:
        ServiceValidationError: when there is no such file, the owner does not allow the URL, or Home Assistant does
            not know its own address.
    """
    if source.url is not None:
        check_allowed(source.url, options)
        return source.url
    assert source.file is not None
    return await _serve(hass, source.file, retrieve_at + SERVED_FOR)


async def _serve(hass: HomeAssistant, file_name: str, until: datetime) -> str:
    folder = Path(hass.config.path(DOMAIN, "firmware"))
    path = folder / file_name
    if Path(file_name).name != file_name or not await hass.async_add_executor_job(
        path.is_file
    ):
        raise validation_error(
            "no_firmware_file", file=file_name, folder=f"{DOMAIN}/firmware"
        )
    try:
        url = get_url(hass, allow_external=False, allow_cloud=False)
    except NoURLAvailableError as err:
        raise validation_error("cannot_serve") from err
    served = hass.data[_SERVED]
    now, token = dt_util.utcnow(), secrets.token_urlsafe(32)
    for old in [key for key, item in served.items() if item.until < now]:
        del served[old]
    served[token] = _Served(path, until)
    return f"{url}{_PATH}/{token}/{file_name}"


class FirmwareView(HomeAssistantView):
    """The view for downloads of firmware; the secret URL is the authentication."""

    url = _PATH + "/{token}/{name}"
    name = f"api:{DOMAIN}:firmware"
    requires_auth = False

    async def get(
        self, request: web.Request, token: str, name: str
    ) -> web.FileResponse:
        """Return a file, or the part of it that the charger asks for."""
        served = request.app[KEY_HASS].data[_SERVED].get(token)
        if served is None or served.until < dt_util.utcnow():
            raise web.HTTPNotFound
        return web.FileResponse(served.path)
