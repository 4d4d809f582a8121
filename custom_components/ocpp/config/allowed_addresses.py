"""The addresses of other servers from which chargers may get firmware, and to which they may send files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
import re
from typing import Any, Self
from urllib.parse import SplitResult, unquote, urlsplit

from ..const import CONF_ALLOWED_ADDRESSES

_MAX_LENGTH = 2000
_PORTS = {"ftp": 21, "ftps": 990, "http": 80, "https": 443, "sftp": 22}
"""The schemes that chargers know for files, with their ports. Others, such as `file`, are never allowed."""
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
"""The characters of a URL; about others, such as backslashes and spaces, programs do not agree."""
_NUMBER = re.compile("0x[0-9a-f]*|[0-9]+")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class _Address:
    """An address, taken apart in the one way that leaves no doubt; None stands for any scheme, port or path."""

    scheme: str | None
    host: str
    port: int | None
    path: str | None

    @classmethod
    def parse(cls, url: str) -> Self | None:
        """Return the address in a URL; None if it is none that a charger could use, or could be read in two ways."""
        if len(url) > _MAX_LENGTH or not _CHARACTERS.fullmatch(url):
            return None
        try:
            parts = urlsplit(url)
            host, port = _host(parts), parts.port
        except ValueError:
            return None
        path = unquote(parts.path)
        if parts.scheme not in _PORTS or host is None or _leads_elsewhere(path):
            return None
        return cls(parts.scheme, host, port or _PORTS[parts.scheme], path)

    @classmethod
    def parse_allowed(cls, text: str) -> Self | None:
        """Return an address as an owner writes it: a URL, or only a host, with or without its port."""
        if set(text) & set("@?#"):
            return None
        if "://" in text:
            return cls.parse(text)
        # A bare IPv6 address has no brackets.
        bare = f"[{text}]" if text.count(":") > 1 and text[0] != "[" else text
        url = f"https://{bare}"
        if (address := cls.parse(url)) is None or address.path:
            return None
        port = urlsplit(url).port
        return cls(None, address.host, port, None)

    def covers(self, other: _Address) -> bool:
        """Return whether another address is part of this one."""
        return (
            self.host == other.host
            and self.scheme in (None, other.scheme)
            and self.port in (None, other.port)
            and (self.path is None or _is_below(self.path, other.path or "/"))
        )


@dataclass(frozen=True, slots=True)
class AllowedAddresses:
    """The addresses that the owner allows; no other one may be used."""

    addresses: tuple[_Address, ...] = ()

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> AllowedAddresses:
        """Return the allowed addresses in the options of a central system."""
        given: Iterable[str] = options.get(CONF_ALLOWED_ADDRESSES, ())
        parsed = (_Address.parse_allowed(text) for text in given)
        return cls(tuple(address for address in parsed if address is not None))

    def include(self, url: str) -> bool:
        """Return whether a URL may be given to a charger."""
        address = _Address.parse(url)
        return address is not None and any(
            allowed.covers(address) for allowed in self.addresses
        )


def is_address(text: str) -> bool:
    """Return whether a text is an address that an owner can allow."""
    return _Address.parse_allowed(text) is not None


def server_of(url: str) -> str | None:
    """Return the part of a URL that is no secret, its scheme and host; None if no charger could use it."""
    address = _Address.parse(url)
    return None if address is None else f"{address.scheme}://{address.host}"


def _host(parts: SplitResult) -> str | None:
    """Return the host of a URL in one form; None if there is none, or it could be taken for another one."""
    if parts.netloc.count("@") > 1 or not parts.hostname:
        return None
    name = parts.hostname.removesuffix(".")
    try:
        address = ip_address(name)
    except ValueError:
        # Some programs read a name that ends in a number as an IPv4 address in another form.
        is_odd = _NUMBER.fullmatch(name.rpartition(".")[2])
        return name if _HOST.fullmatch(name) and not is_odd else None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def _leads_elsewhere(path: str) -> bool:
    """Return whether a path leaves the folder that it begins with, or may do so after another decoding."""
    return ".." in path.split("/") or "\\" in path or "%" in path


def _is_below(folder: str, path: str) -> bool:
    return path in (folder, folder.rstrip("/")) or path.startswith(
        f"{folder.rstrip('/')}/"
    )
