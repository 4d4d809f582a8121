"""OCPP's protocol versions: the one place where they differ."""

from collections.abc import Sequence

from . import v16
from .base import Context, Handled, Request, Version

VERSIONS: Sequence[Version] = (v16.VERSION,)
"""All supported versions, the preferred one first."""

DEFAULT_VERSION = v16.VERSION
"""What a charger speaks that offers no subprotocol at all; only old 1.6 ones do that."""

__all__ = ["DEFAULT_VERSION", "VERSIONS", "Context", "Handled", "Request", "Version"]
