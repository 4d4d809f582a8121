"""Sessions that a charger of a later version reports over a socket."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from custom_components.ocpp.csms.events import Event, TransactionReported
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import Evse
from custom_components.ocpp.csms.ocppj.framing import Payload
from tests.csms.bench import MINUTE, Bench
from tests.csms.versions.stub import StubCharger, stub_charger
from tests.waiting import until


class SessionReporter:
    """A charger that reports on its EVSEs."""

    def __init__(self, bench: Bench, charger: StubCharger) -> None:
        """Initialize with the charger on its socket."""
        self.bench = bench
        self.charger = charger
        self._seq_no = count()

    @property
    def evse(self) -> Evse:
        """The first EVSE, as the central system sees it."""
        return self.bench.station.snapshot.evse(1)

    async def report(self, state: str, connector_id: int = 1) -> None:
        """Report the state of a connector of the first EVSE."""
        payload: Payload = {
            "timestamp": self._now,
            "connectorStatus": state,
            "evseId": 1,
            "connectorId": connector_id,
        }
        await self.charger.call("StatusNotification", payload)

    async def tell(
        self,
        kind: str,
        transaction_id: str = "a-1",
        *,
        state: str | None = None,
        register_wh: float | None = None,
        **more: Any,
    ) -> None:
        """Report on a session."""
        info: dict[str, Any] = {"transactionId": transaction_id}
        if state is not None:
            info["chargingState"] = state
        payload: dict[str, Any] = {
            "eventType": kind,
            "timestamp": self._now,
            "triggerReason": "Trigger",
            "seqNo": next(self._seq_no),
            "transactionInfo": info,
            **more,
        }
        if register_wh is not None:
            sample = {
                "value": register_wh,
                "measurand": "Energy.Active.Import.Register",
            }
            values = {"timestamp": self._now, "sampledValue": [sample]}
            payload["meterValue"] = [values]
        await self.charger.call("TransactionEvent", payload)

    @property
    def _now(self) -> str:
        return self.bench.clock().isoformat()


@pytest.fixture
async def reporter(stub_bench: Bench) -> AsyncIterator[SessionReporter]:
    """A charger that has booted."""
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        yield SessionReporter(stub_bench, charger)


async def test_a_session_of_which_little_is_told_at_a_time(
    reporter: SessionReporter,
) -> None:
    await reporter.report("Occupied", 1)
    await reporter.tell(
        "Started", state="EVConnected", evse={"id": 1, "connectorId": 1}
    )
    assert reporter.evse.status is ConnectorStatus.PREPARING
    token = {"idToken": "ANNA", "type": "ISO14443"}
    await reporter.tell("Updated", state="Charging", register_wh=50_000, idToken=token)
    await reporter.tell("Updated", register_wh=51_000)
    await reporter.report("Available", 2)
    charging = reporter.evse
    assert charging.status is ConnectorStatus.CHARGING
    await reporter.tell("Ended")
    over = reporter.evse
    assert over.status is ConnectorStatus.FINISHING
    assert over.plugged_in
    assert over.transaction is not None
    assert over.transaction.id_token == "ANNA"
    assert over.transaction.energy_wh == 1_000


@pytest.mark.parametrize("kind", ["Started", "Updated"])
async def test_a_session_that_was_asked_for_has_its_token(
    reporter: SessionReporter, kind: str
) -> None:
    async def accept(_: Payload) -> Payload:
        return {"status": "Accepted"}

    reporter.charger.answers["RequestStartTransaction"] = accept
    await reporter.bench.station.commands.start_transaction(1, "ANNA")
    (asked,) = [
        payload
        for action, payload in reporter.charger.calls
        if action == "RequestStartTransaction"
    ]
    info = {"transactionId": "a-1", "remoteStartId": asked["remoteStartId"]}
    await reporter.tell(kind, evse={"id": 1}, transactionInfo=info)
    assert reporter.evse.transaction is not None
    assert reporter.evse.transaction.id_token == "ANNA"


async def test_an_end_alone_is_recorded_where_it_was(reporter: SessionReporter) -> None:
    events: list[Event] = []
    reporter.bench.station.subscribe_events(events.append)
    await reporter.report("Occupied", 1)
    await reporter.tell("Ended", "b-7", evse={"id": 2}, offline=True)
    reported = [event for event in events if isinstance(event, TransactionReported)]
    assert [event.transaction.evse_id for event in reported] == [2]


@pytest.mark.parametrize(
    ("answer", "goes_on"),
    [
        ({"ongoingIndicator": True, "messagesInQueue": False}, True),
        ({"ongoingIndicator": False, "messagesInQueue": True}, True),
        ({"ongoingIndicator": False, "messagesInQueue": False}, False),
        ({"messagesInQueue": False}, False),
    ],
)
async def test_a_charger_is_asked_about_a_session_it_no_longer_speaks_of(
    reporter: SessionReporter, answer: Payload, goes_on: bool
) -> None:
    async def tell(_: Payload) -> Payload:
        return answer

    reporter.charger.answers["GetTransactionStatus"] = tell
    await reporter.report("Occupied")
    await reporter.tell("Started", evse={"id": 1})
    await reporter.report("Available")
    heard_at = reporter.evse.heard_at
    reporter.bench.clock.ahead += MINUTE
    await until(
        lambda: (
            reporter.evse.running_transaction is None
            or (reporter.evse.heard_at != heard_at)
        )
    )
    assert (reporter.evse.running_transaction is not None) is goes_on
    asked = [call for call in reporter.charger.calls if "Status" in call[0]]
    assert ("GetTransactionStatus", {"transactionId": "a-1"}) in asked


async def test_a_charger_that_cannot_tell_has_ended_its_session(
    reporter: SessionReporter,
) -> None:
    reporter.charger.unknown.add("GetTransactionStatus")
    await reporter.report("Occupied")
    await reporter.tell("Started", evse={"id": 1})
    await reporter.report("Available")
    reporter.bench.clock.ahead += MINUTE
    await until(lambda: reporter.evse.running_transaction is None)
