"""The identification of a charger."""

from dataclasses import dataclass, fields

from ..texts import plain

MOST = 64
"""More than any version of OCPP allows for each of its texts."""


@dataclass(frozen=True, slots=True)
class StationInfo:
    """The identification in a charger's BootNotification, however long or odd its texts were there."""

    vendor: str
    model: str
    serial_number: str | None = None
    firmware_version: str | None = None

    def __post_init__(self) -> None:
        """Make all texts plain."""
        for field in fields(self):
            text = getattr(self, field.name)
            if text is not None:
                object.__setattr__(self, field.name, plain(text, MOST))
