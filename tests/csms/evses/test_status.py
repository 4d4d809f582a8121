"""The status that users see, as a table of what chargers report."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.evses.status import (
    PLUGGED_IN,
    ChargingState,
    Connector,
    ConnectorState,
    ConnectorStatus,
    Occupancy,
    StatusReport,
    occupancy,
)
from custom_components.ocpp.csms.evses.transaction import Transaction

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NEW = Transaction("1", 1, None, NOW, energy_wh=0.0)
CHARGED = Transaction("1", 1, None, NOW, energy_wh=500.0)
OVER = Transaction("1", 1, None, NOW, energy_wh=500.0, ended_at=NOW)

FREE, OCCUPIED, RESERVED, UNAVAILABLE, FAULTED = (
    ConnectorState.AVAILABLE,
    ConnectorState.OCCUPIED,
    ConnectorState.RESERVED,
    ConnectorState.UNAVAILABLE,
    ConnectorState.FAULTED,
)
NO_CAR, CONNECTED, CHARGING, BY_CAR, BY_CHARGER = (
    ChargingState.IDLE,
    ChargingState.EV_CONNECTED,
    ChargingState.CHARGING,
    ChargingState.SUSPENDED_EV,
    ChargingState.SUSPENDED_EVSE,
)


def _connectors(*reports: StatusReport) -> list[Connector]:
    return [Connector(number, report) for number, report in enumerate(reports, 1)]


@pytest.mark.parametrize(
    ("state", "charging_state", "transaction", "status", "plugged_in"),
    [
        # No session.
        (FREE, None, None, "Available", False),
        (OCCUPIED, None, None, "Preparing", True),
        (RESERVED, None, None, "Reserved", False),
        (UNAVAILABLE, None, None, "Unavailable", False),
        (FAULTED, None, None, "Faulted", False),
        # A session that has ended: the state of the car stays until it has left.
        (FREE, None, OVER, "Available", False),
        (OCCUPIED, None, OVER, "Preparing", True),
        (OCCUPIED, CONNECTED, OVER, "Finishing", True),
        (OCCUPIED, CHARGING, OVER, "Finishing", True),
        (OCCUPIED, NO_CAR, OVER, "Finishing", False),
        (UNAVAILABLE, CONNECTED, OVER, "Unavailable", False),
        (FAULTED, CONNECTED, OVER, "Faulted", False),
        # A session that runs.
        (OCCUPIED, None, NEW, "Charging", True),
        (OCCUPIED, CONNECTED, NEW, "Preparing", True),
        (OCCUPIED, CHARGING, NEW, "Charging", True),
        (OCCUPIED, BY_CAR, NEW, "SuspendedEV", True),
        (OCCUPIED, BY_CHARGER, NEW, "SuspendedEVSE", True),
        (OCCUPIED, CONNECTED, CHARGED, "Finishing", True),
        (OCCUPIED, NO_CAR, CHARGED, "Finishing", False),
        # It may be reported before its connector is, or be waiting for its car.
        (FREE, CHARGING, NEW, "Charging", True),
        (FREE, CONNECTED, NEW, "Preparing", True),
        (FREE, NO_CAR, NEW, "Preparing", False),
        (FREE, NO_CAR, CHARGED, "Available", False),
        (RESERVED, CHARGING, NEW, "Charging", True),
        (None, CHARGING, NEW, "Charging", True),
        # A fault is shown, but the car stays where it is.
        (FAULTED, CHARGING, CHARGED, "Faulted", True),
        (UNAVAILABLE, BY_CHARGER, CHARGED, "Unavailable", True),
        # Nothing was reported of the connector, and nothing of a car.
        (None, None, None, None, None),
        (None, None, NEW, None, None),
        (None, CONNECTED, OVER, None, None),
    ],
)
def test_the_status_of_an_evse(
    state: ConnectorState | None,
    charging_state: ChargingState | None,
    transaction: Transaction | None,
    status: str | None,
    plugged_in: bool | None,
) -> None:
    connectors = [] if state is None else _connectors(state)
    shown = occupancy(connectors, charging_state, transaction)
    expected = None if status is None else ConnectorStatus(status)
    assert shown == Occupancy(expected, plugged_in)


@pytest.mark.parametrize(
    ("reports", "status"),
    [
        ((OCCUPIED, FREE), "Preparing"),
        ((OCCUPIED, UNAVAILABLE), "Preparing"),
        ((RESERVED, FREE), "Reserved"),
        ((FREE, FAULTED), "Available"),
        ((FREE, UNAVAILABLE), "Available"),
        ((FAULTED, UNAVAILABLE), "Faulted"),
    ],
)
def test_several_connectors_are_one_place_to_charge(
    reports: tuple[ConnectorState, ConnectorState], status: str
) -> None:
    for order in (reports, tuple(reversed(reports))):
        shown = occupancy(_connectors(*order), None, None)
        assert shown.status == status


@given(
    st.sampled_from(ConnectorStatus),
    st.sampled_from([None, *ChargingState]),
    st.sampled_from([None, NEW, CHARGED, OVER]),
)
def test_a_charger_that_reports_the_whole_status_is_believed(
    word: ConnectorStatus,
    charging_state: ChargingState | None,
    transaction: Transaction | None,
) -> None:
    shown = occupancy(_connectors(word), charging_state, transaction)
    runs = transaction is not None and transaction.running
    assert shown == Occupancy(word, word in PLUGGED_IN or runs)
