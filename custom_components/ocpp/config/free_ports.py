"""The ports of a central system, and the choice of free ones."""

import asyncio
from collections.abc import Mapping
import errno
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PORT

from ..const import CONF_TLS_PORT

PORTS = (CONF_PORT, CONF_TLS_PORT)
MOST_PORT, MOST_PORTS_TRIED = 65535, 100


def ports_of(data: Mapping[str, Any]) -> set[int]:
    """Return the ports of a central system."""
    return {data[key] for key in PORTS if key in data}


async def async_free_ports(data: Mapping[str, Any], own: set[int]) -> dict[str, Any]:
    """Return the data with the next free port instead of one that is in use, unless by the central system itself."""
    free = dict(data)
    for key in PORTS:
        if key in data and data[key] not in own:
            free[key] = await _async_free_port(data[CONF_HOST], data[key], free, key)
    return free


async def _async_free_port(
    host: str, port: int, others: Mapping[str, Any], key: str
) -> int:
    """Return the first port from this one on that is free, and that is not the other one's."""
    taken = {others[each] for each in PORTS if each in others and each != key}
    for candidate in range(port, min(port + MOST_PORTS_TRIED, MOST_PORT + 1)):
        if candidate not in taken and not await async_try_port(host, candidate):
            return candidate
    return port


async def async_try_port(host: str, port: int) -> str | None:
    """Return the key of the error that keeps a port from being opened; None if there is none."""
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
