"""EVSEs with their connectors, cars and transactions."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from tests.simulator.car import Car

from .wire.schemas import Payload

BATTERY_WH = 60_000.0
"""The energy that fills the battery of a car."""


@dataclass(slots=True)
class Connector:
    """A connector of an EVSE."""

    id: int
    kind: str = "cType2"
    operative: bool = True
    faulted: bool = False
    reserved: bool = False
    scheduled: bool | None = None
    """The availability that it takes on once its transaction has ended."""


@dataclass(slots=True)
class Transaction:
    """A transaction, as the station counts it."""

    started_at: datetime
    id: str = field(default_factory=lambda: str(uuid4()))
    seq_no: int = -1
    charging_state: str = "Idle"
    charging_s: float = 0.0
    told_token: bool = False
    since_sample_s: float = 0.0
    power_path_at: datetime | None = None
    stopped_reason: str | None = None
    """The reason for which no more energy is offered while the transaction goes on."""
    id_token: Payload | None = None
    operation_mode: str | None = None
    offered_a: float = 0.0
    """The current that was offered at the last event."""
    final_samples: list[Payload] = field(default_factory=list)
    since_final_sample_s: float = 0.0


@dataclass(slots=True)
class Evse:
    """An EVSE: one car at a time, at one of its connectors."""

    id: int
    connectors: dict[int, Connector]
    phases: int = 3
    max_current_a: float = 16.0
    bidirectional: bool = False
    car: Car | None = None
    plugged: int | None = None
    """The connector that the car is at."""
    bay_occupied: bool = False
    id_token: Payload | None = None
    """The token that is allowed to charge now."""
    group_id: str | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    authorized_s: float = 0.0
    """The time since the authorization, while no car has come."""
    transaction: Transaction | None = None
    energy_wh: float = 0.0
    exported_wh: float = 0.0
    soc_percent: float | None = None
    reached: frozenset[str] = frozenset()
    """The points of a transaction that have been reached, by their names in TxStartPoint."""

    @property
    def path_closed(self) -> bool:
        """True if a car may be given energy."""
        return self.car is not None and self.id_token is not None

    @property
    def power_w(self) -> float:
        """The power into the car; negative while it discharges."""
        return 0.0 if self.car is None else self.car.power_w

    def points(self) -> frozenset[str]:
        """Return the points of a transaction that are reached now."""
        conditions = {
            "ParkingBayOccupancy": self.bay_occupied,
            "EVConnected": self.car is not None,
            "Authorized": self.id_token is not None,
            "DataSigned": self.path_closed,
            "PowerPathClosed": self.path_closed,
            "EnergyTransfer": self.path_closed and self.power_w != 0,
        }
        return frozenset(name for name, is_reached in conditions.items() if is_reached)

    def status(self, connector_id: int) -> str:
        """Return the status of a connector."""
        connector = self.connectors[connector_id]
        if connector.faulted:
            return "Faulted"
        if self.plugged == connector_id:
            return "Occupied"
        if not connector.operative:
            return "Unavailable"
        if connector.reserved:
            return "Reserved"
        return "Available"

    def count(self, seconds: float) -> None:
        """Count the energy of some time."""
        energy_wh = self.power_w * seconds / 3600
        self.energy_wh += max(energy_wh, 0.0)
        self.exported_wh -= min(energy_wh, 0.0)
        if self.soc_percent is not None:
            soc = self.soc_percent + 100 * energy_wh / BATTERY_WH
            self.soc_percent = min(max(soc, 0.0), 100.0)
