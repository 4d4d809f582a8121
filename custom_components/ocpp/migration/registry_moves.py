"""The moves of entities and devices: decided as a whole, before anything changes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
import re

from .rows import DeviceMove, DeviceRow, EntityMove, EntityRow, RegistryMoves
from .unique_ids import MovingCharger, OldKey, new_unique_id, parse

_KEPT_UNITS = {"kW", "kWh"}
"""The units in which the former integration counted, and ours does not."""
_NUMBERED = re.compile(r"_\d+$")


def registry_moves(
    entities: Iterable[EntityRow],
    devices: Iterable[DeviceRow],
    chargers: Collection[MovingCharger],
    central: tuple[str | None, str],
    mentioned: Collection[str] = frozenset(),
) -> RegistryMoves:
    """Return what becomes of entities and devices.

    Args:
        entities: those of the entry.
        devices: likewise.
        chargers: the chargers that move.
        central: the identifiers of the central system's device, the former and the new one.
        mentioned: the ids of entities that automations, scripts and dashboards name.
    """
    device_moves = tuple(_device_moves(devices, chargers, central))
    chargers_of = {move.row.device_id: move.charger for move in device_moves}
    return RegistryMoves(
        tuple(_entity_moves(entities, chargers, chargers_of, mentioned)), device_moves
    )


def _device_moves(
    devices: Iterable[DeviceRow],
    chargers: Collection[MovingCharger],
    central: tuple[str | None, str],
) -> Iterator[DeviceMove]:
    former, new = central
    taken: set[str] = set()
    for device in devices:
        place: tuple[str, str | None] | None = _place(device, chargers)
        if place is None and former in device.identifiers:
            place = (new, None)
        # Of two devices of one charger, the second stays as it is.
        if place is not None and place[0] not in taken:
            taken.add(place[0])
            yield DeviceMove(device, *place)


def _place(
    device: DeviceRow, chargers: Collection[MovingCharger]
) -> tuple[str, str] | None:
    for charger in chargers:
        if {charger.identity, charger.name} & {*device.identifiers}:
            return charger.identity, charger.identity
        for number in range(1, charger.connectors + 1):
            if f"{charger.name}-conn{number}" in device.identifiers:
                return charger.identifier(number), charger.identity
    return None


def _entity_moves(
    entities: Iterable[EntityRow],
    chargers: Collection[MovingCharger],
    chargers_of: dict[str, str | None],
    mentioned: Collection[str],
) -> Iterator[EntityMove]:
    rivals: dict[tuple[str, str], list[tuple[OldKey, EntityRow]]] = defaultdict(list)
    for row in entities:
        old = parse(row.domain, row.unique_id, chargers)
        new = None if old is None else new_unique_id(row.domain, old)
        if old is not None and new is not None:
            rivals[row.domain, new].append((old, row))
        elif charger := _charger_of(row, old, chargers_of):
            # Nothing goes on with it, but it stays with its charger.
            yield EntityMove(row, charger, row.unique_id)
    for (_, new), rows in rivals.items():
        yield from _settled(new, rows, mentioned)


def _charger_of(
    row: EntityRow, old: OldKey | None, chargers_of: dict[str, str | None]
) -> str | None:
    if old is not None:
        return old.charger.identity
    return None if row.device_id is None else chargers_of.get(row.device_id)


def _settled(
    new: str, rows: list[tuple[OldKey, EntityRow]], mentioned: Collection[str]
) -> Iterator[EntityMove]:
    """Yield the moves of entities of the same meaning: one goes on, one may end, and any others stay as they are."""
    # Dots are of the older generation, and a connector's own number is more exact than none.
    living, *others = sorted(
        rows, key=lambda each: (each[0].is_dotted, each[0].connector is None)
    )
    old, row = living
    replaced = next((each for _, each in others if _is_orphan_of(each, row)), None)
    yield EntityMove(
        row,
        old.charger.identity,
        new,
        row.unit if row.unit in _KEPT_UNITS and row.own_unit is None else None,
        replaced,
        replaced is not None and _keeps_orphans_id(row, replaced, mentioned),
    )
    for other, each in others:
        if each is not replaced:
            yield EntityMove(each, other.charger.identity, each.unique_id)


def _is_orphan_of(row: EntityRow, living: EntityRow) -> bool:
    """Return whether the living entity got its id only because this one had it already."""
    return _NUMBERED.sub("", living.entity_id) == row.entity_id


def _keeps_orphans_id(
    living: EntityRow, orphan: EntityRow, mentioned: Collection[str]
) -> bool:
    """Return whether the id of the orphan is the one in use; it has the longer history, too."""
    return orphan.entity_id in mentioned or living.entity_id not in mentioned
