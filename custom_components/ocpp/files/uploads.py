"""Uploads of chargers to Home Assistant by FTP or HTTP, each for one requested file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from http import HTTPStatus
import logging
from pathlib import Path
import secrets
from urllib.parse import unquote

from aiohttp import BodyPartReader, ClientError, web
from aiohttp.http import HttpProcessingError

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.helpers.network import get_url
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..csms.files.ftp_server import FtpServer, FtpUser
from ..csms.files.upload_inbox import (
    UploadInbox,
    UploadInboxFullError,
    tidy,
    unique_name,
)

_LOGGER = logging.getLogger(__name__)
_MALFORMED = (
    ValueError,
    RuntimeError,
    HttpProcessingError,
    ClientError,
    ConnectionError,
)
"""Errors of aiohttp for an upload that is cut off or makes no sense."""

KEPT_FILES = 10
KEPT_BYTES = 256 * 2**20
_CHUNK_BYTES = 2**16
_PATH = f"/api/{DOMAIN}/upload"
_INBOXES: HassKey[dict[str, UploadInbox]] = HassKey(f"{DOMAIN}_upload_inboxes")
"""The expected uploads by HTTP, by the secret part of their URL."""


class Transport(StrEnum):
    """The transport of an upload."""

    FTP = "ftp"
    HTTP = "http"


@callback
def async_setup_uploads(hass: HomeAssistant) -> None:
    """Register the view for uploads."""
    hass.data[_INBOXES] = {}
    hass.http.register_view(UploadView)


def log_folder(hass: HomeAssistant, charger: Charger) -> Path:
    """Return the folder for the logs of a charger."""
    return Path(hass.config.path(DOMAIN, "logs", unique_name(charger.identity)))


@callback
def async_upload_inbox(hass: HomeAssistant, charger: Charger) -> UploadInbox:
    """Return the inbox for the next upload of a charger; its files are named after charger and time."""
    time = dt_util.now().strftime("%Y%m%d-%H%M%S")
    prefix = f"{unique_name(charger.identity)}_{time}"
    return UploadInbox(log_folder(hass, charger), prefix)


async def async_tidy_logs(hass: HomeAssistant, charger: Charger) -> None:
    """Keep only the newest logs of a charger."""
    folder = log_folder(hass, charger)
    await hass.async_add_executor_job(tidy, folder, KEPT_FILES, KEPT_BYTES)


@asynccontextmanager
async def expected_by_ftp(
    host: str, charger: Charger, inbox: UploadInbox
) -> AsyncIterator[str]:
    """Expect an upload by FTP, and yield the URL of its folder.

    Raises:
        OSError: when no port can be opened.
        NotConnectedError: when the charger is not connected.
    """
    user, own_host = FtpUser.new(), charger.station.own_host
    server = FtpServer(inbox, user)
    port = await server.open(host)
    shown_host = f"[{own_host}]" if ":" in own_host else own_host
    try:
        yield f"ftp://{user.name}:{user.password}@{shown_host}:{port}/"
    finally:
        await server.close()


@asynccontextmanager
async def expected_by_http(
    hass: HomeAssistant, inbox: UploadInbox
) -> AsyncIterator[str]:
    """Expect an upload by HTTP, and yield the URL of its folder.

    Raises:
        NoURLAvailableError: when Home Assistant does not know its own URL in the local network.
    """
    url = get_url(hass, allow_external=False, allow_cloud=False)
    token = secrets.token_urlsafe(32)
    hass.data[_INBOXES][token] = inbox
    try:
        yield f"{url}{_PATH}/{token}/"
    finally:
        del hass.data[_INBOXES][token]
        inbox.close()


class UploadView(HomeAssistantView):
    """The view for expected uploads; the secret URL is the authentication."""

    url = _PATH + "/{token}"
    extra_urls = [_PATH + "/{token}/{name:.*}"]
    name = f"api:{DOMAIN}:upload"
    requires_auth = False

    async def put(
        self, request: web.Request, token: str, name: str = ""
    ) -> web.Response:
        """Receive a file."""
        inbox = request.app[KEY_HASS].data[_INBOXES].get(token)
        if inbox is None:
            raise web.HTTPNotFound
        return web.Response(status=await _taken(request, inbox, name))

    post = put


async def _taken(request: web.Request, inbox: UploadInbox, name: str) -> HTTPStatus:
    """Take a file in, and return what came of it."""
    try:
        async with inbox.while_open():
            if request.content_type.startswith("multipart/"):
                await _take_parts(request, inbox)
            else:
                await inbox.take(name, request.content.iter_chunked(_CHUNK_BYTES))
    except UploadInboxFullError:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT
    except _MALFORMED:
        return HTTPStatus.BAD_REQUEST
    except OSError as err:
        _LOGGER.error("An upload cannot be stored: %s", err)
        return HTTPStatus.INSUFFICIENT_STORAGE
    return HTTPStatus.CREATED


async def _take_parts(request: web.Request, inbox: UploadInbox) -> None:
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename:
            await inbox.take(unquote(part.filename), _chunks(part))


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(_CHUNK_BYTES):
        yield chunk
