"""The names and addresses by which chargers reach this Home Assistant."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
import socket
from typing import Any

from yarl import URL

from homeassistant.components import network
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant

from ..const import CONF_TLS_PORT
from ..csms.pki.certificate_authority import ServerNames

MDNS_NAME = "homeassistant.local"


async def async_charger_url(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    """Return the URL that is set in chargers, without their identity, given the data of a config entry."""
    host = await _async_host(hass, data[CONF_HOST])
    if CONF_PORT in data:
        return str(URL.build(scheme="ws", host=host, port=data[CONF_PORT], path="/"))
    return str(URL.build(scheme="wss", host=host, port=data[CONF_TLS_PORT], path="/"))


async def _async_host(hass: HomeAssistant, bound: str) -> str:
    """Return the address at which chargers reach this Home Assistant; many cannot resolve names such as its mDNS name."""
    if names := names_of_bound(bound):
        return names[0]
    internal = hass.config.internal_url
    told = None if internal is None else URL(internal).host
    if told is not None and (address := _address(told)) and not address.is_loopback:
        return told
    return await network.async_get_source_ip(hass)


async def async_server_names(hass: HomeAssistant, also: Iterable[str]) -> ServerNames:
    """Return all names and addresses: those of the user, of Home Assistant's URLs, and of the network."""
    urls = (hass.config.internal_url, hass.config.external_url)
    configured = [URL(url).host for url in urls if url is not None]
    hostname = await hass.async_add_executor_job(socket.gethostname)
    known = [*also, *(host for host in configured if host), MDNS_NAME, hostname]
    found = await network.async_get_enabled_source_ips(hass)
    hosts = [name.lower() for name in known if _address(name) is None]
    addresses = [address for name in known if (address := _address(name))]
    return ServerNames(
        tuple(dict.fromkeys(filter(_is_host, hosts))),
        tuple(dict.fromkeys([*addresses, *map(_without_zone, found)])),
    )


def names_of_bound(host: str) -> list[str]:
    """Return the names of a host that the port is bound to; none if it is bound to all of them."""
    address = _address(host)
    is_all = not host or (address is not None and address.is_unspecified)
    return [] if is_all else [host]


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _without_zone(
    address: IPv4Address | IPv6Address,
) -> IPv4Address | IPv6Address:
    """Return an address without its network interface, which other hosts do not know."""
    return ip_address(str(address).partition("%")[0])


def _is_host(name: str) -> bool:
    """Return whether a certificate can be issued for a name: ASCII, and not too long."""
    return name.isascii() and 0 < len(name) <= 253 and " " not in name
