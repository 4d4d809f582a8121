"""Moving an entry of the community integration in: planned, kept in a backup, and done as a whole or not at all."""

from contextlib import ExitStack
from dataclasses import dataclass
import json
import logging
from types import MappingProxyType

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ..const import (
    CONF_BLOCKED,
    CONF_CHARGERS,
    CONF_ID_TAG,
    MINOR_VERSION,
    SUBENTRY_CHARGER,
    SUBENTRY_TAG,
)
from .backup import Backup, async_keep, backup_of, stored_backup
from .found import currents_a, identities, last_states, mentioned_ids
from .issues import async_show_failure, async_show_moved
from .new_entry import MovedEntry, identity_of, moved_entry
from .old_entry import OLD_VERSIONS, OldSystem, read_old
from .registries import (
    Registries,
    async_end_others,
    async_put_back,
    device_rows,
    entity_rows,
)
from .registry_moves import registry_moves
from .stand_in import async_stand_in
from .unique_ids import MovingCharger
from .yaml_tags import YamlTag, tags_in_yaml

_LOGGER = logging.getLogger(__name__)
VERSION = 3


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything that a move changes, and what was there before."""

    entry: MovedEntry
    tags: tuple[YamlTag, ...]
    backup: Backup


def is_old(entry: ConfigEntry) -> bool:
    """Return whether an entry is still the community integration's."""
    return entry.version in OLD_VERSIONS


async def async_move_in(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Move an old entry in; return False if it stays as it was, and its chargers are served meanwhile."""
    try:
        plan = await _async_plan(hass, entry)
        await async_keep(hass, entry.entry_id, plan.backup)
        _async_apply(hass, entry, plan)
    # Whatever is wrong with it, the chargers must be served, and the owner must know.
    except Exception as err:
        _LOGGER.exception("%s cannot be moved in", entry.title)
        await _async_fall_back(hass, entry, err)
        return False
    names = [charger.name for charger in plan.entry.chargers]
    async_show_moved(hass, entry.entry_id, names)
    return True


async def _async_plan(hass: HomeAssistant, entry: ConfigEntry) -> _Plan:
    old = read_old(entry.data)
    entities, devices = entity_rows(hass, entry), device_rows(hass, entry)
    states = await last_states(hass, entities)
    known = identities(old, entities, devices, states)
    moving = _moving(old, known)
    tags = tags_in_yaml(hass)
    moved = moved_entry(old, known, currents_a(moving, entities, states), tags)
    mentioned = await hass.async_add_executor_job(mentioned_ids, hass.config.config_dir)
    central = (old.name, entry.entry_id)
    moves = registry_moves(entities, devices, moving, central, mentioned)
    return _Plan(moved, tags.tags, backup_of(entry, entities, devices, moves))


def _moving(old: OldSystem, known: dict[str, str]) -> list[MovingCharger]:
    return [
        MovingCharger(each.name, identity_of(each, known), each.connectors)
        for each in old.chargers
    ]


@callback
def _async_apply(hass: HomeAssistant, entry: ConfigEntry, plan: _Plan) -> None:
    """Change everything, without a pause; undo it all if anything fails."""
    chargers = {
        charger.identity: ConfigSubentry(
            data=MappingProxyType(dict(charger.data)),
            subentry_type=SUBENTRY_CHARGER,
            title=charger.name,
            unique_id=charger.identity,
        )
        for charger in plan.entry.chargers
    }
    entries = hass.config_entries
    with ExitStack() as undo:
        for subentry in (*chargers.values(), *map(_tag, plan.tags)):
            undo.callback(_async_remove, hass, entry, subentry.subentry_id)
            entries.async_add_subentry(entry, subentry)
        ids = {identity: each.subentry_id for identity, each in chargers.items()}
        Registries(hass, ids, undo).async_move(plan.backup.moves)
        undo.callback(_async_restore, hass, entry, plan.backup)
        entries.async_update_entry(
            entry,
            data=dict(plan.entry.data),
            options=dict(plan.entry.options),
            version=VERSION,
            minor_version=MINOR_VERSION,
        )
        undo.pop_all()


def _tag(tag: YamlTag) -> ConfigSubentry:
    return ConfigSubentry(
        data=MappingProxyType(
            {CONF_ID_TAG: tag.id_tag, CONF_BLOCKED: tag.blocked, CONF_CHARGERS: []}
        ),
        subentry_type=SUBENTRY_TAG,
        title=tag.name,
        unique_id=None,
    )


async def async_move_out(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Give an entry back what it was before it moved in; return False if there is no backup."""
    backup = await stored_backup(hass, entry.entry_id).async_load()
    if backup is None or is_old(entry):
        return False
    await hass.config_entries.async_unload(entry.entry_id)
    async_put_back(hass, entry, backup.moves)
    async_end_others(hass, entry, backup.entities)
    for subentry_id in tuple(entry.subentries):
        _async_remove(hass, entry, subentry_id)
    _async_restore(hass, entry, backup)
    return True


@callback
def _async_remove(hass: HomeAssistant, entry: ConfigEntry, subentry_id: str) -> None:
    if subentry_id in entry.subentries:
        hass.config_entries.async_remove_subentry(entry, subentry_id)


@callback
def _async_restore(hass: HomeAssistant, entry: ConfigEntry, backup: Backup) -> None:
    hass.config_entries.async_update_entry(
        entry,
        data=json.loads(backup.data),
        options=json.loads(backup.options),
        title=backup.title,
        version=backup.version,
        minor_version=backup.minor_version,
    )


async def _async_fall_back(
    hass: HomeAssistant, entry: ConfigEntry, reason: Exception
) -> None:
    """Serve the chargers nevertheless, and tell the owner what is wrong."""
    try:
        await async_stand_in(hass, entry.entry_id, read_old(entry.data))
    # Data that cannot be read has no port, either.
    except Exception:
        _LOGGER.exception("The chargers of %s cannot be served", entry.title)
    async_show_failure(hass, entry.entry_id, entry.title, reason)
