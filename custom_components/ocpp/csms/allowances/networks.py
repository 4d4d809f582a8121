"""Networks: who has an IPv6 address has as many of them as he likes."""

from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

_HOST_BITS = 64
"""A network of this size is the smallest that anybody is given (RFC 6177)."""


@lru_cache(maxsize=1000)
def network_of(address: str) -> str:
    """Return the network that an address stands for: the IPv6 network that it belongs to, or the address itself."""
    try:
        number = int(IPv6Address(address))
    except AddressValueError:
        return address
    return f"{IPv6Address(number >> _HOST_BITS << _HOST_BITS)}/{_HOST_BITS}"
