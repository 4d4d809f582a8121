"""The form for the ports of the central system and their encryption."""

import asyncio
from collections.abc import Iterator, Mapping
import errno
import ssl
from typing import Any

import probatio

from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import TextSelector
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_CERTIFICATE,
    CONF_KEY_KIND,
    CONF_OLDEST_TLS,
    CONF_PRIVATE_KEY,
    CONF_SERVER_NAMES,
    CONF_TLS_PORT,
    DEFAULT_HOST,
    DEFAULT_PORT,
)
from ..csms.pki.certificate_authority import KeyKind
from ..csms.server.tls import TlsVersion, UnusableCertificateError, server_context
from ..server.certificate import certificate_files
from .selectors import TEXTS, choice, collapsed, values

SECTION_TLS = "tls"

_TLS = probatio.Schema(
    {
        probatio.Optional(CONF_TLS_PORT): probatio.Port(),
        probatio.Optional(CONF_CERTIFICATE): TextSelector(),
        probatio.Optional(CONF_PRIVATE_KEY): TextSelector(),
        probatio.Optional(CONF_SERVER_NAMES): TEXTS,
        probatio.Required(CONF_KEY_KIND, default=KeyKind.ECDSA.value): choice(
            values(KeyKind), "key_kind"
        ),
        probatio.Required(CONF_OLDEST_TLS, default=TlsVersion.TLS_1_2.value): choice(
            values(TlsVersion), "oldest_tls"
        ),
    }
)
SERVER = probatio.Schema(
    {
        probatio.Required(CONF_HOST, default=DEFAULT_HOST): TextSelector(),
        probatio.Optional(CONF_PORT): probatio.Port(),
        probatio.Required(SECTION_TLS): collapsed(_TLS),
    }
)
SUGGESTED: Mapping[str, Any] = {CONF_PORT: DEFAULT_PORT, SECTION_TLS: {}}


def server_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a config entry from the server form."""
    data = {key: user_input[key] for key in (CONF_HOST, CONF_PORT) if key in user_input}
    tls: Mapping[str, Any] = user_input[SECTION_TLS]
    # Without its port, the defaults of encryption have no effect; a certificate is kept so that its error is shown.
    if CONF_TLS_PORT in tls or CONF_CERTIFICATE in tls or CONF_PRIVATE_KEY in tls:
        data |= tls
    return data


def server_input(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the server form from the data of a config entry."""
    tls = {key.schema: data[key] for key in _TLS.schema if key in data}
    return {
        **{key: data[key] for key in (CONF_HOST, CONF_PORT) if key in data},
        SECTION_TLS: tls,
    }


def ports_of(data: Mapping[str, Any]) -> set[int]:
    """Return the ports of a central system."""
    return {data[key] for key in (CONF_PORT, CONF_TLS_PORT) if key in data}


async def async_server_errors(
    hass: HomeAssistant, data: Mapping[str, Any], own: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Return the errors of ports and certificates; `own` is the data of the central system that is running already."""
    errors = (
        _port_errors(data)
        or _version_errors(data)
        or await _async_certificate_errors(hass, data)
    )
    if errors:
        return errors
    # The running server occupies its own ports; they are checked at the restart.
    ours = set() if own is None else ports_of(own)
    for field, port in _new_ports(data, ours):
        if error := await _async_try_port(data[CONF_HOST], port):
            return {CONF_HOST if error == "invalid_host" else field: error}
    return {}


def _new_ports(data: Mapping[str, Any], ours: set[int]) -> Iterator[tuple[str, int]]:
    for key, field in ((CONF_PORT, CONF_PORT), (CONF_TLS_PORT, SECTION_TLS)):
        if key in data and data[key] not in ours:
            yield field, data[key]


def _port_errors(data: Mapping[str, Any]) -> dict[str, str]:
    if (CONF_CERTIFICATE in data) != (CONF_PRIVATE_KEY in data):
        return {SECTION_TLS: "certificate_incomplete"}
    if CONF_CERTIFICATE in data and CONF_TLS_PORT not in data:
        return {SECTION_TLS: "tls_port_missing"}
    if not ports_of(data):
        return {CONF_PORT: "port_missing"}
    if data.get(CONF_PORT) == data.get(CONF_TLS_PORT):
        return {SECTION_TLS: "same_port"}
    return {}


def _version_errors(data: Mapping[str, Any]) -> dict[str, str]:
    if data.get(CONF_OLDEST_TLS) == TlsVersion.TLS_1_0 and not ssl.HAS_TLSv1:
        return {SECTION_TLS: "tls_version_missing"}
    return {}


async def _async_certificate_errors(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> dict[str, str]:
    files = certificate_files(data)
    if files is None:
        return {}
    try:
        await hass.async_add_executor_job(files.check, dt_util.utcnow())
        await hass.async_add_executor_job(server_context, [files])
    except UnusableCertificateError as err:
        return {SECTION_TLS: err.problem.value}
    except OSError:
        return {SECTION_TLS: "certificate_invalid"}
    return {}


async def _async_try_port(host: str, port: int) -> str | None:
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(asyncio.Protocol, host, port)
    except OSError as err:
        if err.errno == errno.EADDRINUSE:
            return "port_in_use"
        if err.errno == errno.EACCES:
            return "port_forbidden"
        return "invalid_host"
    server.close()
    await server.wait_closed()
    return None
