"""OCPP's protocol versions: the one place where they differ."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from ..model import Trigger
from .incoming import Context, Handled, NotAdmittedError, UncheckedContractError
from .requests import Command, Request
from .version import Version


@dataclass(slots=True, eq=False)
class Dialect:
    """One protocol version that chargers may speak, by the names that it has for them.

    `read` imports what there is of it, which takes a while.
    """

    name: str
    subprotocol: str
    read: Callable[[], Version]
    _version: Version | None = field(default=None, init=False)
    _reading: Lock = field(default_factory=Lock, init=False)

    async def learn(self) -> Version:
        """Return the version, with its schemas; the first time, they are read in a thread."""
        if self._version is None:
            return await asyncio.to_thread(self.load)
        return self._version

    def load(self) -> Version:
        """Return the version, with its schemas; the first time, it blocks."""
        with self._reading:
            if self._version is None:
                version = self.read()
                version.schemas  # noqa: B018
                self._version = version
            return self._version


def _v16() -> Version:
    from . import v16  # noqa: PLC0415 - the messages of a version that nobody speaks cost a tenth of a second

    return v16.VERSION


def _v201() -> Version:
    from . import v201  # noqa: PLC0415 - likewise

    return v201.VERSION


def _v21() -> Version:
    from . import v21  # noqa: PLC0415 - likewise

    return v21.VERSION


DEFAULT_DIALECT = Dialect("1.6", "ocpp1.6", _v16)
"""The version of a charger that offers no subprotocol at all; only old 1.6 ones do that."""

DIALECTS: Sequence[Dialect] = (
    Dialect("2.1", "ocpp2.1", _v21),
    Dialect("2.0.1", "ocpp2.0.1", _v201),
    DEFAULT_DIALECT,
)
"""All supported versions, the preferred one first."""

TRIGGERS: Mapping[str, Trigger] = {
    "BootNotification": Trigger.BOOT,
    "DiagnosticsStatusNotification": Trigger.DIAGNOSTICS_STATUS,
    "FirmwareStatusNotification": Trigger.FIRMWARE_STATUS,
    "Heartbeat": Trigger.HEARTBEAT,
    "LogStatusNotification": Trigger.LOG_STATUS,
    "MeterValues": Trigger.METER_VALUES,
    "SignChargePointCertificate": Trigger.CERTIFICATE_REQUEST,
    "SignChargingStationCertificate": Trigger.CERTIFICATE_REQUEST,
    "StatusNotification": Trigger.STATUS,
    "TransactionEvent": Trigger.SESSION,
}
"""The messages that chargers can be asked for, by the names that any version has for them."""

MAX_TOKEN_LENGTH = 36
"""The greatest length of an id token in any version; one that is too long for a charger's own is not sent to it."""

__all__ = [
    "DEFAULT_DIALECT",
    "DIALECTS",
    "MAX_TOKEN_LENGTH",
    "TRIGGERS",
    "Command",
    "Context",
    "Dialect",
    "Handled",
    "NotAdmittedError",
    "Request",
    "UncheckedContractError",
    "Version",
]


def dialect_named(name: str | None) -> Dialect:
    """Return the dialect of a name; for one that is unknown, that of chargers which name none."""
    by_name = {dialect.name: dialect for dialect in DIALECTS}
    return by_name.get(name or "", DEFAULT_DIALECT)
