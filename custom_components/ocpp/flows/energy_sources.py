"""The forms for the sensors that show the power flows of the site."""

from collections.abc import Mapping

import probatio

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfPower, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    ActionSelector,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
)

from ..config.battery_hold import are_valid, hold_actions
from ..config.energy_sources import battery_capacities, entity_ids
from ..const import (
    CONF_BATTERY_CAPACITIES,
    CONF_BATTERY_HOLD,
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_BATTERY_SOC,
    CONF_EXPORT_LIMIT,
    CONF_FEED_IN_ENTITIES,
    CONF_FORECAST_ENTITIES,
    CONF_GRID_CURRENTS,
    CONF_GRID_CURRENTS_INVERTED,
    CONF_GRID_DELAY,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_PHASES,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_HOLD_ACTIONS,
    CONF_HOUSE_INCLUDES_CARS,
    CONF_HOUSE_POWER,
    CONF_ONLY_EXCESS,
    CONF_PHASES_APART,
    CONF_PRICE_ENTITIES,
    CONF_PV_POWER,
    CONF_RELEASE_ACTIONS,
    CONF_SITE_LIMIT,
    CONF_TARIFF,
)
from .base import Errors, Input
from .selectors import CURRENT_SENSOR, TEXTS, box, collapsed, sensors, unknown_entities
from .tariff import TARIFF, tariff_error

_POWER = sensors(SensorDeviceClass.POWER, (UnitOfPower.WATT, UnitOfPower.KILO_WATT))
_ONE_POWER = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.POWER)
)
_SOC = sensors(SensorDeviceClass.BATTERY)
_LIMIT = EntitySelector(
    EntitySelectorConfig(domain=["input_number", "number", "sensor"])
)

LONGEST_DELAY_S = 180
"""The longest delay of a grid meter by which what cars draw can be compared with it."""
SENSOR_LISTS = (
    CONF_GRID_POWER,
    CONF_GRID_IMPORT,
    CONF_GRID_EXPORT,
    CONF_PV_POWER,
    CONF_HOUSE_POWER,
    CONF_BATTERY_POWER,
    CONF_BATTERY_SOC,
)
"""The fields for any number of sensors, which used to be for one."""

GRID = probatio.Schema(
    {
        probatio.Optional(CONF_GRID_POWER): _POWER,
        probatio.Required(CONF_GRID_POWER_INVERTED, default=False): BooleanSelector(),
        probatio.Optional(CONF_GRID_IMPORT): _POWER,
        probatio.Optional(CONF_GRID_EXPORT): _POWER,
        probatio.Optional(CONF_HOUSE_POWER): _POWER,
        probatio.Required(CONF_HOUSE_INCLUDES_CARS, default=True): BooleanSelector(),
    }
)
METERS = GRID.extend(
    {
        probatio.Required(CONF_PHASES_APART, default=False): BooleanSelector(),
        **{probatio.Optional(field): _ONE_POWER for field in CONF_GRID_PHASES},
    }
)
DELAY = probatio.Schema(
    {probatio.Optional(CONF_GRID_DELAY): box(0, LONGEST_DELAY_S, UnitOfTime.SECONDS)}
)
_INVERTERS = probatio.Schema({probatio.Optional(CONF_PV_POWER): _POWER})
SOLAR = _INVERTERS.extend(
    {
        probatio.Optional(CONF_EXPORT_LIMIT): box(0, 1_000_000, UnitOfPower.WATT),
        probatio.Required(CONF_ONLY_EXCESS, default=False): BooleanSelector(),
    }
)
_BATTERY = probatio.Schema(
    {
        probatio.Optional(CONF_BATTERY_POWER): _POWER,
        probatio.Required(
            CONF_BATTERY_POWER_INVERTED, default=False
        ): BooleanSelector(),
        probatio.Optional(CONF_BATTERY_SOC): _SOC,
    }
)
BATTERY = _BATTERY.extend(
    {
        probatio.Optional(CONF_BATTERY_CAPACITIES): TEXTS,
        probatio.Required(CONF_BATTERY_HOLD, default={}): collapsed(
            probatio.Schema(
                {
                    probatio.Optional(CONF_HOLD_ACTIONS): ActionSelector(),
                    probatio.Optional(CONF_RELEASE_ACTIONS): ActionSelector(),
                }
            )
        ),
    }
)
LIMITS = probatio.Schema(
    {
        **{probatio.Optional(field): CURRENT_SENSOR for field in CONF_GRID_CURRENTS},
        probatio.Required(
            CONF_GRID_CURRENTS_INVERTED, default=False
        ): BooleanSelector(),
        probatio.Optional(CONF_SITE_LIMIT): _LIMIT,
    }
)
SOURCES = (
    GRID.extend(_INVERTERS.schema)
    .extend(_BATTERY.schema)
    .extend({probatio.Required(CONF_TARIFF, default={}): collapsed(TARIFF)})
)
"""All that is asked for at first."""


