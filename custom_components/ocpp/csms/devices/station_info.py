"""The identification of a charger."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StationInfo:
    """The identification in a charger's BootNotification."""

    vendor: str
    model: str
    serial_number: str | None = None
    firmware_version: str | None = None
