"""The status of an EVSE, derived from what its charger reports.

OCPP 1.6 reports one word of nine for each connector. OCPP 2.x reports less of a connector, and with a session what the
car does. Users see the nine words of 1.6 in both cases, and a car that is plugged in or not.

Source: OCPP 1.6 specification, section 7.7; OCPP 2.0.1 specification, part 2, ConnectorStatusEnumType and
ChargingStateEnumType.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .transaction import Transaction


class ConnectorStatus(StrEnum):
    """The use of a connector in one word, as OCPP 1.6 reports it and users see it."""

    AVAILABLE = "Available"
    PREPARING = "Preparing"
    CHARGING = "Charging"
    SUSPENDED_EVSE = "SuspendedEVSE"
    SUSPENDED_EV = "SuspendedEV"
    FINISHING = "Finishing"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


class ConnectorState(StrEnum):
    """The state of a connector as OCPP 2.x reports it, without what the car does."""

    AVAILABLE = "Available"
    OCCUPIED = "Occupied"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


class ChargingState(StrEnum):
    """The state of a car in a session as OCPP 2.x reports it; an idle session has no car."""

    IDLE = "Idle"
    EV_CONNECTED = "EVConnected"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"


PLUGGED_IN = frozenset(
    {
        ConnectorStatus.PREPARING,
        ConnectorStatus.CHARGING,
        ConnectorStatus.SUSPENDED_EVSE,
        ConnectorStatus.SUSPENDED_EV,
        ConnectorStatus.FINISHING,
    }
)
"""The statuses in which a cable connects a car."""

CHARGING = frozenset(
    {
        ConnectorStatus.CHARGING,
        ConnectorStatus.SUSPENDED_EVSE,
        ConnectorStatus.SUSPENDED_EV,
    }
)
"""The statuses in which a session goes on."""

IDLE = frozenset(
    {
        ConnectorStatus.AVAILABLE,
        ConnectorStatus.PREPARING,
        ConnectorStatus.FINISHING,
        ConnectorStatus.RESERVED,
    }
)
"""The statuses in which none does."""


type StatusReport = ConnectorStatus | ConnectorState


@dataclass(frozen=True, slots=True)
class StatusDetails:
    """Details that a charger adds to a status: its error, the vendor's own code for that, and words of its own."""

    error_code: str | None = None
    vendor_error_code: str | None = None
    info: str | None = None


@dataclass(frozen=True, slots=True)
class Connector:
    """One plug or socket of an EVSE.

    `reported_at` is the time since which the charger reports the same, on its present connection.
    """

    id: int
    report: StatusReport
    reported_at: datetime | None = None
    details: StatusDetails = StatusDetails()


@dataclass(frozen=True, slots=True)
class Occupancy:
    """The use of an EVSE: its status, and True for a car that is plugged in; None while the charger has not said."""

    status: ConnectorStatus | None
    plugged_in: bool | None


def occupancy(
    connectors: Iterable[Connector],
    charging_state: ChargingState | None,
    transaction: Transaction | None,
) -> Occupancy:
    """Return the use of an EVSE, derived from all that its charger has reported.

    Args:
        connectors: the connectors with their latest reports.
        charging_state: the latest state of the car, if the charger reports one; it stays after the session until the
            car has left.
        transaction: the session that runs, or the last one.
    """
    connector = in_use(connectors)
    running = transaction if transaction is not None and transaction.running else None
    match None if connector is None else connector.report:
        case ConnectorStatus() as status:
            return Occupancy(status, status in PLUGGED_IN or running is not None)
        case None if running is None or charging_state is None:
            return Occupancy(None, None)
        case state if running is not None:
            has_car = charging_state is not ChargingState.IDLE
            return Occupancy(_in_session(state, charging_state, running), has_car)
        case ConnectorState.OCCUPIED:
            has_car = charging_state is not ChargingState.IDLE
            is_new = charging_state is None
            status = ConnectorStatus.PREPARING if is_new else ConnectorStatus.FINISHING
            return Occupancy(status, has_car)
        case state:
            return Occupancy(ConnectorStatus(str(state)), plugged_in=False)


def in_use(connectors: Iterable[Connector]) -> Connector | None:
    """Return the connector that the use of its EVSE depends on: an EVSE charges one car at a time."""
    return min(connectors, key=_rank, default=None)


def _in_session(
    state: ConnectorState | None,
    charging_state: ChargingState | None,
    running: Transaction,
) -> ConnectorStatus:
    if state in (ConnectorState.FAULTED, ConnectorState.UNAVAILABLE):
        return ConnectorStatus(str(state))
    match charging_state:
        case None:
            return ConnectorStatus.CHARGING
        case ChargingState.EV_CONNECTED | ChargingState.IDLE if not running.energy_wh:
            return ConnectorStatus.PREPARING
        case ChargingState.IDLE if state is not ConnectorState.OCCUPIED:
            return ConnectorStatus.AVAILABLE
        case ChargingState.EV_CONNECTED | ChargingState.IDLE:
            return ConnectorStatus.FINISHING
        case _:
            return ConnectorStatus(str(charging_state))


_RANKS = {"Reserved": 1, "Available": 2, "Faulted": 3, "Unavailable": 4}
"""The order of the connectors of an EVSE; those with a car come first."""


def _rank(connector: Connector) -> int:
    return _RANKS.get(connector.report, 0)
