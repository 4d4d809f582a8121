"""The memory of a charger after a restart of the central system."""

from datetime import UTC, datetime, timedelta

from custom_components.ocpp.csms.devices.settings import Provisioned
from custom_components.ocpp.csms.evses.transaction import (
    SupersededTransaction,
    Transaction,
)
from custom_components.ocpp.csms.limits.learned_compliance import LearnedCompliance
from custom_components.ocpp.csms.memory import recall, remember
from custom_components.ocpp.csms.model import Evse, Registration, Snapshot

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_session_whose_end_is_still_to_be_reported_is_remembered() -> None:
    """Its begin was acknowledged, and a session that began later has superseded it."""
    earlier = Transaction("1", 1, "TAG", NOON, total_start_wh=500.0)
    running = Transaction("2", 1, "TAG", NOON + HOUR, total_start_wh=900.0)
    superseded = SupersededTransaction(earlier, NOON + 2 * HOUR)
    evse = Evse(1, transaction=running, superseded=superseded)
    snapshot = Snapshot("CP1", evses={1: evse})
    memory = remember(snapshot, 2, LearnedCompliance(), Provisioned())
    assert recall("CP1", Registration.ACCEPTED, memory).evse(1) == evse
