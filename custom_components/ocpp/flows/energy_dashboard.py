"""The energy sources that are set up in the Energy dashboard already."""

from collections.abc import Mapping

from homeassistant.components.energy.data import (
    BatterySourceType,
    EnergyPreferences,
    GridSourceType,
    PowerConfig,
    SourceType,
    async_get_manager,
)
from homeassistant.core import HomeAssistant, valid_entity_id

from ..const import (
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_BATTERY_SOC,
    CONF_FEED_IN_ENTITIES,
    CONF_FEED_IN_TARIFF,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_PRICE_ENTITIES,
    CONF_PV_POWER,
    CONF_TARIFF,
)

type Suggestions = dict[str, str | bool | dict[str, list[str] | float]]


async def async_suggest_sources(hass: HomeAssistant) -> Suggestions:
    """Return suggestions for the form of the energy sources from the Energy dashboard."""
    if "energy" not in hass.config.components:
        return {}
    manager = await async_get_manager(hass)
    return {} if manager.data is None else suggestions(manager.data)


def suggestions(preferences: EnergyPreferences) -> Suggestions:
    """Return suggestions from the preferences of the dashboard; the first source of a kind counts."""
    suggested: Suggestions = {}
    for source in preferences["energy_sources"]:
        for key, value in _of_source(source).items():
            suggested.setdefault(key, value)
    return suggested


def _of_source(source: SourceType) -> Suggestions:
    match source["type"]:
        case "grid":
            return _grid(source)
        case "solar":
            return _entities({CONF_PV_POWER: source.get("stat_rate")})
        case "battery":
            return _battery(source)
        case _:
            return {}


def _grid(source: GridSourceType) -> Suggestions:
    return _tariff(source) | _grid_power(source)


def _tariff(source: GridSourceType) -> Suggestions:
    """Return the prices for energy from and to the grid, as far as they are known."""
    tariff: dict[str, list[str] | float] = {}
    if price_entity := source.get("entity_energy_price"):
        tariff[CONF_PRICE_ENTITIES] = [price_entity]
    if (feed_in := source.get("number_energy_price_export")) is not None:
        tariff[CONF_FEED_IN_TARIFF] = feed_in
    if feed_in_entity := source.get("entity_energy_price_export"):
        tariff[CONF_FEED_IN_ENTITIES] = [feed_in_entity]
    return {CONF_TARIFF: tariff} if tariff else {}


def _grid_power(source: GridSourceType) -> Suggestions:
    config: PowerConfig = source.get("power_config") or {}
    if "stat_rate_inverted" in config:
        return _inverted(CONF_GRID_POWER, CONF_GRID_POWER_INVERTED, config)
    if "stat_rate_from" in config and "stat_rate_to" in config:
        return _entities(
            {
                CONF_GRID_IMPORT: config["stat_rate_from"],
                CONF_GRID_EXPORT: config["stat_rate_to"],
            }
        )
    return _entities({CONF_GRID_POWER: source.get("stat_rate")})


def _battery(source: BatterySourceType) -> Suggestions:
    config: PowerConfig = source.get("power_config") or {}
    soc = _entities({CONF_BATTERY_SOC: source.get("stat_soc")})
    if "stat_rate_inverted" in config:
        return soc | _inverted(CONF_BATTERY_POWER, CONF_BATTERY_POWER_INVERTED, config)
    return soc | _entities({CONF_BATTERY_POWER: source.get("stat_rate")})


def _inverted(key: str, inverted_key: str, config: PowerConfig) -> Suggestions:
    entity = _entities({key: config["stat_rate_inverted"]})
    return {**entity, inverted_key: True} if entity else {}


def _entities(statistics: Mapping[str, str | None]) -> Suggestions:
    """Return the statistics that are entities; others have no state."""
    return {
        key: statistic
        for key, statistic in statistics.items()
        if statistic is not None and valid_entity_id(statistic)
    }
