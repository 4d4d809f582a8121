"""Claimants of an identity: the devices that connect under it."""

from dataclasses import dataclass
from enum import StrEnum

from .station_info import StationInfo


class Decision(StrEnum):
    """The owner's decision about a second device at an identity."""

    REPLACEMENT = "replacement"
    """It has taken the place of the known one."""
    INTRUDER = "intruder"
    """It is nobody's."""
    SHARED_NAME = "shared_name"
    """It is a charger of the owner's that needs an identity of its own."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """A device that claims an identity: its network address, and what it has announced itself as by then."""

    address: str | None = None
    info: StationInfo | None = None

    def may_be(self, other: Claimant) -> bool:
        """Return whether the other comes from the same address, and announces nothing else."""
        return self.address == other.address and not differ(self.info, other.info)


def differ(one: StationInfo | None, other: StationInfo | None) -> bool:
    """Return whether two announcements are of different devices; firmware changes, and is none of the differences."""
    if one is None or other is None:
        return False
    pairs = (
        (one.vendor, other.vendor),
        (one.model, other.model),
        (one.serial_number, other.serial_number),
    )
    return any(
        told and known and _plain(told) != _plain(known) for told, known in pairs
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
