"""The lifecycle of sessions, whatever the charger reports and forgets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.events import (
    Event,
    TransactionEnded,
    TransactionReported,
    TransactionStarted,
)
from custom_components.ocpp.csms.evses.status import Connector, ConnectorStatus
from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.metering.energy_register import Ledger, Register
from custom_components.ocpp.csms.model import Evse, Registration, Snapshot
from custom_components.ocpp.csms.transactions.connectors import note_connector
from custom_components.ocpp.csms.transactions.ending import end
from custom_components.ocpp.csms.transactions.lifecycle import (
    begin,
    connect,
    note_reference,
)
from custom_components.ocpp.csms.transactions.reports import (
    Start,
    Stop,
    TransactionReference,
)
from custom_components.ocpp.csms.transactions.settling import (
    SETTLES_AFTER,
    STALE_AFTER,
    conclude_stale,
    settle,
    stale_transaction,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TAG = "TAG"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Charger:
    """A charger that reports one thing after the other, as it is known."""

    def __init__(self, *evses: Evse) -> None:
        """Connect it."""
        self.now = NOW
        self.events: list[Event] = []
        blank = Snapshot("CP1", registration=Registration.ACCEPTED)
        known: Mapping[int, Evse] = {evse.id: evse for evse in evses or (Evse(1),)}
        self.snapshot = connect(replace(blank, evses=known), NOW)
        self._ids = iter(range(100, 200))

    @property
    def evse(self) -> Evse:
        return self.snapshot.evse(1)

    @property
    def running(self) -> Transaction | None:
        return self.evse.running_transaction

    @property
    def running_id(self) -> str | None:
        return None if self.running is None else self.running.id

    def told(self) -> Sequence[tuple[type[Event], str]]:
        """Return what has been told since the last time."""
        told = [
            (type(event), event.transaction.id)
            for event in self.events
            if isinstance(
                event, TransactionStarted | TransactionEnded | TransactionReported
            )
        ]
        self.events.clear()
        return told

    def connects(self) -> None:
        self.snapshot = connect(self.snapshot, self.now)

    def reports(self, status: ConnectorStatus) -> None:
        connector = Connector(1, status)
        self.snapshot = note_connector(self.snapshot, 1, connector, self.now)

    def begins(
        self,
        ago: timedelta = timedelta(),
        *,
        evse_id: int = 1,
        meter_wh: float = 1000.0,
        id_token: str = TAG,
    ) -> str:
        start = Start(
            transaction_id=str(next(self._ids)),
            evse_id=evse_id,
            started_at=self.now - ago,
            id_token=id_token,
            meter_start_wh=meter_wh,
        )
        begun = begin(self.snapshot, start, self.now, 3)
        self.snapshot = begun.snapshot
        self.events += begun.events
        return begun.transaction.id

    def ends(
        self,
        transaction_id: str,
        ago: timedelta = timedelta(),
        *,
        meter_wh: float = 3000.0,
        id_token: str | None = None,
    ) -> bool:
        """End a session, and tell whether it was known."""
        stop = Stop(
            transaction_id=transaction_id,
            ended_at=self.now - ago,
            reason="Local",
            id_token=id_token,
            meter_stop_wh=meter_wh,
        )
        ended = end(self.snapshot, stop, self.now, 3)
        self.snapshot = ended.snapshot
        self.events += ended.events
        return not ended.unknown

    def mentions(
        self,
        transaction_id: str,
        ago: timedelta = timedelta(),
        *,
        charging: bool = True,
    ) -> None:
        reference = TransactionReference(
            transaction_id=transaction_id,
            reported_at=self.now - ago,
            charging=lambda: charging,
        )
        update = note_reference(self.snapshot, self.evse, reference, self.now)
        self.snapshot = self.snapshot.with_evse(update.evse)
        self.events += update.events

    def says_nothing(self, span: timedelta) -> None:
        self.now += span
        update = settle("CP1", self.evse, self.now)
        if (stale := stale_transaction(update.evse, self.now)) is not None:
            assert update.events == ()
            update = conclude_stale("CP1", update.evse, stale, self.now)
        self.snapshot = self.snapshot.with_evse(update.evse)
        self.events += update.events


@pytest.fixture
def charger() -> Charger:
    return Charger()


def test_a_session_from_begin_to_end(charger: Charger) -> None:
    transaction_id = charger.begins()
    assert charger.told() == [(TransactionStarted, transaction_id)]
    assert charger.ends(transaction_id)
    assert charger.told() == [(TransactionEnded, transaction_id)]
    assert charger.evse.transaction is not None
    assert charger.evse.transaction.energy_wh == 2000


def test_an_end_that_is_told_again_is_nothing_new(charger: Charger) -> None:
    first = charger.begins(MINUTE)
    charger.ends(first)
    second = charger.begins()
    charger.told()
    assert charger.ends(first)
    assert charger.told() == []
    assert charger.running_id == second


def test_a_session_whose_end_was_lost_ends_with_the_next(charger: Charger) -> None:
    first = charger.begins(MINUTE)
    second = charger.begins(meter_wh=2500)
    assert charger.told()[1:] == [
        (TransactionEnded, first),
        (TransactionStarted, second),
    ]
    assert charger.running_id == second
    assert charger.running is not None
    assert charger.running.energy_wh == 0


# Sessions that began before the charger connected.


def test_a_whole_session_of_the_past_is_told_without_having_run(
    charger: Charger,
) -> None:
    old = charger.begins(DAY)
    assert charger.told() == []
    assert charger.ends(old, DAY - HOUR)
    assert charger.told() == [(TransactionReported, old)]
    assert charger.running is None
    assert charger.evse.transaction is not None
    assert charger.evse.transaction.energy_wh == 2000
    assert charger.evse.transaction.ended_at == NOW - DAY + HOUR


def test_a_session_that_began_offline_runs_once_its_end_does_not_follow(
    charger: Charger,
) -> None:
    charger.reports(ConnectorStatus.CHARGING)
    old = charger.begins(HOUR)
    assert charger.running_id == old
    charger.says_nothing(SETTLES_AFTER / 2)
    assert charger.told() == []
    charger.says_nothing(SETTLES_AFTER / 2)
    assert charger.told() == [(TransactionStarted, old)]
    charger.ends(old)
    assert charger.told() == [(TransactionEnded, old)]


def test_a_session_that_began_offline_runs_once_it_is_metered(charger: Charger) -> None:
    old = charger.begins(HOUR)
    charger.mentions(old, MINUTE * 30)
    assert charger.told() == []
    charger.mentions(old)
    assert charger.told() == [(TransactionStarted, old)]


def test_a_session_of_the_past_at_an_idle_connector_never_runs(
    charger: Charger,
) -> None:
    charger.reports(ConnectorStatus.AVAILABLE)
    old = charger.begins(HOUR)
    charger.says_nothing(SETTLES_AFTER)
    assert charger.told() == []
    charger.says_nothing(STALE_AFTER)
    assert charger.told() == [(TransactionReported, old)]
    assert charger.running is None


def test_a_backlog_is_taken_in_order(charger: Charger) -> None:
    running = charger.begins()
    charger.told()
    charger.now += DAY
    charger.connects()
    assert charger.ends(running, 20 * HOUR)
    first = charger.begins(10 * HOUR, meter_wh=3000)
    charger.ends(first, 9 * HOUR, meter_wh=4000)
    second = charger.begins(5 * HOUR, meter_wh=4000)
    charger.mentions(second)
    assert charger.told() == [
        (TransactionEnded, running),
        (TransactionReported, first),
        (TransactionStarted, second),
    ]
    assert charger.running is not None
    assert charger.running.started_at == charger.now - 5 * HOUR
    assert charger.evse.ledger.total_wh == 4000


def test_a_session_of_the_past_does_not_take_the_place_of_the_running_one(
    charger: Charger,
) -> None:
    running = charger.begins(meter_wh=5000)
    old = charger.begins(HOUR, meter_wh=1000)
    assert charger.running_id == running
    charger.says_nothing(SETTLES_AFTER)
    assert charger.running_id == running
    assert charger.ends(old, MINUTE, meter_wh=4000)
    assert charger.told() == [(TransactionStarted, running), (TransactionReported, old)]
    assert charger.running_id == running
    assert charger.evse.ledger.total_wh == 5000


def test_a_session_of_the_past_runs_after_all_once_it_is_metered(
    charger: Charger,
) -> None:
    running = charger.begins(meter_wh=5000)
    old = charger.begins(HOUR, meter_wh=1000)
    charger.mentions(old, HOUR)
    assert charger.running_id == running
    charger.mentions(old)
    assert charger.running_id == old
    assert charger.told() == [
        (TransactionStarted, running),
        (TransactionEnded, running),
        (TransactionStarted, old),
    ]


def test_a_session_of_the_past_is_over_when_the_next_one_began(
    charger: Charger,
) -> None:
    running = charger.begins(meter_wh=5000)
    first = charger.begins(2 * HOUR, meter_wh=1000)
    second = charger.begins(HOUR, meter_wh=3000)
    assert charger.told() == [
        (TransactionStarted, running),
        (TransactionReported, first),
    ]
    assert charger.running_id == running
    assert charger.ends(second, MINUTE, meter_wh=4000)
    assert charger.told() == [(TransactionReported, second)]


# Sessions that nobody here has seen begin.


@pytest.mark.parametrize("transaction_id", ["4711", "-42", "1936029036"])
def test_a_session_that_goes_on_is_joined_midway(
    charger: Charger, transaction_id: str
) -> None:
    charger.mentions(transaction_id)
    assert charger.told() == [(TransactionStarted, transaction_id)]
    charger.mentions(transaction_id)
    assert charger.told() == []
    assert charger.ends(transaction_id)
    assert charger.told() == [(TransactionEnded, transaction_id)]


@pytest.mark.parametrize("transaction_id", ["-1", "1936029036"])
def test_a_number_that_is_named_while_nobody_charges_is_no_session(
    charger: Charger, transaction_id: str
) -> None:
    charger.mentions(transaction_id, charging=False)
    assert charger.running is None
    running = charger.begins()
    charger.mentions(transaction_id, charging=False)
    assert charger.running_id == running


def test_a_number_of_the_chargers_own_is_remembered(charger: Charger) -> None:
    transaction_id = charger.begins()
    charger.mentions("-7")
    assert charger.running_id == transaction_id
    assert charger.running is not None
    assert charger.running.charger_transaction_id == "-7"
    charger.told()
    assert charger.ends("-7")
    assert charger.told() == [(TransactionEnded, transaction_id)]


def test_a_remembered_session_gives_way_to_the_one_the_charger_speaks_of(
    charger: Charger,
) -> None:
    remembered = charger.begins()
    charger.told()
    charger.connects()
    charger.mentions("99")
    assert charger.told() == [
        (TransactionEnded, remembered),
        (TransactionStarted, "99"),
    ]


def test_closing_values_start_nothing(charger: Charger) -> None:
    transaction_id = charger.begins()
    charger.ends(transaction_id)
    charger.told()
    charger.mentions(transaction_id)
    assert charger.told() == []
    assert charger.running is None


def test_the_start_of_a_session_joined_midway_completes_it(
    charger: Charger,
) -> None:
    charger.mentions("-7")
    charger.now += MINUTE
    charger.told()
    transaction_id = charger.begins(MINUTE + MINUTE / 2)
    assert charger.told() == [(TransactionStarted, transaction_id)]
    assert charger.running is not None
    assert charger.running.charger_transaction_id == "-7"
    assert charger.running.id_token == "TAG"


def test_a_late_start_completes_a_session_joined_midway_once_no_end_follows(
    charger: Charger,
) -> None:
    charger.mentions("4711")
    began = charger.begins(HOUR, meter_wh=1000)
    assert charger.running_id == "4711"
    charger.told()
    charger.says_nothing(SETTLES_AFTER)
    assert charger.running is not None
    assert charger.running.is_called(began)
    assert charger.running.started_at == NOW - HOUR
    assert charger.told() == [(TransactionStarted, began)]


# Ends of sessions that nobody here knows.


def test_the_end_of_a_session_joined_midway_is_found_at_a_single_connector(
    charger: Charger,
) -> None:
    charger.mentions("4711")
    assert not charger.ends("12")
    assert charger.told()[1:] == [(TransactionEnded, "4711")]


def test_the_end_of_an_earlier_session_leaves_the_running_one_alone(
    charger: Charger,
) -> None:
    running = charger.begins()
    assert not charger.ends("12", MINUTE)
    assert charger.running_id == running
    assert charger.told()[1:] == [(TransactionReported, "12")]


@pytest.mark.parametrize("id_token", [None, "OTHER"])
def test_the_session_of_another_connector_is_not_ended(id_token: str | None) -> None:
    charger = Charger(Evse(1), Evse(2))
    running = charger.begins()
    before = charger.snapshot
    assert not charger.ends("12", id_token=id_token)
    assert charger.snapshot is before
    assert charger.running_id == running


def test_the_id_token_tells_which_connector_is_meant() -> None:
    charger = Charger(Evse(1), Evse(2))
    first = charger.begins(MINUTE, id_token="ONE")
    second = charger.begins(MINUTE, id_token="TWO", evse_id=2)
    charger.told()
    assert not charger.ends("12", id_token="TWO")
    assert charger.told() == [(TransactionEnded, second)]
    assert charger.running_id == first


def test_the_energy_of_an_unseen_session_is_counted() -> None:
    charger = Charger(
        Evse(1, ledger=Ledger(500.0, (Register(1000.0, -500.0, NOW - HOUR),)))
    )
    assert not charger.ends("12", meter_wh=3000)
    assert charger.told() == [(TransactionReported, "12")]
    assert charger.evse.ledger.total_wh == 2500
    assert charger.evse.transaction is not None
    assert charger.evse.transaction.energy_wh == 2000


# Sessions that go without a word.


@pytest.mark.parametrize(
    "status", [ConnectorStatus.AVAILABLE, ConnectorStatus.PREPARING]
)
def test_a_session_is_over_when_its_connector_stays_idle(
    charger: Charger, status: ConnectorStatus
) -> None:
    transaction_id = charger.begins()
    charger.told()
    charger.connects()
    charger.reports(status)
    charger.says_nothing(STALE_AFTER / 2)
    assert charger.running_id == transaction_id
    charger.says_nothing(STALE_AFTER / 2)
    assert charger.told() == [(TransactionEnded, transaction_id)]
    # Its end is told after all, and completes what is known.
    assert charger.ends(transaction_id, meter_wh=2500)
    assert charger.told() == []
    assert charger.evse.transaction is not None
    assert charger.evse.transaction.stop_reason == "Local"
    assert charger.evse.transaction.energy_wh == 1500


def test_a_minute_at_a_free_connector_is_enough(charger: Charger) -> None:
    charger.begins()
    charger.now += timedelta(seconds=1)
    charger.reports(ConnectorStatus.AVAILABLE)
    charger.says_nothing(timedelta(seconds=59))
    assert charger.running is not None
    charger.says_nothing(timedelta(seconds=1))
    assert charger.running is None


def test_a_session_that_was_taken_to_be_over_goes_on(charger: Charger) -> None:
    transaction_id = charger.begins()
    charger.connects()
    charger.reports(ConnectorStatus.AVAILABLE)
    charger.says_nothing(STALE_AFTER)
    assert charger.running is None
    charger.mentions(transaction_id)
    assert charger.running_id == transaction_id


def test_a_charger_that_says_it_is_free_while_it_charges_is_seen_through(
    charger: Charger,
) -> None:
    transaction_id = charger.begins()
    charger.reports(ConnectorStatus.AVAILABLE)
    charger.now += timedelta(seconds=10)
    charger.mentions(transaction_id)
    charger.says_nothing(STALE_AFTER)
    assert charger.running_id == transaction_id
