"""Other servers that chargers get firmware from, or send files to."""

from collections.abc import Mapping
from typing import Any

from ..config.allowed_addresses import AllowedAddresses, server_of
from ..errors import validation_error


def check_allowed(url: str, options: Mapping[str, Any]) -> None:
    """Check that a URL is one that the options of a central system allow.

    Raises:
        ServiceValidationError: when it is not.
    """
    if (server := server_of(url)) is None:
        raise validation_error("invalid_address")
    if not AllowedAddresses.of(options).include(url):
        raise validation_error("address_not_allowed", address=server)
