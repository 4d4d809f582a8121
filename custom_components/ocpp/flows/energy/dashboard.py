"""The energy sources that are set up in the Energy dashboard already."""

from collections.abc import Iterable, Mapping, Sequence

from homeassistant.components.energy.data import (
    BatterySourceType,
    EnergyPreferences,
    GridSourceType,
    PowerConfig,
    SolarSourceType,
    async_get_manager,
)
from homeassistant.core import HomeAssistant, valid_entity_id

from ...const import (
    CONF_BATTERY_CAPACITIES,
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
from .recognition import Role

type Suggestions = dict[str, list[str] | bool | dict[str, list[str] | float]]


async def async_dashboard(hass: HomeAssistant) -> EnergyPreferences | None:
    """Return the preferences of the Energy dashboard; None if it is not set up."""
    if "energy" not in hass.config.components:
        return None
    manager = await async_get_manager(hass)
    return manager.data


def energy_meters(preferences: EnergyPreferences) -> Mapping[Role, list[str]]:
    """Return the meters of energy in the dashboard; their devices may have sensors of power, too."""
    meters: dict[Role, list[str | None]] = {role: [] for role in Role}
    for source in preferences["energy_sources"]:
        match source["type"]:
            case "grid":
                both = [source.get("stat_energy_from"), source.get("stat_energy_to")]
                for role in (Role.GRID, Role.IMPORT, Role.EXPORT):
                    meters[role] += both
            case "solar":
                meters[Role.SOLAR].append(source["stat_energy_from"])
            case "battery":
                meters[Role.BATTERY] += (
                    source["stat_energy_from"],
                    source["stat_energy_to"],
                )
    return {role: [each for each in found if each] for role, found in meters.items()}


def suggestions(preferences: EnergyPreferences) -> Suggestions:
    """Return suggestions from the preferences of the dashboard: all its meters, inverters and batteries."""
    grids: list[GridSourceType] = []
    inverters: list[SolarSourceType] = []
    batteries: list[BatterySourceType] = []
    for source in preferences["energy_sources"]:
        match source["type"]:
            case "grid":
                grids.append(source)
            case "solar":
                inverters.append(source)
            case "battery":
                batteries.append(source)
    solar = _entities(CONF_PV_POWER, (each.get("stat_rate") for each in inverters))
    return _tariff(grids) | _grid_power(grids) | solar | _battery(batteries)


def _tariff(sources: Iterable[GridSourceType]) -> Suggestions:
    """Return the prices for energy from and to the grid, as far as they are known; those of the first source count."""
    tariff: dict[str, list[str] | float] = {}
    for source in sources:
        if price_entity := source.get("entity_energy_price"):
            tariff.setdefault(CONF_PRICE_ENTITIES, [price_entity])
        if (feed_in := source.get("number_energy_price_export")) is not None:
            tariff.setdefault(CONF_FEED_IN_TARIFF, feed_in)
        if feed_in_entity := source.get("entity_energy_price_export"):
            tariff.setdefault(CONF_FEED_IN_ENTITIES, [feed_in_entity])
    return {CONF_TARIFF: tariff} if tariff else {}


def _grid_power(sources: Sequence[GridSourceType]) -> Suggestions:
    configs = [_config(source) for source in sources]
    if configs and all("stat_rate_to" in config for config in configs):
        imports = (config.get("stat_rate_from") for config in configs)
        exports = (config.get("stat_rate_to") for config in configs)
        return _entities(CONF_GRID_IMPORT, imports) | _entities(
            CONF_GRID_EXPORT, exports
        )
    return _power(CONF_GRID_POWER, CONF_GRID_POWER_INVERTED, sources)


def _battery(sources: Sequence[BatterySourceType]) -> Suggestions:
    power = _power(CONF_BATTERY_POWER, CONF_BATTERY_POWER_INVERTED, sources)
    charged = [source for source in sources if _is_entity(source.get("stat_soc"))]
    socs = _entities(CONF_BATTERY_SOC, (each.get("stat_soc") for each in charged))
    capacities = [f"{each['capacity']:g}" for each in charged if "capacity" in each]
    if len(charged) > 1 and len(capacities) == len(charged):
        return power | socs | {CONF_BATTERY_CAPACITIES: capacities}
    return power | socs


def _power(
    key: str,
    inverted_key: str,
    sources: Sequence[GridSourceType] | Sequence[BatterySourceType],
) -> Suggestions:
    """Return the sensors of net powers; where some are inverted, those that the dashboard made of them."""
    configs = [_config(source) for source in sources]
    if configs and all("stat_rate_inverted" in config for config in configs):
        inverted = (config.get("stat_rate_inverted") for config in configs)
        found = _entities(key, inverted)
        return {**found, inverted_key: True} if found else {}
    return _entities(key, (source.get("stat_rate") for source in sources))


def _config(source: GridSourceType | BatterySourceType) -> PowerConfig:
    return source.get("power_config") or {}


def _entities(key: str, statistics: Iterable[str | None]) -> Suggestions:
    """Return the statistics that are entities, each once; others have no state."""
    entities = dict.fromkeys(each for each in statistics if each and _is_entity(each))
    return {key: list(entities)} if entities else {}


def _is_entity(statistic: str | None) -> bool:
    return statistic is not None and valid_entity_id(statistic)
