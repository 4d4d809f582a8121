"""Knowledge of Home Assistant about an old entry besides its data: identities, currents in force, and ids that are in use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
import re

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.restore_state import RestoreEntity
from homeassistant.helpers.storage import STORAGE_DIR

from .old_entry import OldSystem
from .rows import DeviceRow, EntityRow
from .unique_ids import MovingCharger, parse

_MAXIMUM = ("number", "maximum_current")
_ID = ("sensor", "id")
_NO_STATE = {"unknown", "unavailable", ""}
_ENTITY_ID = re.compile(r"\b(?:sensor|number|switch|button)\.[a-z0-9_]+")


async def last_states(hass: HomeAssistant, rows: Iterable[EntityRow]) -> dict[str, str]:
    """Return the last states of entities from before the restart, where they are known."""
    states = {row.entity_id: await _last_state(hass, row.entity_id) for row in rows}
    return {
        entity_id: state.state
        for entity_id, state in states.items()
        if state is not None and state.state not in _NO_STATE
    }


async def _last_state(hass: HomeAssistant, entity_id: str) -> State | None:
    # How they are kept differs between releases; an entity can ask in all of them.
    asking = RestoreEntity()
    asking.hass, asking.entity_id = hass, entity_id
    return await asking.async_get_last_state()


def identities(
    old: OldSystem,
    entities: Iterable[EntityRow],
    devices: Iterable[DeviceRow],
    states: Mapping[str, str],
) -> dict[str, str]:
    """Return the identities of chargers whose entry does not tell it, by name: from a sensor, or else a device."""
    nameless = [each for each in old.chargers if each.identity is None]
    found: dict[str, str] = {}
    for charger in nameless:
        for device in devices:
            others = {*device.identifiers} - {charger.name}
            if charger.name in device.identifiers and len(others) == 1:
                found[charger.name] = others.pop()
    moving = [MovingCharger(each.name, each.name, 1) for each in nameless]
    for row in entities:
        parts = parse(row.domain, row.unique_id, moving)
        if parts is not None and (row.domain, parts.key) == _ID:
            found[parts.charger.name] = states.get(
                row.entity_id, found.get(parts.charger.name, parts.charger.name)
            )
    return found


def currents_a(
    chargers: Iterable[MovingCharger],
    entities: Iterable[EntityRow],
    states: Mapping[str, str],
) -> dict[str, dict[int, float]]:
    """Return the maximum currents that are shown, by charger and connector."""
    chargers = list(chargers)
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for row in entities:
        parts = parse(row.domain, row.unique_id, chargers)
        if parts is None or (row.domain, parts.key) != _MAXIMUM:
            continue
        current_a = _number(states.get(row.entity_id))
        if current_a is None:
            continue
        every = range(1, parts.charger.connectors + 1)
        for connector in every if parts.connector is None else (parts.connector,):
            shown = found[parts.charger.name]
            shown[connector] = min(current_a, shown.get(connector, current_a))
    return found


def _number(state: str | None) -> float | None:
    try:
        return None if state is None else float(state)
    except ValueError:
        return None


def mentioned_ids(config_dir: str) -> frozenset[str]:
    """Return the ids of entities in automations, scripts and dashboards; it reads files."""
    folder = Path(config_dir)
    files = [*folder.glob("*.yaml"), *(folder / STORAGE_DIR).glob("lovelace*")]
    return frozenset(
        entity_id
        for file in (*files, folder / STORAGE_DIR / "energy")
        if file.is_file()
        for entity_id in _ENTITY_ID.findall(file.read_text(errors="replace"))
    )
