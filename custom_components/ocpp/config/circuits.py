"""The circuits of the site, and the circuit that feeds a charger."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..const import (
    CONF_CHARGERS,
    CONF_CIRCUIT,
    CONF_FEEDING_CIRCUIT,
    CONF_FUSE_CURRENT,
    CONF_METER_PATIENCE,
    CONF_PEAK_POWER,
    CONF_PHASES,
    CONF_ROTATION,
    CONF_UNBALANCE_CURRENT,
    SUBENTRY_CHARGER,
    SUBENTRY_CIRCUIT,
)
from ..surplus.circuits.circuits import Circuit
from ..surplus.model import Connection, PhaseRotation


def circuit_names(entry: ConfigEntry) -> dict[str, str]:
    """Return the names of the circuits by the ids of their subentries."""
    circuits = entry.get_subentries_of_type(SUBENTRY_CIRCUIT)
    return {subentry.subentry_id: subentry.title for subentry in circuits}


def charger_names(entry: ConfigEntry) -> dict[str, str]:
    """Return the names of the chargers by their identities."""
    return {
        subentry.unique_id: subentry.title
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
        if subentry.unique_id is not None
    }


def chargers_on(entry: ConfigEntry, circuit: str) -> list[str]:
    """Return the identities of the chargers that a circuit feeds directly."""
    return [
        subentry.unique_id
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
        if subentry.unique_id is not None and subentry.data.get(CONF_CIRCUIT) == circuit
    ]


@callback
def async_connect_chargers(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Connect the chargers that were chosen in the forms of circuits.

    Each charger has the id of its circuit, which a new circuit has only once its form is closed.
    """
    for circuit in entry.get_subentries_of_type(SUBENTRY_CIRCUIT):
        if (chosen := circuit.data.get(CONF_CHARGERS)) is None:
            continue
        connected = chargers_on(entry, circuit.subentry_id)
        for charger in entry.get_subentries_of_type(SUBENTRY_CHARGER):
            if (charger.unique_id in chosen) is not (charger.unique_id in connected):
                fed_by = circuit.subentry_id if charger.unique_id in chosen else None
                hass.config_entries.async_update_subentry(
                    entry, charger, data={**charger.data, CONF_CIRCUIT: fed_by}
                )
        data = {key: each for key, each in circuit.data.items() if key != CONF_CHARGERS}
        hass.config_entries.async_update_subentry(entry, circuit, data=data)


def circuit_of(data: Mapping[str, Any], metered: bool) -> Circuit:
    """Return the circuit that the data of a subentry describe."""

    def amount(key: str) -> float | None:
        return float(data[key]) if data.get(key) is not None else None

    return Circuit(
        fuse_a=float(data[CONF_FUSE_CURRENT]),
        phases=data[CONF_PHASES],
        parent=data.get(CONF_FEEDING_CIRCUIT),
        metered=metered,
        max_imbalance_a=amount(CONF_UNBALANCE_CURRENT),
        peak_w=amount(CONF_PEAK_POWER),
        meter_timeout_s=amount(CONF_METER_PATIENCE),
    )


def connection_of(data: Mapping[str, Any], safe_current_a: float) -> Connection:
    """Return the connection of a charger to its circuit, from the data of its subentry."""
    rotation = PhaseRotation(data.get(CONF_ROTATION, PhaseRotation.UNKNOWN))
    return Connection(data.get(CONF_CIRCUIT), rotation, safe_current_a)
