"""Sessions as a later version of OCPP tells of them: named by the charger, in events that leave much out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.events import (
    Event,
    TransactionEnded,
    TransactionReported,
    TransactionStarted,
)
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.metering.energy_register import Ledger, Register
from custom_components.ocpp.csms.model import Evse, Registration, Snapshot
from custom_components.ocpp.csms.tokens.authorization import Authorization, TokenStatus
from custom_components.ocpp.csms.transactions.lifecycle import connect
from custom_components.ocpp.csms.versions.incoming import Context
from tests.csms.versions.stub import STUB

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
KNOWN_REGISTER = Ledger(9_000.0, (Register(50_000.0, -41_000.0, NOW - MINUTE),))


class Charger:
    """A charger with two EVSEs that tells one thing after the other."""

    def __init__(self) -> None:
        """Connect it."""
        self.now = NOW
        self.events: list[Event] = []
        blank = Snapshot("CP1", registration=Registration.ACCEPTED)
        evses = {1: Evse(1, ledger=KNOWN_REGISTER), 2: Evse(2)}
        self.snapshot = connect(replace(blank, evses=evses), NOW)
        self.counted_wh = 0.0
        """The energy that its first EVSE's ledger has counted since it began."""
        self._seq_no = 0

    @property
    def evse(self) -> Evse:
        return self.snapshot.evse(1)

    def shows(self, status: ConnectorStatus, *, plugged_in: bool) -> bool:
        """Return True if users see this of the first EVSE."""
        return (self.evse.status, self.evse.plugged_in) == (status, plugged_in)

    @property
    def transaction(self) -> Transaction:
        assert self.evse.transaction is not None
        return self.evse.transaction

    def tells(self, action: str, payload: dict[str, Any]) -> None:
        self.now += SECOND
        context = Context(
            self.now,
            Registration.ACCEPTED,
            lambda: 1,
            lambda *_: Authorization(TokenStatus.ACCEPTED),
        )
        assert list(STUB.schemas.requests[action].violations(payload)) == []
        handled = STUB.handlers[action](payload, self.snapshot, context)
        before_wh = self.evse.ledger.total_wh
        self.snapshot = handled.snapshot
        self.events += handled.events
        if before_wh is not None:
            self.counted_wh += (self.evse.ledger.total_wh or 0.0) - before_wh

    def reports(self, status: str, connector_id: int = 1) -> None:
        """Tell the status of a connector of the first EVSE."""
        self.tells(
            "StatusNotification",
            {
                "timestamp": self.now.isoformat(),
                "connectorStatus": status,
                "evseId": 1,
                "connectorId": connector_id,
            },
        )

    def event(
        self,
        kind: str,
        transaction_id: str = "a-1",
        *,
        evse_id: int | None = None,
        at: datetime | None = None,
        state: str | None = None,
        id_token: str | None = None,
        register_wh: float | None = None,
        seq_no: int | None = None,
        offline: bool = False,
    ) -> None:
        """Tell what happened to a session."""
        payload: dict[str, Any] = {
            "eventType": kind,
            "timestamp": (at or self.now).isoformat(),
            "triggerReason": "Trigger",
            "seqNo": self._seq_no if seq_no is None else seq_no,
            "offline": offline,
            "transactionInfo": {"transactionId": transaction_id},
        }
        self._seq_no += 1
        if evse_id is not None:
            payload["evse"] = {"id": evse_id, "connectorId": 1}
        if state is not None:
            payload["transactionInfo"]["chargingState"] = state
        if id_token is not None:
            payload["idToken"] = {"idToken": id_token, "type": "ISO14443"}
        if register_wh is not None:
            sample = {
                "value": register_wh,
                "measurand": "Energy.Active.Import.Register",
            }
            payload["meterValue"] = [
                {"timestamp": self.now.isoformat(), "sampledValue": [sample]}
            ]
        self.tells("TransactionEvent", payload)

    def told(self) -> Sequence[tuple[type[Event], str]]:
        """Return what has been told."""
        return [
            (type(event), event.transaction.id)
            for event in self.events
            if isinstance(
                event, TransactionStarted | TransactionEnded | TransactionReported
            )
        ]


