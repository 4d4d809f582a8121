"""Corrections of the options for meters that are set up wrongly."""

from collections.abc import Mapping
from typing import Any

from ..const import (
    CONF_BATTERY_POWER_INVERTED,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_HOUSE_INCLUDES_CARS,
)
from .energy_sources import entity_ids

type Options = Mapping[str, Any]


def with_grid_inverted(options: Options) -> dict[str, Any]:
    """Return options in which import is export, and export import."""
    flows = (CONF_GRID_IMPORT, CONF_GRID_EXPORT)
    is_pair = any(entity_ids(options, flow) for flow in flows)
    if entity_ids(options, CONF_GRID_POWER) or not is_pair:
        inverted = not options.get(CONF_GRID_POWER_INVERTED, False)
        return {**options, CONF_GRID_POWER_INVERTED: inverted}
    others = _without(options, *flows)
    if CONF_GRID_IMPORT in options:
        others[CONF_GRID_EXPORT] = options[CONF_GRID_IMPORT]
    if CONF_GRID_EXPORT in options:
        others[CONF_GRID_IMPORT] = options[CONF_GRID_EXPORT]
    return others


def with_battery_inverted(options: Options) -> dict[str, Any]:
    """Return options in which charge is discharge, and discharge charge."""
    inverted = not options.get(CONF_BATTERY_POWER_INVERTED, False)
    return {**options, CONF_BATTERY_POWER_INVERTED: inverted}


def with_cars_counted_otherwise(options: Options) -> dict[str, Any]:
    """Return options in which the load of the house includes the cars if it did not, and does not if it did."""
    includes = not options.get(CONF_HOUSE_INCLUDES_CARS, True)
    return {**options, CONF_HOUSE_INCLUDES_CARS: includes}


def with_added(options: Options, key: str, entity_id: str) -> dict[str, Any]:
    """Return options with another sensor in a field."""
    return {**options, key: list(dict.fromkeys((*entity_ids(options, key), entity_id)))}


def with_grid_meter(
    options: Options, entity_ids: tuple[str, ...], *, inverted: bool = False
) -> dict[str, Any]:
    """Return options in which some sensors together measure both directions of the grid."""
    return {
        **_without(options, CONF_GRID_IMPORT, CONF_GRID_EXPORT),
        CONF_GRID_POWER: list(entity_ids),
        CONF_GRID_POWER_INVERTED: inverted,
    }


def with_negative_export(options: Options) -> dict[str, Any]:
    """Return options in which an export that is told as a negative number adds to the import."""
    flows = (
        *entity_ids(options, CONF_GRID_IMPORT),
        *entity_ids(options, CONF_GRID_EXPORT),
    )
    return with_grid_meter(options, flows)


def with_negative_import(options: Options) -> dict[str, Any]:
    """Return options in which an import that is told as a negative number adds to the export."""
    flows = (
        *entity_ids(options, CONF_GRID_IMPORT),
        *entity_ids(options, CONF_GRID_EXPORT),
    )
    return with_grid_meter(options, flows, inverted=True)


def with_net_export(options: Options) -> dict[str, Any]:
    """Return options in which a sensor that was chosen for the export measures both directions."""
    flows = entity_ids(options, CONF_GRID_EXPORT)
    return with_grid_meter(options, flows, inverted=True)


def with_net_import(options: Options) -> dict[str, Any]:
    """Return options in which a sensor that was chosen for the import measures both directions."""
    return with_grid_meter(options, entity_ids(options, CONF_GRID_IMPORT))


def _without(options: Options, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key not in keys}
