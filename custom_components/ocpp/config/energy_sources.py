"""The entities that show the power flows of the site, and the quantities that they should show."""

from collections.abc import Iterator, Mapping

from homeassistant.config_entries import ConfigEntry

from ..const import (
    CONF_BATTERY_CAPACITIES,
    CONF_BATTERY_POWER,
    CONF_BATTERY_SOC,
    CONF_CURRENTS,
    CONF_EXPORT_LIMIT,
    CONF_GRID_CURRENTS,
    CONF_GRID_DELAY,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_PHASES,
    CONF_GRID_POWER,
    CONF_HOUSE_POWER,
    CONF_ONLY_EXCESS,
    CONF_PV_POWER,
    SUBENTRY_CIRCUIT,
)
from ..numerals import numeral_of
from ..quantities import Quantity
from ..surplus.model import ExportLimit

POWER_KEYS = (
    CONF_GRID_POWER,
    CONF_GRID_IMPORT,
    CONF_GRID_EXPORT,
    CONF_PV_POWER,
    CONF_HOUSE_POWER,
    CONF_BATTERY_POWER,
    *CONF_GRID_PHASES,
)
QUANTITIES: Mapping[str, Quantity] = {
    **dict.fromkeys(POWER_KEYS, Quantity.POWER),
    **dict.fromkeys((*CONF_GRID_CURRENTS, *CONF_CURRENTS), Quantity.CURRENT),
    CONF_BATTERY_SOC: Quantity.CHARGE,
}
"""The fields for sensors, with what those should show."""


def entity_ids(given: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Return the entities of a field: a list, or a single one as it was stored before there were lists."""
    entities = given.get(key)
    if isinstance(entities, str):
        return (entities,)
    return tuple(entities) if isinstance(entities, list | tuple) else ()


def measuring_grid(given: Mapping[str, object]) -> tuple[str, ...]:
    """Return the sensors whose values lead to decisions: those of the grid, or else those that it is calculated from."""

    def all_of(*keys: str) -> tuple[str, ...]:
        return tuple(each for key in keys for each in entity_ids(given, key))

    return all_of(CONF_GRID_POWER) or (
        all_of(CONF_GRID_IMPORT, CONF_GRID_EXPORT)
        or all_of(*CONF_GRID_PHASES)
        or all_of(CONF_PV_POWER, CONF_HOUSE_POWER)
    )


def lasting(given: Mapping[str, object]) -> frozenset[str]:
    """Return the sensors that always have something to tell; inverters are off at night."""
    keys = [key for key in (*POWER_KEYS, CONF_BATTERY_SOC) if key != CONF_PV_POWER]
    solar = entity_ids(given, CONF_PV_POWER)
    return frozenset(each for key in keys for each in entity_ids(given, key)) - {*solar}


def phase_entities(given: Mapping[str, object]) -> tuple[str, ...]:
    """Return the sensors of the power from the grid on each phase; none if there is not one for each."""
    found = tuple(each for key in CONF_GRID_PHASES for each in entity_ids(given, key))
    return found if len(found) == len(CONF_GRID_PHASES) else ()


def battery_capacities(given: Mapping[str, object]) -> tuple[float, ...]:
    """Return the capacities of the batteries in kWh, in the order of their states of charge."""
    entered = given.get(CONF_BATTERY_CAPACITIES)
    if not isinstance(entered, list | tuple):
        return ()
    return tuple(map(capacity_kwh, entered))


def capacity_kwh(entered: object) -> float:
    """Return a capacity as it was entered, in kWh; 0 if it is none."""
    numeral = numeral_of(str(entered))
    if numeral is None or numeral.unit.casefold() not in ("", "kwh"):
        return 0.0
    return numeral.values[-1]


def export_limit_of(given: Mapping[str, object]) -> ExportLimit | None:
    """Return the limit above which the inverters hold back what nobody uses; None without one."""
    watts = given.get(CONF_EXPORT_LIMIT)
    if not isinstance(watts, int | float):
        return None
    return ExportLimit(float(watts), bool(given.get(CONF_ONLY_EXCESS)))


def grid_delay_s_of(given: Mapping[str, object]) -> float | None:
    """Return the time by which the owner says that the grid meter is late; None if that is to be learned."""
    seconds = given.get(CONF_GRID_DELAY)
    return float(seconds) if isinstance(seconds, int | float) else None


def quantities_of(entry: ConfigEntry) -> dict[str, Quantity]:
    """Return the sensors of the site and of its circuits with what they should show."""
    circuits = entry.get_subentries_of_type(SUBENTRY_CIRCUIT)
    return {
        entity_id: quantity
        for given in (entry.options, *(circuit.data for circuit in circuits))
        for entity_id, quantity in _in(given)
    }


def _in(given: Mapping[str, object]) -> Iterator[tuple[str, Quantity]]:
    for key, quantity in QUANTITIES.items():
        for entity_id in entity_ids(given, key):
            yield entity_id, quantity