@pytest.fixture
def charger() -> Charger:
    return Charger()


def test_a_session_that_starts_unmetered_counts_from_the_first_register() -> None:
    charger = Charger()
    charger.snapshot = charger.snapshot.with_evse(Evse(1))
    charger.event("Started", evse_id=1, state="EVConnected")
    charger.event("Updated", register_wh=50_000, state="Charging")
    charger.event("Updated", register_wh=51_000, state="Charging")
    charger.event("Ended", register_wh=51_000)
    assert charger.transaction.energy_wh == 1_000
    assert charger.counted_wh == 1_000


def test_a_session_that_starts_unmetered_goes_on_where_the_register_was(
    charger: Charger,
) -> None:
    charger.event("Started", evse_id=1, state="EVConnected")
    charger.event("Updated", register_wh=50_500, state="Charging")
    charger.event("Ended", register_wh=51_000)
    assert charger.transaction.energy_wh == 1_000
    assert charger.counted_wh == 1_000


def test_an_id_token_that_comes_later_is_kept(charger: Charger) -> None:
    charger.event("Started", evse_id=1, state="EVConnected")
    charger.event("Updated", id_token="ANNA", state="Charging")
    assert charger.transaction.id_token == "ANNA"
    charger.event("Ended", id_token="BEN")
    assert charger.transaction.id_token == "ANNA"


def test_an_id_token_that_comes_with_the_end_is_kept(charger: Charger) -> None:
    charger.event("Started", evse_id=1)
    charger.event("Ended", id_token="ANNA")
    assert charger.transaction.id_token == "ANNA"


def test_a_session_that_ends_unmetered_keeps_what_was_counted(
    charger: Charger,
) -> None:
    charger.event("Started", evse_id=1, register_wh=50_000)
    charger.event("Updated", register_wh=50_500)
    charger.event("Ended")
    assert charger.transaction.energy_wh == 500
    assert charger.counted_wh == 500


def test_the_end_of_an_unseen_session_is_recorded_where_it_was(
    charger: Charger,
) -> None:
    charger.event("Ended", "b-7", evse_id=2, register_wh=4_000, offline=True)
    assert charger.told() == [(TransactionReported, "b-7")]
    recorded = charger.snapshot.evse(2).transaction
    assert recorded is not None
    assert not recorded.running


def test_a_start_that_is_reported_again_changes_nothing(charger: Charger) -> None:
    charger.event("Started", evse_id=1)
    before = charger.snapshot
    charger.event("Started", evse_id=1)
    assert charger.snapshot is before


def test_a_start_that_comes_after_the_end_starts_nothing(charger: Charger) -> None:
    charger.event("Ended", evse_id=1, offline=True)
    charger.event("Started", evse_id=1, offline=True)
    assert charger.told() == [(TransactionReported, "a-1")]
    assert charger.evse.running_transaction is None


def test_a_start_completes_the_session_that_was_joined_midway(
    charger: Charger,
) -> None:
    began_at = charger.now
    charger.now += MINUTE
    charger.event("Updated", evse_id=1, register_wh=50_500)
    charger.event("Started", evse_id=1, at=began_at, id_token="ANNA")
    charger.event("Updated", register_wh=51_000)
    assert charger.transaction.started_at == began_at
    assert charger.transaction.id_token == "ANNA"
    assert charger.transaction.energy_wh == 1_000
    assert TransactionEnded not in [kind for kind, _ in charger.told()]


def test_another_id_is_another_session(charger: Charger) -> None:
    charger.event("Started", evse_id=1)
    charger.event("Updated", "b-2", evse_id=1)
    assert charger.told() == [
        (TransactionStarted, "a-1"),
        (TransactionEnded, "a-1"),
        (TransactionStarted, "b-2"),
    ]


