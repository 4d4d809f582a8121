"""Stored state of vehicles, in a file of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from homeassistant.core import HomeAssistant

from ..storage.stored_value import StoredValue
from .own_vehicle import VehicleGoals


@dataclass(frozen=True, slots=True)
class StoredConnector:
    """A connector: the vehicle that was identified, the owner's choice, and the sessions of both kinds.

    A car was there while `is_visited`; `sessions` are those of its visit. `past` are the vehicles of earlier sessions.
    """

    vehicle: str | None = None
    choice: str | None = None
    is_visited: bool = False
    sessions: tuple[str, ...] = ()
    past: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredVehicles:
    """The goals by vehicle, and the connectors by their identifiers."""

    goals: Mapping[str, VehicleGoals] = field(default_factory=dict)
    connectors: Mapping[str, StoredConnector] = field(default_factory=dict)


def stored_vehicles(hass: HomeAssistant, entry_id: str) -> StoredValue[StoredVehicles]:
    """Return the file of a central system."""
    return StoredValue(hass, entry_id, "vehicles", StoredVehicles)
