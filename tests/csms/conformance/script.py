"""A charger that follows a script, and an operator who gives commands, over a real socket.

Whatever the central system sends the charger, call or answer, is held against the schemas of the `ocpp` library.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
import json
import ssl
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.model import Evse, Registration
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.timeouts import Timeouts
from custom_components.ocpp.csms.versions.v16 import VERSION
from tests.waiting import until

type Message = dict[str, Any]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
STARTED, ENDED = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
METER_START_WH, METER_STOP_WH = 1000, 4000
CONNECTORS = 2
ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}
BOOT: Message = {"chargePointVendor": "Sunny", "chargePointModel": "Wallbox 11"}


def text(moment: datetime) -> str:
    """Return an instant as it goes over the wire."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Charger:
    """A charger that says what it is told to say, and notes what it is asked."""

    def __init__(self, socket: ClientConnection, station: ChargingStation) -> None:
        """Initialize on an open socket."""
        self.station = station
        self.answers: dict[str, Message] = {
            "ChangeConfiguration": ACCEPTED,
            "GetConfiguration": {
                "configurationKey": [
                    {
                        "key": "NumberOfConnectors",
                        "readonly": True,
                        "value": str(CONNECTORS),
                    }
                ]
            },
            "SetChargingProfile": ACCEPTED,
            "TriggerMessage": {"status": "NotImplemented"},
        }
        """The answer to each action; any other action is answered as unknown."""
        self.calls: list[tuple[str, Message]] = []
        """The calls of the central system, in order."""
        self.objections: list[str] = []
        """The violations of the schemas, in those calls or in its own answers."""
        self._socket = socket
        self._replies: dict[str, asyncio.Future[list[Any]]] = {}
        self._ids = count(1)

    @property
    def evse(self) -> Evse:
        """The first connector, as the central system sees it."""
        return self.station.snapshot.evse(1)

    async def serve(self) -> None:
        """Take what comes until the socket closes."""
        async for frame in self._socket:
            match json.loads(frame):
                case [2, message_id, action, payload]:
                    answer = self._answer(message_id, action, payload)
                    with suppress(ConnectionClosed):
                        await self._socket.send(json.dumps(answer))
                case [_, message_id, *_] as reply:
                    self._replies.pop(message_id).set_result(reply)

    def _answer(self, message_id: str, action: str, payload: Message) -> list[Any]:
        self.calls.append((action, payload))
        schemas = VERSION.schemas
        self.objections += list(schemas.requests[action].violations(payload))
        if (answer := self.answers.get(action)) is None:
            return [4, message_id, "NotImplemented", "", {}]
        self.objections += list(schemas.responses[action].violations(answer))
        return [3, message_id, answer]

    async def tell(self, action: str, **payload: Any) -> Message:
        """Call the central system and return its answer, which must be a valid one."""
        message_id = f"m{next(self._ids)}"
        reply = asyncio.get_running_loop().create_future()
        self._replies[message_id] = reply
        await self._socket.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(60):
            frame = await reply
        assert frame[0] == 3, frame
        answer: Message = frame[2]
        assert list(VERSION.schemas.responses[action].violations(answer)) == []
        return answer

    async def boot(self) -> None:
        """Announce itself and all its connectors, and let itself be set up."""
        before = len(self.calls)
        answer = await self.tell("BootNotification", **BOOT)
        assert answer["status"] == "Accepted"
        assert answer["interval"] > 0
        assert datetime.fromisoformat(answer["currentTime"]) == NOW
        for connector_id in range(CONNECTORS + 1):
            await self.report("Available", connector_id)
        await until(
            lambda: len(self.called("SetChargingProfile", since=before)) == CONNECTORS
        )

    def called(self, action: str, *, since: int = 0) -> list[Message]:
        """Return the payloads of the calls of an action, in order."""
        return [payload for name, payload in self.calls[since:] if name == action]

    async def report(
        self, status: str, connector_id: int = 1, error_code: str = "NoError"
    ) -> None:
        """Tell a connector's status, or as connector 0 its own."""
        await self.tell(
            "StatusNotification",
            connectorId=connector_id,
            status=status,
            errorCode=error_code,
            timestamp=text(NOW),
        )
        snapshot = self.station.snapshot
        known = snapshot.evse(connector_id).status if connector_id else snapshot.status
        assert known == status

    async def authorize(self, id_tag: str = "TAG") -> None:
        """Ask whether somebody may charge, and hear that he may."""
        answer = await self.tell("Authorize", idTag=id_tag)
        assert answer["idTagInfo"]["status"] == "Accepted"

    async def start(
        self, id_tag: str = "TAG", at: datetime = STARTED, **more: Any
    ) -> int:
        """Start a session, which the central system must then know, and return its id."""
        answer = await self.tell(
            "StartTransaction",
            connectorId=1,
            idTag=id_tag,
            meterStart=METER_START_WH,
            timestamp=text(at),
            **more,
        )
        assert answer["idTagInfo"]["status"] == "Accepted"
        transaction = self.evse.running_transaction
        assert transaction is not None
        assert transaction.id == str(answer["transactionId"])
        assert transaction.id_token == id_tag
        assert transaction.started_at == at
        return int(answer["transactionId"])

    async def stop(
        self, transaction_id: int, reason: str, at: datetime = ENDED
    ) -> None:
        """End a session, which the central system must then have on record."""
        await self.tell(
            "StopTransaction",
            transactionId=transaction_id,
            meterStop=METER_STOP_WH,
            timestamp=text(at),
            reason=reason,
        )
        transaction = self.evse.transaction
        assert transaction is not None
        assert transaction.id == str(transaction_id)
        assert transaction.ended_at == at
        assert transaction.stop_reason == reason
        assert transaction.energy_wh == METER_STOP_WH - METER_START_WH

    async def finish(self, transaction_id: int, reason: str) -> None:
        """End a session, and let the car go."""
        await self.stop(transaction_id, reason)
        await self.report("Finishing")
        await self.report("Available")


