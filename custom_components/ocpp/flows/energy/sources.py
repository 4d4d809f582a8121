"""The forms for the sensors that show the power flows of the site."""

from collections.abc import Mapping

import probatio

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfPower, UnitOfTime
from homeassistant.helpers.selector import (
    ActionSelector,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
)

from ...config.battery_hold import are_valid, hold_actions
from ...config.energy_sources import battery_capacities, entity_ids
from ...const import (
    CONF_BATTERY_CAPACITIES,
    CONF_BATTERY_HOLD,
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_BATTERY_SOC,
    CONF_EXPORT_LIMIT,
    CONF_GRID_CURRENTS,
    CONF_GRID_CURRENTS_INVERTED,
    CONF_GRID_DELAY,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_PHASES,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_HOLD_ACTIONS,
    CONF_HOUSE_POWER,
    CONF_ONLY_EXCESS,
    CONF_PHASES_APART,
    CONF_PV_POWER,
    CONF_RELEASE_ACTIONS,
    CONF_SITE_LIMIT,
)
from ..base import Errors, Input
from ..selectors import CURRENT_SENSOR, TEXTS, box, collapsed, sensors

POWER = sensors(SensorDeviceClass.POWER, (UnitOfPower.WATT, UnitOfPower.KILO_WATT))
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

PHASES = probatio.Schema(
    {
        probatio.Required(CONF_PHASES_APART, default=False): BooleanSelector(),
        probatio.Required(CONF_GRID_POWER_INVERTED, default=False): BooleanSelector(),
        **{probatio.Optional(field): _ONE_POWER for field in CONF_GRID_PHASES},
    }
)
DELAY = probatio.Schema(
    {probatio.Optional(CONF_GRID_DELAY): box(0, LONGEST_DELAY_S, UnitOfTime.SECONDS)}
)
_INVERTERS = probatio.Schema({probatio.Optional(CONF_PV_POWER): POWER})
SOLAR = _INVERTERS.extend(
    {
        probatio.Optional(CONF_EXPORT_LIMIT): box(0, 1_000_000, UnitOfPower.WATT),
        probatio.Required(CONF_ONLY_EXCESS, default=False): BooleanSelector(),
    }
)
_BATTERY = probatio.Schema(
    {
        probatio.Optional(CONF_BATTERY_POWER): POWER,
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
ASKED_AT_FIRST = _INVERTERS.extend(_BATTERY.schema)
"""The fields that are asked for at first beside the grid."""


def as_lists(options: Mapping[str, object]) -> Input:
    """Return options as the forms take them: with lists of sensors where a single one is stored."""
    lists = {
        key: list(entity_ids(options, key)) for key in SENSOR_LISTS if key in options
    }
    return {**options, **lists}


def balance_errors(options: Mapping[str, object]) -> Errors:
    """Return an error if the grid is calculated from the house, and the solar power for that is missing."""

    def has(*keys: str) -> bool:
        return any(entity_ids(options, key) for key in keys)

    is_metered = has(CONF_GRID_POWER, CONF_GRID_EXPORT, *CONF_GRID_PHASES)
    if has(CONF_HOUSE_POWER) and not has(CONF_PV_POWER) and not is_metered:
        return {CONF_PV_POWER: "solar_needed"}
    return {}


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
