"""Firmware that the owner has for a charger."""

from dataclasses import dataclass

from ..csms.files.firmware import Signature


@dataclass(frozen=True, slots=True)
class FirmwareSource:
    """Where firmware is: at a URL, or as a file in the firmware folder of the configuration."""

    url: str | None = None
    file: str | None = None
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class FirmwareOffer:
    """Firmware that waits to be installed, and what its version is called."""

    version: str
    source: FirmwareSource
