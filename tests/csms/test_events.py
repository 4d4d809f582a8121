"""Events of a charger, each reported once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.events import (
    DataReceived,
    Event,
    SecurityEvent,
    TokenShown,
)
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.station import ChargingStation, StationSettings
from custom_components.ocpp.csms.tokens.authorization import (
    REMOTE_ID_TOKEN,
    Authority,
    KnownToken,
    TokenStatus,
)
from tests.simulator.charger import SimulatedCharger, call, simulated_charger
from tests.waiting import until

ACCEPTED, BLOCKED = TokenStatus.ACCEPTED, TokenStatus.BLOCKED


class Bench:
    """A charger in service, and what was told of it."""

    def __init__(self) -> None:
        """Initialize."""
        self.ahead = timedelta()
        self.system = CentralSystem(
            unknown_chargers=Registration.ACCEPTED, clock=lambda: self.now
        )
        self.events: list[Event] = []
        self.charger: SimulatedCharger

    @property
    def now(self) -> datetime:
        """The time; it goes on when told to."""
        return datetime.now(UTC) + self.ahead

    @property
    def station(self) -> ChargingStation:
        """The charger, as the central system sees it."""
        return self.system.stations["CP1"]

    def listen(self) -> None:
        """Note what happens at the charger."""
        self.station.subscribe_events(self.events.append)

    @property
    def shown(self) -> list[TokenShown]:
        """The tags that were shown, in order."""
        return [event for event in self.events if isinstance(event, TokenShown)]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    await bench.system.start("127.0.0.1", 0)
    url = f"ws://127.0.0.1:{bench.system.port}"
    async with simulated_charger(url, "CP1", clock=lambda: bench.now) as charger:
        await charger.boot()
        bench.charger = charger
        bench.listen()
        yield bench
    await bench.system.stop()


async def test_a_tag_that_is_shown_before_its_session_is_told_once(
    bench: Bench,
) -> None:
    await bench.charger.show_tag("ANNA")
    await bench.charger.plug_in()
    await bench.charger.start_session("ANNA")
    assert bench.shown == [TokenShown("CP1", "ANNA", ACCEPTED)]
    # Shown again, to end the session.
    await bench.charger.show_tag("ANNA")
    assert bench.shown == [TokenShown("CP1", "ANNA", ACCEPTED)] * 2


async def test_a_tag_that_the_charger_knows_is_told_by_its_session(
    bench: Bench,
) -> None:
    await bench.charger.start_session("ANNA")
    assert bench.shown == [TokenShown("CP1", "ANNA", ACCEPTED, 1)]
    await bench.charger.stop_session()
    await bench.charger.show_tag("BEN")
    bench.ahead += timedelta(minutes=5)
    await bench.charger.start_session("BEN")
    assert bench.shown[1:] == [
        TokenShown("CP1", "BEN", ACCEPTED),
        TokenShown("CP1", "BEN", ACCEPTED, 1),
    ]


async def test_a_tag_that_may_not_charge_is_told_with_the_reason(bench: Bench) -> None:
    tokens = [KnownToken("LOST", TokenStatus.BLOCKED)]
    bench.system.authority = Authority.of(tokens, free_vend=True)
    assert await bench.charger.show_tag("LOST") == "Blocked"
    await bench.charger.start_session("LOST")
    assert bench.shown == [TokenShown("CP1", "LOST", BLOCKED)]


async def test_nobody_shows_the_tag_of_a_session_that_is_asked_for_from_here(
    bench: Bench,
) -> None:
    bench.charger.settings["AuthorizeRemoteTxRequests"] = "true"
    for id_tag in (REMOTE_ID_TOKEN, "GUEST"):
        await bench.charger.plug_in()
        await bench.station.commands.start_transaction(1, id_tag)
        await until(lambda: bench.charger.connectors[1].transaction_id)
        await bench.charger.unplug()
    assert bench.shown == []


async def test_a_tag_is_shown_where_a_session_from_here_was_refused(
    bench: Bench,
) -> None:
    with pytest.raises(RejectedError):
        await bench.station.commands.start_transaction(1, "GUEST")
    await bench.charger.show_tag("GUEST")
    assert bench.shown == [TokenShown("CP1", "GUEST", ACCEPTED)]


async def test_a_session_of_yesterday_shows_nobody_now(bench: Bench) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    start = call.StartTransaction(1, "ANNA", 0, yesterday.isoformat())
    await bench.charger.call(start)
    assert bench.shown == []


async def test_what_concerns_security_is_told_once_for_each_report(
    bench: Bench,
) -> None:
    await bench.charger.report_security("TamperDetectionActivated", "lid")
    (event,) = (item for item in bench.events if isinstance(item, SecurityEvent))
    assert (event.kind, event.details) == ("TamperDetectionActivated", "lid")
    assert bench.now - event.occurred_at < timedelta(seconds=5)


async def test_data_of_a_vendor_is_welcome_where_it_is_wanted(bench: Bench) -> None:
    assert await bench.charger.send_data("org.example") == "UnknownVendorId"
    bench.system.adopt("CP1", StationSettings(data_vendors=frozenset({"org.example"})))
    status = await bench.charger.send_data("org.example", "Hello", "{}")
    assert status == "Accepted"
    assert [item for item in bench.events if isinstance(item, DataReceived)] == [
        DataReceived("CP1", "org.example", None, None, welcome=False),
        DataReceived("CP1", "org.example", "Hello", "{}", welcome=True),
    ]


async def test_strangers_have_no_say() -> None:
    bench = Bench()
    bench.system = CentralSystem()
    await bench.system.start("127.0.0.1", 0)
    async with simulated_charger(f"ws://127.0.0.1:{bench.system.port}", "NEW") as new:
        bench.system.subscribe(lambda _, event: bench.events.append(event))
        await new.show_tag("ANNA")
        await new.report_security("Nonsense")
        await new.send_data("org.example")
        await new.heartbeat()
    await bench.system.stop()
    assert not any(
        isinstance(event, TokenShown | SecurityEvent | DataReceived)
        for event in bench.events
    )
