"""The form for the ports of the central system and their encryption."""

from collections.abc import Mapping
import ssl
from typing import Any

import probatio

from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util

from ..config.free_ports import MOST_PORT, PORTS, async_try_port, ports_of
from ..const import (
    CONF_CERTIFICATE,
    CONF_CONTRACT_ROOTS,
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
from ..server.contracts import async_contract_roots
from .selectors import TEXTS, choice, collapsed, values

SECTION_ADVANCED = "advanced"

_PORT = NumberSelector(NumberSelectorConfig(mode=NumberSelectorMode.BOX, step=1))
"""A field for a port, which is checked in words."""
_ADVANCED = probatio.Schema(
    {
        probatio.Required(CONF_HOST, default=DEFAULT_HOST): TextSelector(),
        probatio.Optional(CONF_PORT): _PORT,
        probatio.Optional(CONF_TLS_PORT): _PORT,
        probatio.Optional(CONF_CERTIFICATE): TextSelector(),
        probatio.Optional(CONF_PRIVATE_KEY): TextSelector(),
        probatio.Optional(CONF_SERVER_NAMES): TEXTS,
        probatio.Optional(CONF_CONTRACT_ROOTS): TextSelector(),
        probatio.Required(CONF_KEY_KIND, default=KeyKind.ECDSA.value): choice(
            values(KeyKind), "key_kind"
        ),
        probatio.Required(CONF_OLDEST_TLS, default=TlsVersion.TLS_1_2.value): choice(
            values(TlsVersion), "oldest_tls"
        ),
    }
)
_TLS = (CONF_CERTIFICATE, CONF_PRIVATE_KEY, CONF_TLS_PORT)
SERVER = probatio.Schema({probatio.Required(SECTION_ADVANCED): collapsed(_ADVANCED)})
OPEN_SERVER = probatio.Schema(
    {probatio.Required(SECTION_ADVANCED): section(_ADVANCED, {"collapsed": False})}
)
"""The form when there is something to decide."""
SUGGESTED: Mapping[str, Any] = {CONF_HOST: DEFAULT_HOST, CONF_PORT: DEFAULT_PORT}


def server_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a config entry from the server form."""
    data: dict[str, Any] = dict(user_input[SECTION_ADVANCED])
    for key in PORTS:
        # Whole numbers come as fractions from the form; others are told to the owner as they are.
        if key in data and float(data[key]).is_integer():
            data[key] = int(data[key])
    if not any(key in data for key in _TLS):
        # Without its port, the defaults of encryption have no effect; a certificate is kept so that its error is shown.
        kept = (CONF_HOST, CONF_PORT, CONF_CONTRACT_ROOTS)
        return {key: data[key] for key in kept if key in data}
    return data


def server_input(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the server form from the data of a config entry."""
    fields = (key.schema for key in _ADVANCED.schema)
    return {SECTION_ADVANCED: {key: data[key] for key in fields if key in data}}


def moved_ports(wanted: Mapping[str, Any], free: Mapping[str, Any]) -> dict[str, str]:
    """Return placeholders for the ports that are in use, and for those to take instead."""
    moved = [key for key in PORTS if key in wanted and wanted[key] != free[key]]
    return {
        "port": ", ".join(str(free[key]) for key in PORTS if key in free),
        "taken": ", ".join(str(wanted[key]) for key in moved),
        "free": ", ".join(str(free[key]) for key in moved),
    }


async def async_server_errors(
    hass: HomeAssistant, data: Mapping[str, Any], own: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Return the errors of ports and certificates; `own` is the data of the central system that is running already."""
    errors = (
        _port_errors(data)
        or _version_errors(data)
        or await _async_certificate_errors(hass, data)
        or await _async_contract_errors(hass, data)
    )
    if errors:
        return errors
    # The running server occupies its own ports; they are checked at the restart.
    ours = set() if own is None else ports_of(own)
    for port in sorted(ports_of(data) - ours):
        if error := await async_try_port(data[CONF_HOST], port):
            return {"base": error}
    return {}


def _port_errors(data: Mapping[str, Any]) -> dict[str, str]:
    if (CONF_CERTIFICATE in data) != (CONF_PRIVATE_KEY in data):
        return {"base": "certificate_incomplete"}
    if CONF_CERTIFICATE in data and CONF_TLS_PORT not in data:
        return {"base": "tls_port_missing"}
    if not all(_is_port(port) for port in ports_of(data)):
        return {"base": "invalid_port"}
    if not ports_of(data):
        return {"base": "port_missing"}
    if data.get(CONF_PORT) == data.get(CONF_TLS_PORT):
        return {"base": "same_port"}
    return {}


def _is_port(port: float) -> bool:
    return isinstance(port, int) and 1 <= port <= MOST_PORT


def _version_errors(data: Mapping[str, Any]) -> dict[str, str]:
    if data.get(CONF_OLDEST_TLS) == TlsVersion.TLS_1_0 and not ssl.HAS_TLSv1:
        return {"base": "tls_version_missing"}
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
        return {"base": err.problem.value}
    except OSError:
        return {"base": "certificate_invalid"}
    return {}


async def _async_contract_errors(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> dict[str, str]:
    try:
        await async_contract_roots(hass, data)
    except OSError, ValueError:
        return {"base": "contract_roots_invalid"}
    return {}
