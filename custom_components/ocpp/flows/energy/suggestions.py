"""Suggestions for the energy sources: from the Energy dashboard, from the devices in it, and from what sensors are called."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ...const import (
    CONF_BATTERY_CAPACITIES,
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_BATTERY_SOC,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_HOUSE_POWER,
    CONF_PV_POWER,
    CONF_TARIFF,
    DOMAIN,
)
from ..tariff import tariff_errors
from .dashboard import Suggestions, async_dashboard, energy_meters, suggestions
from .recognition import Candidate, Role, only_power, recognized

_FIELDS: Mapping[Role, str] = {
    Role.GRID: CONF_GRID_POWER,
    Role.IMPORT: CONF_GRID_IMPORT,
    Role.EXPORT: CONF_GRID_EXPORT,
    Role.SOLAR: CONF_PV_POWER,
    Role.HOUSE: CONF_HOUSE_POWER,
    Role.BATTERY: CONF_BATTERY_POWER,
    Role.CHARGE: CONF_BATTERY_SOC,
}
_EXPORT_IS_POSITIVE = frozenset(
    {"huawei_solar", "solaredge_modbus", "solaredge_modbus_multi"}
)
_CHARGING_IS_POSITIVE = frozenset({"huawei_solar", "victron", "victron_gx"})
"""Integrations whose sensors count the other way round."""


async def async_suggest_sources(hass: HomeAssistant) -> Suggestions:
    """Return the sensors that are known or recognized, and the prices that the Energy dashboard knows."""
    preferences = await async_dashboard(hass)
    if preferences is None:
        return _Recognition(hass, {}).suggestions({})
    return _Recognition(hass, energy_meters(preferences)).suggestions(
        suggestions(preferences)
    )


async def async_known_beside(
    hass: HomeAssistant, chosen: Mapping[str, object]
) -> Suggestions:
    """Return what the Energy dashboard knows beside what was chosen: capacities of batteries, and prices that can be used."""
    preferences = await async_dashboard(hass)
    if preferences is None:
        return {}
    known = suggestions(preferences)
    found: Suggestions = {}
    if known.get(CONF_BATTERY_SOC) == chosen.get(CONF_BATTERY_SOC):
        found |= {key: known[key] for key in (CONF_BATTERY_CAPACITIES,) if key in known}
    tariff = known.get(CONF_TARIFF)
    if isinstance(tariff, dict) and not tariff_errors(hass, tariff):
        found[CONF_TARIFF] = tariff
    return found


class _Recognition:
    """The sensors of the house, looked for first at the devices whose energy is known."""

    def __init__(
        self, hass: HomeAssistant, meters: Mapping[Role, Collection[str]]
    ) -> None:
        """Initialize with the energy meters of the dashboard."""
        self._candidates = list(_candidates(hass))
        registry = er.async_get(hass)
        self._devices = {
            role: {
                entry.device_id
                for entity_id in entity_ids
                if (entry := registry.async_get(entity_id)) is not None
                and entry.device_id is not None
            }
            for role, entity_ids in meters.items()
        }

    def suggestions(self, known: Suggestions) -> Suggestions:
        """Return what is known, and what is recognized where nothing is."""
        found = dict(known)
        if not found.keys() & {CONF_GRID_POWER, CONF_GRID_IMPORT, CONF_GRID_EXPORT}:
            found |= self._grid()
        if CONF_PV_POWER not in found:
            found |= self._field(Role.SOLAR)
        if CONF_BATTERY_POWER not in found:
            found |= self._battery()
        if CONF_BATTERY_SOC not in found and CONF_BATTERY_POWER in found:
            found |= self._charge(found[CONF_BATTERY_POWER])
        return self._field(Role.HOUSE) | found

    def _grid(self) -> Suggestions:
        if net := self._find(Role.GRID):
            inverted = net[0].platform in _EXPORT_IS_POSITIVE
            return {
                CONF_GRID_POWER: [net[0].entity_id],
                **({CONF_GRID_POWER_INVERTED: True} if inverted else {}),
            }
        exports = self._field(Role.EXPORT)
        return self._field(Role.IMPORT) | exports if exports else {}

    def _battery(self) -> Suggestions:
        batteries = self._find(Role.BATTERY)
        found = _field(Role.BATTERY, batteries)
        if batteries and all(
            each.platform in _CHARGING_IS_POSITIVE for each in batteries
        ):
            found[CONF_BATTERY_POWER_INVERTED] = True
        return found

    def _charge(self, batteries: object) -> Suggestions:
        """Return the states of charge from the integrations of the batteries: others may be those of phones."""
        platforms = {
            each.platform
            for each in self._candidates
            if isinstance(batteries, list) and each.entity_id in batteries
        }
        same = [each for each in self._candidates if each.platform in platforms]
        return _field(Role.CHARGE, recognized(same, Role.CHARGE))

    def _field(self, role: Role) -> Suggestions:
        return _field(role, self._find(role))

    def _find(self, role: Role) -> list[Candidate]:
        """Return the sensors with a role, of the devices whose energy is known if possible."""
        devices = self._devices.get(role, set())
        near = [each for each in self._candidates if each.device_id in devices]
        return (
            recognized(near, role)
            or (only_power(near) if role is Role.GRID else [])
            or recognized(self._candidates, role)
        )


def _field(role: Role, candidates: Iterable[Candidate]) -> Suggestions:
    found = [candidate.entity_id for candidate in candidates]
    return {_FIELDS[role]: found} if found else {}


def _candidates(hass: HomeAssistant) -> Iterator[Candidate]:
    """Yield all sensors but our own."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    for state in hass.states.async_all("sensor"):
        entry = entities.async_get(state.entity_id)
        if entry is None:
            yield _candidate(state, state.name)
        elif entry.platform != DOMAIN:
            device_id = entry.device_id
            device = None if device_id is None else devices.async_get(device_id)
            yield replace(
                _candidate(state, f"{_own_name(entry)} {entry.translation_key or ''}"),
                platform=entry.platform,
                device_id=device_id,
                device_name="" if device is None else device.name or "",
            )


def _own_name(entry: er.RegistryEntry) -> str:
    """Return an entity's name without its device's, where the owner has not chosen another."""
    # Home Assistant 2026.11 has lost the function for it.
    return entry.name or entry.original_name_unprefixed or entry.original_name or ""


def _candidate(state: State, name: str) -> Candidate:
    return Candidate(
        state.entity_id,
        name,
        unit=state.attributes.get(ATTR_UNIT_OF_MEASUREMENT),
        device_class=state.attributes.get(ATTR_DEVICE_CLASS),
    )
