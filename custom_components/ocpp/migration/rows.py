"""Rows of Home Assistant's registries, as far as they matter to a move."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity; `unit` is the one it was shown in, `own_unit` the one that its owner has chosen."""

    entity_id: str
    unique_id: str
    entry_id: str | None = None
    device_id: str | None = None
    subentry_id: str | None = None
    unit: str | None = None
    own_unit: str | None = None

    @property
    def domain(self) -> str:
        """The platform."""
        return self.entity_id.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device; `identifiers` are those of this domain."""

    device_id: str
    identifiers: tuple[str, ...]
    subentry_id: str | None = None


@dataclass(frozen=True, slots=True)
class EntityMove:
    """An entity that goes on under another unique id, with a charger's subentry and maybe a unit to keep.

    `replaces` is an entity of the same meaning that ends; with `under_its_id`, this one takes the id of that.
    """

    row: EntityRow
    charger: str
    unique_id: str
    unit: str | None = None
    replaces: EntityRow | None = None
    under_its_id: bool = False


@dataclass(frozen=True, slots=True)
class DeviceMove:
    """A device that goes on under another identifier; `charger` is None for that of the central system."""

    row: DeviceRow
    identifier: str
    charger: str | None


@dataclass(frozen=True, slots=True)
class RegistryMoves:
    """All that changes in the registries."""

    entities: tuple[EntityMove, ...] = ()
    devices: tuple[DeviceMove, ...] = ()
