"""The ways in which the power at the grid connection can be measured, with a form for each."""

from collections.abc import Mapping
from enum import StrEnum

import probatio

from homeassistant.helpers.selector import BooleanSelector

from ...config.energy_sources import entity_ids
from ...const import (
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_HOUSE_INCLUDES_CARS,
    CONF_HOUSE_POWER,
    CONF_PV_POWER,
)
from ..base import Errors, Input
from .sources import POWER


class Way(StrEnum):
    """Way of measuring; its value is the step that asks for its sensors."""

    ONE_SENSOR = "one_sensor"
    """The same sensors tell both directions."""
    IMPORT_EXPORT = "import_export"
    SOLAR_HOUSE = "solar_house"
    """It is calculated from the solar power and the consumption of the house."""


FORMS: Mapping[Way, probatio.Schema] = {
    Way.ONE_SENSOR: probatio.Schema(
        {
            probatio.Required(CONF_GRID_POWER): POWER,
            probatio.Required(
                CONF_GRID_POWER_INVERTED, default=False
            ): BooleanSelector(),
        }
    ),
    Way.IMPORT_EXPORT: probatio.Schema(
        {
            probatio.Optional(CONF_GRID_IMPORT): POWER,
            probatio.Required(CONF_GRID_EXPORT): POWER,
        }
    ),
    Way.SOLAR_HOUSE: probatio.Schema(
        {
            probatio.Required(CONF_PV_POWER): POWER,
            probatio.Required(CONF_HOUSE_POWER): POWER,
            probatio.Required(
                CONF_HOUSE_INCLUDES_CARS, default=True
            ): BooleanSelector(),
        }
    ),
}
_MEASURING = (
    CONF_GRID_POWER,
    CONF_GRID_IMPORT,
    CONF_GRID_EXPORT,
    CONF_HOUSE_POWER,
    CONF_HOUSE_INCLUDES_CARS,
)
"""The options of which each way has its own."""
_NEEDED: Mapping[Way, tuple[str, ...]] = {
    Way.ONE_SENSOR: (CONF_GRID_POWER,),
    Way.IMPORT_EXPORT: (CONF_GRID_EXPORT,),
    Way.SOLAR_HOUSE: (CONF_PV_POWER, CONF_HOUSE_POWER),
}


def without_meter(options: Mapping[str, object]) -> Input:
    """Return options in which the power at the grid connection is not measured."""
    return {key: value for key, value in options.items() if key not in _MEASURING}


def missing_sensors(way: Way, user_input: Mapping[str, object]) -> Errors:
    """Return errors for the fields of a way that are empty."""
    return {
        field: "sensor_missing"
        for field in _NEEDED[way]
        if not entity_ids(user_input, field)
    }


def way_of(options: Mapping[str, object]) -> Way | None:
    """Return the way in which options measure; None if they do not."""
    return next(
        (way for way in Way if not missing_sensors(way, options)),
        None,
    )


def reversed_way(options: Mapping[str, object]) -> Input | None:
    """Return options that measure in the other direction; None where they cannot."""
    if entity_ids(options, CONF_GRID_POWER):
        inverted = bool(options.get(CONF_GRID_POWER_INVERTED))
        return {**options, CONF_GRID_POWER_INVERTED: not inverted}
    imports = entity_ids(options, CONF_GRID_IMPORT)
    exports = entity_ids(options, CONF_GRID_EXPORT)
    if not imports or not exports:
        return None
    return {
        **options,
        CONF_GRID_IMPORT: list(exports),
        CONF_GRID_EXPORT: list(imports),
    }
