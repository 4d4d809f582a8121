"""Firmware that the owner offers to a charger."""

from dataclasses import dataclass

from ..csms.files.firmware import Signature


@dataclass(frozen=True, slots=True)
class FirmwareSource:
    """The source of firmware: a URL, or a file in the firmware folder of the configuration."""

    url: str | None = None
    file: str | None = None
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class FirmwareOffer:
    """Firmware that waits to be installed, with the name of its version."""

    version: str
    source: FirmwareSource