def test_an_earlier_session_leaves_the_running_one_alone(charger: Charger) -> None:
    began_at = charger.now - MINUTE
    charger.event("Started", "b-2", evse_id=1)
    charger.event("Updated", "a-1", evse_id=1, at=began_at, offline=True)
    charger.event("Ended", "a-1", evse_id=1, at=began_at, offline=True)
    assert charger.told() == [(TransactionStarted, "b-2"), (TransactionReported, "a-1")]
    assert charger.transaction.id == "b-2"


def test_a_session_reported_late_runs_once_it_is_named_live(charger: Charger) -> None:
    charger.event("Started", evse_id=1, offline=True)
    charger.event("Updated", offline=True)
    assert charger.told() == []
    charger.event("Updated")
    assert charger.told() == [(TransactionStarted, "a-1")]


def test_the_register_at_the_start_and_the_end_are_taken_from_the_events(
    charger: Charger,
) -> None:
    charger.event("Started", evse_id=1, register_wh=50_000)
    assert charger.transaction.meter_start_wh == 50_000
    charger.event("Ended", register_wh=53_000)
    assert charger.transaction.energy_wh == 3_000


def test_a_session_that_ends_with_the_cable_in_charges_no_more(
    charger: Charger,
) -> None:
    charger.reports("Occupied")
    assert charger.shows(ConnectorStatus.PREPARING, plugged_in=True)
    charger.event("Started", evse_id=1, state="Charging")
    assert charger.shows(ConnectorStatus.CHARGING, plugged_in=True)
    charger.event("Ended")
    assert charger.shows(ConnectorStatus.FINISHING, plugged_in=True)
    charger.reports("Available")
    assert charger.shows(ConnectorStatus.AVAILABLE, plugged_in=False)
    charger.reports("Occupied")
    assert charger.shows(ConnectorStatus.PREPARING, plugged_in=True)


def test_another_connector_that_is_free_leaves_the_car_where_it_is(
    charger: Charger,
) -> None:
    charger.reports("Occupied", 1)
    charger.event("Started", evse_id=1, state="SuspendedEV")
    charger.reports("Available", 2)
    assert charger.shows(ConnectorStatus.SUSPENDED_EV, plugged_in=True)
    charger.event("Ended")
    charger.reports("Available", 2)
    assert charger.shows(ConnectorStatus.FINISHING, plugged_in=True)


@pytest.mark.parametrize("state", ["Charging", None])
def test_a_car_has_left_once_its_connector_is_free(
    charger: Charger, state: str | None
) -> None:
    charger.reports("Occupied")
    charger.event("Started", evse_id=1, state=state, register_wh=50_000)
    charger.event("Updated", register_wh=51_000)
    charger.reports("Available")
    assert charger.shows(ConnectorStatus.AVAILABLE, plugged_in=False)
    charger.event("Updated", state="Charging")
    assert charger.shows(ConnectorStatus.CHARGING, plugged_in=True)


def test_an_overtaken_report_changes_no_state(charger: Charger) -> None:
    charger.reports("Occupied")
    charger.event("Started", evse_id=1, state="EVConnected", seq_no=0)
    charger.event("Updated", state="SuspendedEV", seq_no=2)
    charger.event("Updated", state="Charging", id_token="ANNA", seq_no=1)
    assert charger.shows(ConnectorStatus.SUSPENDED_EV, plugged_in=True)
    assert charger.transaction.id_token == "ANNA"


def test_the_state_of_the_last_session_is_not_that_of_the_next(
    charger: Charger,
) -> None:
    charger.reports("Occupied")
    charger.event("Started", evse_id=1, state="SuspendedEV")
    charger.event("Started", "b-2", evse_id=1)
    assert charger.shows(ConnectorStatus.CHARGING, plugged_in=True)