def as_lists(options: Mapping[str, object]) -> Input:
    """Return options as the forms take them: with lists of sensors where a single one is stored."""
    lists = {
        key: list(entity_ids(options, key)) for key in SENSOR_LISTS if key in options
    }
    return {**options, **lists}


def source_errors(hass: HomeAssistant, user_input: Input) -> Errors:
    """Return the errors in what is asked for at first, by field."""
    tariff = tariff_errors(hass, user_input.get(CONF_TARIFF, {}))
    return (
        unknown_entities(hass, user_input, SENSOR_LISTS)
        or ({CONF_TARIFF: error} if (error := tariff.get("base")) else {})
        or power_errors(user_input)
    )


def power_errors(options: Mapping[str, object]) -> Errors:
    """Return the errors in all sensors of powers together."""
    chosen = [each for key in SENSOR_LISTS for each in entity_ids(options, key)]
    if len(set(chosen)) < len(chosen):
        return {"base": "chosen_twice"}
    return grid_errors(options)


def grid_errors(options: Mapping[str, object]) -> Errors:
    """Return an error if the power from the grid is neither measured nor can be calculated."""

    def has(*keys: str) -> bool:
        return all(entity_ids(options, key) for key in keys)

    metered = has(CONF_GRID_POWER) or has(CONF_GRID_EXPORT) or has(*CONF_GRID_PHASES)
    computed = has(CONF_PV_POWER, CONF_HOUSE_POWER)
    return {} if metered or computed else {"base": "grid_needed"}


def phase_errors(options: Mapping[str, object]) -> Errors:
    """Return an error if the power of each phase is needed, and not known."""
    chosen = [key for key in CONF_GRID_PHASES if options.get(key)]
    wanted = bool(chosen) or bool(options.get(CONF_PHASES_APART))
    incomplete = wanted and len(chosen) < len(CONF_GRID_PHASES)
    return {"base": "phases_incomplete"} if incomplete else {}


def solar_errors(options: Mapping[str, object]) -> Errors:
    """Return an error if cars are to take what exceeds a limit that there is not."""
    if options.get(CONF_ONLY_EXCESS) and CONF_EXPORT_LIMIT not in options:
        return {CONF_EXPORT_LIMIT: "limit_needed"}
    return {}


def battery_errors(user_input: Input) -> Errors:
    """Return the errors in capacities and actions by field."""
    amounts = battery_capacities(user_input)
    if any(amount <= 0 for amount in amounts):
        return {CONF_BATTERY_CAPACITIES: "invalid_capacity"}
    if amounts and len(amounts) != len(entity_ids(user_input, CONF_BATTERY_SOC)):
        return {CONF_BATTERY_CAPACITIES: "capacity_for_each"}
    hold, release = hold_actions(user_input.get(CONF_BATTERY_HOLD, {}))
    if bool(hold) != bool(release):
        return {CONF_BATTERY_HOLD: "both_needed"}
    if not are_valid(hold) or not are_valid(release):
        return {CONF_BATTERY_HOLD: "invalid_actions"}
    return {}


def limit_errors(user_input: Input) -> Errors:
    """Return an error if the currents of some phases are missing."""
    currents = [field for field in CONF_GRID_CURRENTS if field in user_input]
    incomplete = currents and len(currents) not in (1, 3)
    return {"base": "currents_incomplete"} if incomplete else {}


def tariff_errors(hass: HomeAssistant, tariff: Mapping[str, object]) -> Errors:
    """Return an error for entities of a tariff that do not exist, or that show no prices."""
    fields = (CONF_PRICE_ENTITIES, CONF_FEED_IN_ENTITIES, CONF_FORECAST_ENTITIES)
    if unknown_entities(hass, tariff, fields):
        return {"base": "unknown_entity"}
    error = tariff_error(hass, tariff)
    return {} if error is None else {"base": error}
