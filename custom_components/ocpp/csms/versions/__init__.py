"""OCPP's protocol versions: the one place where they differ."""

from collections.abc import Mapping, Sequence

from ..model import Trigger
from . import v16
from .incoming import Context, Handled
from .requests import Command, Request
from .version import Version

VERSIONS: Sequence[Version] = (v16.VERSION,)
"""All supported versions, the preferred one first."""

DEFAULT_VERSION = v16.VERSION
"""The version of a charger that offers no subprotocol at all; only old 1.6 ones do that."""

TRIGGERS: Mapping[str, Trigger] = {
    name: trigger
    for version in VERSIONS
    for trigger, name in version.triggers.names.items()
}
"""The messages that chargers can be asked for, by the names that any version has for them."""

MAX_TOKEN_LENGTH = max(version.tokens.max_length for version in VERSIONS)
"""The greatest length of an id token in any version; one that is too long for a charger's own is not sent to it."""

__all__ = [
    "DEFAULT_VERSION",
    "MAX_TOKEN_LENGTH",
    "TRIGGERS",
    "VERSIONS",
    "Command",
    "Context",
    "Handled",
    "Request",
    "Version",
]


def version_named(name: str | None) -> Version:
    """Return the version of a name; for one that is unknown, that of chargers which name none."""
    by_name = {version.name: version for version in VERSIONS}
    return by_name.get(name or "", DEFAULT_VERSION)
