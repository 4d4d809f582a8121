"""Events of a charger, each reported once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.events import (
    DataReceived,
    Event,
    FaultReported,
    SecurityEvent,
    TokenShown,
)
from custom_components.ocpp.csms.evses.status import StatusDetails
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.tokens.authorization import (
    REMOTE_ID_TOKEN,
    Authority,
    KnownToken,
    TokenStatus,
)
from tests.simulator.charger import call, simulated_charger
from tests.waiting import until

from .bench import Bench, ConnectedBench
from .raw_charger import raw_charger

ACCEPTED, BLOCKED = TokenStatus.ACCEPTED, TokenStatus.BLOCKED


class EventBench(ConnectedBench):
    """A charger in service, and the tags that were shown there."""

    @property
    def shown(self) -> list[TokenShown]:
        """The tags that were shown, in order."""
        return [event for event in self.events if isinstance(event, TokenShown)]


@pytest.fixture
async def bench(quiet_bench: Bench) -> AsyncIterator[EventBench]:
    async with quiet_bench.connect() as charger:
        await charger.boot()
        yield EventBench(quiet_bench, charger)


async def test_a_tag_that_is_shown_before_its_session_is_told_once(
    bench: EventBench,
) -> None:
    await bench.charger.show_tag("ANNA")
    await bench.charger.plug_in()
    await bench.charger.start_session("ANNA")
    assert bench.shown == [TokenShown("CP1", "ANNA", ACCEPTED)]
    # Shown again, to end the session.
    await bench.charger.show_tag("ANNA")
    assert bench.shown == [TokenShown("CP1", "ANNA", ACCEPTED)] * 2


async def test_a_tag_that_the_charger_knows_is_told_by_its_session(
    bench: EventBench,
) -> None:
    await bench.charger.start_session("ANNA")
    assert bench.shown == [TokenShown("CP1", "ANNA", ACCEPTED, 1)]
    await bench.charger.stop_session()
    await bench.charger.show_tag("BEN")
    bench.clock.ahead += timedelta(minutes=5)
    await bench.charger.start_session("BEN")
    assert bench.shown[1:] == [
        TokenShown("CP1", "BEN", ACCEPTED),
        TokenShown("CP1", "BEN", ACCEPTED, 1),
    ]


async def test_a_tag_that_may_not_charge_is_told_with_the_reason(
    bench: EventBench,
) -> None:
    tokens = [KnownToken("LOST", TokenStatus.BLOCKED)]
    bench.system.authority = Authority.of(tokens, free_vend=True)
    assert await bench.charger.show_tag("LOST") == "Blocked"
    await bench.charger.start_session("LOST")
    assert bench.shown == [TokenShown("CP1", "LOST", BLOCKED)]


async def test_nobody_shows_the_tag_of_a_session_that_is_asked_for_from_here(
    bench: EventBench,
) -> None:
    bench.charger.settings["AuthorizeRemoteTxRequests"] = "true"
    for id_tag in (REMOTE_ID_TOKEN, "GUEST"):
        await bench.charger.plug_in()
        await bench.station.commands.start_transaction(1, id_tag)
        await until(lambda: bench.charger.connectors[1].transaction_id)
        await bench.charger.unplug()
    assert bench.shown == []


async def test_a_tag_is_shown_where_a_session_from_here_was_refused(
    bench: EventBench,
) -> None:
    with pytest.raises(RejectedError):
        await bench.station.commands.start_transaction(1, "GUEST")
    await bench.charger.show_tag("GUEST")
    assert bench.shown == [TokenShown("CP1", "GUEST", ACCEPTED)]


async def test_a_session_of_yesterday_shows_nobody_now(bench: EventBench) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    start = call.StartTransaction(1, "ANNA", 0, yesterday.isoformat())
    await bench.charger.call(start)
    assert bench.shown == []


async def test_what_concerns_security_is_told_once_for_each_report(
    bench: EventBench,
) -> None:
    await bench.charger.report_security("TamperDetectionActivated", "lid")
    (event,) = (item for item in bench.events if isinstance(item, SecurityEvent))
    assert event.kind == "TamperDetectionActivated"
    assert bench.clock() - event.occurred_at < timedelta(seconds=5)


async def test_data_of_a_vendor_is_welcome_where_it_is_wanted(
    bench: EventBench,
) -> None:
    assert await bench.charger.send_data("org.example") == "UnknownVendorId"
    bench.system.adopt("CP1", StationSettings(data_vendors=frozenset({"org.example"})))
    status = await bench.charger.send_data("org.example", "Hello", "{}")
    assert status == "Accepted"
    assert [item for item in bench.events if isinstance(item, DataReceived)] == [
        DataReceived("CP1", "org.example", None, None, welcome=False),
        DataReceived("CP1", "org.example", "Hello", "{}", welcome=True),
    ]


async def test_strangers_have_no_say() -> None:
    events: list[Event] = []
    system = CentralSystem()
    await system.start("127.0.0.1", 0)
    async with simulated_charger(f"ws://127.0.0.1:{system.port}", "NEW") as new:
        system.subscribe(lambda _, event: events.append(event))
        await new.show_tag("ANNA")
        await new.report_security("Nonsense")
        await new.send_data("org.example")
        await new.heartbeat()
    await system.stop()
    assert not any(
        isinstance(event, TokenShown | SecurityEvent | DataReceived) for event in events
    )


async def test_errors_are_told_with_the_words_of_the_charger() -> None:
    async with raw_charger() as charger:
        events: list[Event] = []
        charger.station.subscribe_events(events.append)
        told = {
            "errorCode": "OtherError",
            "vendorErrorCode": "NoPPDetected",
            "info": "Check the cable",
        }
        details = StatusDetails("OtherError", "NoPPDetected", "Check the cable")
        for connector_id in (0, 1, 1, 0):
            status = {**told, "connectorId": connector_id, "status": "Faulted"}
            assert (await charger.call("StatusNotification", status))[0] == 3
        assert charger.snapshot.status_details == details
        assert charger.snapshot.evse(1).status_details == details
        assert events == [
            FaultReported("CP1", None, details),
            FaultReported("CP1", 1, details),
        ]
        well = {"errorCode": "NoError", "status": "SuspendedEVSE", "info": "55"}
        for connector_id in (0, 1):
            status = {**well, "connectorId": connector_id}
            assert (await charger.call("StatusNotification", status))[0] == 3
        assert charger.snapshot.status_details == StatusDetails(info="55")
        assert charger.snapshot.evse(1).status_details == StatusDetails(info="55")
        assert len(events) == 2
