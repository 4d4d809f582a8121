"""Lets chargers upload files to Home Assistant, by FTP or by HTTP, each time for the one file that was asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
import secrets
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.helpers.network import get_url
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..csms.files.ftp_server import FtpServer, FtpUser
from ..csms.files.upload_inbox import Mailbox, MailboxFullError, safe_name, tidy
from ..hub import Hub

KEPT_FILES = 10
KEPT_BYTES = 256 * 2**20
_CHUNK_BYTES = 2**16
_PATH = f"/api/{DOMAIN}/upload"
_MAILBOXES: HassKey[dict[str, Mailbox]] = HassKey(f"{DOMAIN}_mailboxes")
"""The uploads by HTTP that are expected, by their secret part of the URL."""


class Transport(StrEnum):
    """How a file gets here."""

    FTP = "ftp"
    HTTP = "http"


@callback
def async_setup_uploads(hass: HomeAssistant) -> None:
    """Let files come in by HTTP, once they are expected."""
    hass.data[_MAILBOXES] = {}
    hass.http.register_view(UploadView)


def log_folder(hass: HomeAssistant, charger: Charger) -> Path:
    """Return where a charger's logs are kept."""
    return Path(hass.config.path(DOMAIN, "logs", safe_name(charger.identity)))


@callback
def async_mailbox(hass: HomeAssistant, charger: Charger) -> Mailbox:
    """Return where a charger's next upload goes; the files are named after charger and time."""
    time = dt_util.now().strftime("%Y%m%d-%H%M%S")
    prefix = f"{safe_name(charger.identity)}_{time}"
    return Mailbox(log_folder(hass, charger), prefix)


async def async_tidy_logs(hass: HomeAssistant, charger: Charger) -> None:
    """Keep only the newest logs of a charger."""
    folder = log_folder(hass, charger)
    await hass.async_add_executor_job(tidy, folder, KEPT_FILES, KEPT_BYTES)


@asynccontextmanager
async def expected_by_ftp(
    hub: Hub, charger: Charger, mailbox: Mailbox
) -> AsyncIterator[str]:
    """Take in an upload by FTP, and tell the URL of the folder for it.

    Raises:
        OSError: when no port can be opened.
        NotConnectedError: when the charger is away.
    """
    user, host = FtpUser.new(), charger.station.own_host
    server = FtpServer(mailbox, user)
    port = await server.open(hub.entry.data[CONF_HOST])
    shown_host = f"[{host}]" if ":" in host else host
    try:
        yield f"ftp://{user.name}:{user.password}@{shown_host}:{port}/"
    finally:
        await server.close()


@asynccontextmanager
async def expected_by_http(hass: HomeAssistant, mailbox: Mailbox) -> AsyncIterator[str]:
    """Take in an upload by HTTP, and tell the URL of the folder for it.

    Raises:
        NoURLAvailableError: when Home Assistant does not know how it is reached from within the house.
    """
    url = get_url(hass, allow_external=False, allow_cloud=False)
    token = secrets.token_urlsafe(32)
    hass.data[_MAILBOXES][token] = mailbox
    try:
        yield f"{url}{_PATH}/{token}/"
    finally:
        del hass.data[_MAILBOXES][token]


class UploadView(HomeAssistantView):
    """Takes in what is expected; the URL itself says who may upload."""

    url = _PATH + "/{token}"
    extra_urls = [_PATH + "/{token}/{name:.*}"]
    name = f"api:{DOMAIN}:upload"
    requires_auth = False

    async def put(
        self, request: web.Request, token: str, name: str = ""
    ) -> web.Response:
        """Take in a file."""
        mailbox = request.app[KEY_HASS].data[_MAILBOXES].get(token)
        if mailbox is None:
            raise web.HTTPNotFound
        try:
            if request.content_type.startswith("multipart/"):
                await _take_parts(request, mailbox)
            else:
                await mailbox.take(name, request.content.iter_chunked(_CHUNK_BYTES))
        except MailboxFullError as err:
            raise web.HTTPRequestEntityTooLarge(0, 0) from err
        return web.Response(status=HTTPStatus.CREATED)

    post = put


async def _take_parts(request: web.Request, mailbox: Mailbox) -> None:
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename:
            await mailbox.take(unquote(part.filename), _chunks(part))


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(_CHUNK_BYTES):
        yield chunk
