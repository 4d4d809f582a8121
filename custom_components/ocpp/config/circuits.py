"""The circuits of the site, and the circuit that feeds a charger."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry

from ..const import (
    CONF_CIRCUIT,
    CONF_FEEDING_CIRCUIT,
    CONF_FUSE_CURRENT,
    CONF_METER_PATIENCE,
    CONF_PEAK_POWER,
    CONF_PHASES,
    CONF_ROTATION,
    CONF_UNBALANCE_CURRENT,
    SUBENTRY_CIRCUIT,
)
from ..surplus.circuits.circuits import Circuit
from ..surplus.model import Connection, PhaseRotation


def circuit_names(entry: ConfigEntry) -> dict[str, str]:
    """Return the names of the circuits by the ids of their subentries."""
    circuits = entry.get_subentries_of_type(SUBENTRY_CIRCUIT)
    return {subentry.subentry_id: subentry.title for subentry in circuits}


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
