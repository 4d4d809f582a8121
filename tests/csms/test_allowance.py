"""The allowance of what a charger may have recorded, whatever it reports and however often it connects."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from custom_components.ocpp.csms.allowances.reports import (
    CALM_AFTER_S,
    EVENTS,
    SESSIONS,
    SESSIONS_PER_HOUR,
)
from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.events import (
    Booted,
    Event,
    FaultReported,
    TokenShown,
    TransactionEnded,
    TransactionReported,
    TransactionStarted,
)
from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.model import Overuse, Registration
from custom_components.ocpp.csms.server.admission import ConnectionLimits
from custom_components.ocpp.csms.station import ChargingStation
from tests.csms.bench import PATIENT
from tests.fuzz.fuzzer import raw
from tests.timers import Timers
from tests.waiting import until

_FRAMES = 100_000
_BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}
HOUR_S = 3600.0


class Talker:
    """A charger that reports as much as it is told to, on one connection or on many."""

    def __init__(self, system: CentralSystem) -> None:
        """Initialize; it has not connected yet."""
        self.system = system
        self.events: list[Event] = []
        self._numbers = count()
        self._socket: ClientConnection | None = None
        system.subscribe(lambda _, event: self.events.append(event))
        self.station: ChargingStation = system.adopt("CP1")

    @property
    def sessions(self) -> set[str]:
        """The ids of the sessions whose ends were told."""
        return {
            event.transaction.id
            for event in self.events
            if isinstance(event, TransactionReported | TransactionEnded)
        }

    def told(self, kind: type[Event]) -> int:
        """Return how many events of a kind were told."""
        return sum(isinstance(event, kind) for event in self.events)

    async def connect(self) -> None:
        """Connect, or connect anew."""
        if self._socket is not None:
            await self._socket.close()
            await until(lambda: not self.station.connected)
        self._socket = await raw(f"ws://127.0.0.1:{self.system.port}", "CP1")

    async def call(self, action: str, payload: dict[str, Any]) -> Any:
        """Call, and return what is answered."""
        assert self._socket is not None
        number = f"n{next(self._numbers)}"
        await self._socket.send(json.dumps([2, number, action, payload]))
        while True:
            kind, message_id, *answer = json.loads(await self._socket.recv())
            if message_id == number:
                assert kind == 3, answer
                return answer[0]

    async def charge(self, began_at: datetime, connector_id: int = 1) -> str:
        """Report a session from its start to its end, and return its id."""
        number = next(self._numbers)
        start = await self.call(
            "StartTransaction",
            {
                "connectorId": connector_id,
                "idTag": f"T{number}",
                "meterStart": number,
                "timestamp": began_at.isoformat(),
            },
        )
        stop = await self.call(
            "StopTransaction",
            {
                "transactionId": start["transactionId"],
                "meterStop": number + 1,
                "timestamp": (began_at + timedelta(seconds=30)).isoformat(),
            },
        )
        assert stop == {}
        return str(start["transactionId"])

    async def charge_often(self, times: int, began_at: datetime) -> set[str]:
        """Report so many sessions, one after the other."""
        return {
            await self.charge(began_at + number * timedelta(minutes=1))
            for number in range(times)
        }

    async def published(self) -> None:
        """Wait until all that was reported has been told."""
        await until(lambda: not self.station.has_events)


@pytest.fixture
async def talker(timers: Timers) -> AsyncIterator[Talker]:
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED,
        timeouts=PATIENT,
        limits=ConnectionLimits(frames=_FRAMES, frames_per_s=_FRAMES),
    )
    await system.start("127.0.0.1", 0)
    yield Talker(system)
    await system.stop()


def _long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=60)


async def test_a_thousand_sessions_of_a_charger_that_was_offline_are_all_recorded(
    talker: Talker,
) -> None:
    await talker.connect()
    ids = await talker.charge_often(SESSIONS, _long_ago())
    assert len(ids) == SESSIONS
    assert talker.sessions == ids
    assert talker.station.snapshot.overuses == frozenset()


async def test_sessions_beyond_that_are_answered_and_not_recorded(
    talker: Talker, timers: Timers
) -> None:
    await talker.connect()
    recorded = await talker.charge_often(SESSIONS, _long_ago())
    for _ in range(3):
        await talker.connect()
        await talker.charge_often(20, datetime.now(UTC) - timedelta(days=1))
        # One that is told at once is worth no more, nor is another connector.
        await talker.charge(datetime.now(UTC), 2)
    await until(lambda: Overuse.SESSIONS in talker.station.snapshot.overuses)
    slow_machine = 2
    assert len(talker.sessions - recorded) <= slow_machine
    assert talker.told(TransactionStarted) <= slow_machine
    timers.elapse(HOUR_S)
    await talker.connect()
    await until(lambda: not talker.station.snapshot.overuses)
    before = len(talker.sessions)
    await talker.charge_often(
        SESSIONS_PER_HOUR + 10, datetime.now(UTC) - timedelta(hours=5)
    )
    assert len(talker.sessions) - before >= SESSIONS_PER_HOUR
    assert len(talker.sessions) - before <= SESSIONS_PER_HOUR + slow_machine


async def test_a_session_beyond_that_is_followed_all_the_same(talker: Talker) -> None:
    await talker.connect()
    await talker.charge_often(SESSIONS, _long_ago())
    await talker.charge(datetime.now(UTC))
    started = await talker.call(
        "StartTransaction",
        {
            "connectorId": 1,
            "idTag": "CAR",
            "meterStart": 5000,
            "timestamp": datetime.now(UTC).isoformat(),
        },
    )
    assert started["idTagInfo"]["status"] == "Accepted"

    def running() -> Transaction | None:
        return talker.station.snapshot.evse(1).running_transaction

    transaction = running()
    assert transaction is not None
    assert transaction.id == str(started["transactionId"])


async def test_events_beyond_the_allowance_are_counted_and_not_told(
    talker: Talker, timers: Timers
) -> None:
    for _ in range(3):
        await talker.connect()
        for number in range(EVENTS // 3):
            await talker.call("BootNotification", _BOOT)
            await talker.call("Authorize", {"idTag": f"T{number}"})
            status = {
                "connectorId": 1,
                "status": "Faulted",
                "errorCode": "OtherError",
                "info": f"{number}",
            }
            await talker.call("StatusNotification", status)
    await talker.published()
    told = sum(talker.told(kind) for kind in (Booted, TokenShown, FaultReported))
    slow_machine = 5
    assert EVENTS <= told <= EVENTS + slow_machine
    untold = talker.station.allowance.untold[Overuse.EVENTS]
    assert told + untold == 3 * (EVENTS // 3) * 3
    await until(lambda: talker.station.snapshot.overuses == {Overuse.EVENTS})
    # A boot has its consequences, told or not.
    await talker.connect()
    await talker.call("BootNotification", {**_BOOT, "firmwareVersion": "2"})
    info = talker.station.snapshot.info
    assert info is not None
    assert info.firmware_version == "2"
    # It has no effect on sessions, nor on what it says later.
    assert await talker.charge(datetime.now(UTC)) in talker.sessions
    timers.elapse(CALM_AFTER_S)
    await talker.connect()
    await until(lambda: not talker.station.snapshot.overuses)
    before = talker.told(Booted)
    await talker.call("BootNotification", _BOOT)
    await until(lambda: talker.told(Booted) == before + 1)
