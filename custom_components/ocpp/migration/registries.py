"""The registries of Home Assistant: their rows, and moves that can be undone."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack

from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.typing import UNDEFINED, UndefinedType

from ..const import DOMAIN
from .rows import DeviceMove, DeviceRow, EntityMove, EntityRow, RegistryMoves


@callback
def entity_rows(hass: HomeAssistant, entry: ConfigEntry) -> list[EntityRow]:
    """Return the entities of an entry."""
    registry = er.async_get(hass)
    return [
        _row(entity)
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    ]


@callback
def device_rows(hass: HomeAssistant, entry: ConfigEntry) -> list[DeviceRow]:
    """Return the devices of an entry."""
    registry = dr.async_get(hass)
    return [
        DeviceRow(
            device.id,
            tuple(
                sorted(id_ for domain, id_ in device.identifiers if domain == DOMAIN)
            ),
            device.config_subentry_id,
        )
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
    ]


def _row(entity: er.RegistryEntry) -> EntityRow:
    options: Mapping[str, str] = entity.options.get(SENSOR, {})
    return EntityRow(
        entity.entity_id,
        entity.unique_id,
        entity.config_entry_id,
        entity.device_id,
        entity.config_subentry_id,
        entity.unit_of_measurement,
        options.get(CONF_UNIT_OF_MEASUREMENT),
    )


class Registries:
    """Moves rows; what undoes that is pushed on a stack."""

    def __init__(
        self, hass: HomeAssistant, subentry_ids: Mapping[str, str], undo: ExitStack
    ) -> None:
        """Initialize with the subentries of chargers by identity."""
        self._entities = er.async_get(hass)
        self._devices = dr.async_get(hass)
        self._subentry_ids = subentry_ids
        self._undo = undo

    @callback
    def async_move(self, moves: RegistryMoves) -> None:
        """Move all; entities before their devices, which would else leave them behind, and back again likewise."""
        for device in moves.devices:
            self._undo.callback(self._put_back, device.row)
        for entity in moves.entities:
            self._move_entity(entity)
        for device in moves.devices:
            self._move_device(device)

    def _move_entity(self, move: EntityMove) -> None:
        row, update = move.row, self._entities.async_update_entity
        if (orphan := move.replaces) is not None:
            self._end(orphan)
        self._undo.callback(
            update,
            row.entity_id,
            config_subentry_id=row.subentry_id,
            new_unique_id=_if_changed(row.unique_id, move.unique_id),
        )
        update(
            row.entity_id,
            config_subentry_id=self._subentry_ids[move.charger],
            new_unique_id=_if_changed(move.unique_id, row.unique_id),
        )
        if move.unit is not None:
            self._show_in(row.entity_id, move.unit)
        if orphan is not None and move.under_its_id:
            update(row.entity_id, new_entity_id=orphan.entity_id)
            self._undo.callback(update, orphan.entity_id, new_entity_id=row.entity_id)

    def _show_in(self, entity_id: str, unit: str) -> None:
        """Keep the unit in which a sensor was shown."""
        update = self._entities.async_update_entity_options
        entity = self._entities.entities[entity_id]
        before = entity.options.get(SENSOR)
        self._undo.callback(update, entity_id, SENSOR, before)
        update(entity_id, SENSOR, {**(before or {}), CONF_UNIT_OF_MEASUREMENT: unit})

    def _end(self, orphan: EntityRow) -> None:
        self._undo.callback(restore, self._entities, orphan)
        self._entities.async_remove(orphan.entity_id)

    def _move_device(self, move: DeviceMove) -> None:
        subentry_id = None if move.charger is None else self._subentry_ids[move.charger]
        self._devices.async_update_device(
            move.row.device_id,
            new_identifiers={(DOMAIN, move.identifier)},
            new_config_subentry_id=subentry_id,
        )

    def _put_back(self, row: DeviceRow) -> None:
        self._devices.async_update_device(
            row.device_id,
            new_identifiers=identifiers_of(row),
            new_config_subentry_id=row.subentry_id,
        )


@callback
def async_put_back(
    hass: HomeAssistant, entry: ConfigEntry, moves: RegistryMoves
) -> None:
    """Give entities and devices back what they had before they moved, whatever they are called by now."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    for move in moves.entities:
        row = move.row
        entity_id = entities.async_get_entity_id(row.domain, DOMAIN, move.unique_id)
        if entity_id is None:
            continue
        entities.async_update_entity(
            entity_id,
            config_subentry_id=row.subentry_id,
            new_unique_id=_if_changed(row.unique_id, move.unique_id),
        )
        if move.unit is not None:
            options = dict(entities.entities[entity_id].options.get(SENSOR, {}))
            options.pop(CONF_UNIT_OF_MEASUREMENT, None)
            entities.async_update_entity_options(entity_id, SENSOR, options)
        if move.replaces is not None:
            if move.under_its_id:
                entities.async_update_entity(entity_id, new_entity_id=row.entity_id)
            restore(entities, move.replaces)
    for device in moves.devices:
        if devices.async_get(device.row.device_id, include_child_devices=False):
            devices.async_update_device(
                device.row.device_id,
                new_identifiers=identifiers_of(device.row),
                new_config_subentry_id=device.row.subentry_id,
            )


@callback
def async_end_others(
    hass: HomeAssistant, entry: ConfigEntry, former: Iterable[EntityRow]
) -> None:
    """Remove the entities that an entry has gained."""
    kept = {(row.domain, row.unique_id) for row in former}
    for row in entity_rows(hass, entry):
        if (row.domain, row.unique_id) not in kept:
            er.async_get(hass).async_remove(row.entity_id)


@callback
def restore(registry: er.EntityRegistry, row: EntityRow) -> None:
    """Register an entity again that was removed; Home Assistant remembers all that its owner has given it."""
    again = registry.async_get_or_create(row.domain, DOMAIN, row.unique_id)
    registry.async_update_entity(
        again.entity_id,
        config_entry_id=row.entry_id,
        config_subentry_id=row.subentry_id,
        device_id=row.device_id,
        new_entity_id=_if_changed(row.entity_id, again.entity_id),
    )


def identifiers_of(row: DeviceRow) -> set[tuple[str, str]]:
    """Return the identifiers of a device as Home Assistant keeps them."""
    return {(DOMAIN, identifier) for identifier in row.identifiers}


def _if_changed(value: str, before: str) -> str | UndefinedType:
    return UNDEFINED if value == before else value
