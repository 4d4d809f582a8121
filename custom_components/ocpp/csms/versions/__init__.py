"""OCPP's protocol versions: the one place where they differ."""

from collections.abc import Sequence

from . import v16
from .incoming import Context, Handled
from .requests import Command, Request
from .version import Version

VERSIONS: Sequence[Version] = (v16.VERSION,)
"""All supported versions, the preferred one first."""

DEFAULT_VERSION = v16.VERSION
"""The version of a charger that offers no subprotocol at all; only old 1.6 ones do that."""

__all__ = [
    "DEFAULT_VERSION",
    "VERSIONS",
    "Command",
    "Context",
    "Handled",
    "Request",
    "Version",
]