class ScriptedSystem:
    """A central system, and what a test needs to connect its charger, once or again."""

    def __init__(self, system: CentralSystem) -> None:
        """Initialize."""
        self.system = system

    @property
    def station(self) -> ChargingStation:
        """The charger, as the central system sees it."""
        return self.system.stations["CP1"]

    @asynccontextmanager
    async def connected(
        self,
        tls: ssl.SSLContext | None = None,
        password: str | None = None,
        port: int | None = None,
    ) -> AsyncIterator[Charger]:
        """Connect the charger, to the first port or another one; it has not booted yet.

        In the end it has had nothing to object to, and has done nothing itself that was counted as a fault.
        """
        url = f"{'wss' if tls else 'ws'}://127.0.0.1:{port or self.system.port}/CP1"
        protocols = [Subprotocol("ocpp1.6")]
        headers = {}
        if password is not None:
            credentials = b64encode(f"CP1:{password}".encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        async with connect(
            url, subprotocols=protocols, ssl=tls, additional_headers=headers
        ) as socket:
            await until(
                lambda: "CP1" in self.system.stations and self.station.connected
            )
            charger = Charger(socket, self.station)
            serving = asyncio.create_task(charger.serve())
            yield charger
            await socket.close()
            await serving
        assert charger.objections == []
        assert not self.station.faults
        await until(lambda: not self.station.connected)

    @asynccontextmanager
    async def in_service(self) -> AsyncIterator[Charger]:
        """Connect the charger, booted and set up."""
        async with self.connected() as charger:
            await charger.boot()
            yield charger


@asynccontextmanager
async def running(
    tls: ssl.SSLContext | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    timeouts: Timeouts | None = None,
) -> AsyncIterator[ScriptedSystem]:
    """Run a central system; its clock stands still unless there is another one."""
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED, clock=clock, timeouts=timeouts
    )
    await system.start("127.0.0.1", 0, tls)
    yield ScriptedSystem(system)
    await system.stop()


# Scripts: what an operator asks for and hears, and what the charger tells of it.


@dataclass(frozen=True, slots=True)
class Ask:
    """An operator's command.

    `action` and `payload` must go over the wire, `answer` comes back, and the operator hears `heard`: what
    the command returns, or where the charger refuses, the status that it gave.
    """

    command: Callable[[ChargingStation], Awaitable[object]]
    action: str
    payload: Message
    answer: Message
    heard: object = None

    async def play(self, charger: Charger) -> None:
        """Give the command."""
        charger.answers[self.action] = self.answer
        before = len(charger.calls)
        assert await self._hear(charger.station) == self.heard
        assert charger.called(self.action, since=before) == [self.payload]

    async def _hear(self, station: ChargingStation) -> object:
        try:
            return await self.command(station)
        except RejectedError as err:
            return err.status


@dataclass(frozen=True, slots=True)
class Tell:
    """A call of the charger's that must be answered."""

    action: str
    payload: Message

    async def play(self, charger: Charger) -> None:
        """Send it."""
        await charger.tell(self.action, **self.payload)


@dataclass(frozen=True, slots=True)
class Report:
    """A status of a connector's that must be taken note of."""

    status: str
    connector_id: int = 1
    error_code: str = "NoError"

    async def play(self, charger: Charger) -> None:
        """Report it."""
        await charger.report(self.status, self.connector_id, self.error_code)
        error_code = charger.station.snapshot.evse(self.connector_id).error_code
        assert (error_code or "NoError") == self.error_code


type Step = Ask | Tell | Report


def relay(action: str, payload: Message, answer: Message) -> Ask:
    """Return the command to send a message as it is, and to hear the answer as it is."""
    return Ask(
        lambda station: station.call(action, payload), action, payload, answer, answer
    )
