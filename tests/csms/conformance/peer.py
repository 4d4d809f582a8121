"""A charger that follows a script, over a real socket, in whatever version of OCPP.

Whatever the central system sends the charger, call or answer, is held against the schemas of the `ocpp` library.
"""

from abc import ABC, abstractmethod
import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
import json
import ssl
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.versions import Version
from tests.waiting import until

type Message = dict[str, Any]
type Answer = Message | Callable[[Message], Message]
"""The answer to a call, or what makes it of the call's payload."""
type FollowUp = Callable[[Message], Iterable[tuple[str, Message]]]
"""The calls that a charger makes of its own once it has answered one."""

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}


def text(moment: datetime) -> str:
    """Return an instant as it goes over the wire."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Peer(ABC):
    """A charger that says what it is told to say, and notes what it is asked."""

    def __init__(
        self,
        socket: ClientConnection,
        station: ChargingStation,
        version: Version,
        answers: Mapping[str, Answer],
    ) -> None:
        """Initialize on an open socket.

        Args:
            socket: the open socket.
            station: the charger, as the central system sees it.
            version: the version that it speaks.
            answers: its answers to begin with.
        """
        self.station = station
        self.answers: dict[str, Answer] = dict(answers)
        """The answer to each action; any other action is answered as unknown."""
        self.follow_ups: dict[str, FollowUp] = {}
        """The calls that follow an answer, by the action that it answers."""
        self.calls: list[tuple[str, Message]] = []
        """The calls of the central system, in order."""
        self.objections: list[str] = []
        """The violations of the schemas, in those calls or in its own answers."""
        self._socket = socket
        self._schemas = version.schemas
        self._replies: dict[str, asyncio.Future[list[Any]]] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._ids = count(1)

    @abstractmethod
    async def boot(self) -> None:
        """Announce itself and all its connectors, and let itself be set up."""

    async def serve(self) -> None:
        """Take what comes until the socket closes."""
        async for frame in self._socket:
            match json.loads(frame):
                case [2, message_id, action, payload]:
                    answer = self._answer(message_id, action, payload)
                    with suppress(ConnectionClosed):
                        await self._socket.send(json.dumps(answer))
                    self._follow_up(action, payload)
                case [_, message_id, *_] as reply:
                    self._replies.pop(message_id).set_result(reply)

    def _answer(self, message_id: str, action: str, payload: Message) -> list[Any]:
        self.calls.append((action, payload))
        self.objections += list(self._schemas.requests[action].violations(payload))
        if (answer := self.answers.get(action)) is None:
            return [4, message_id, "NotImplemented", "", {}]
        told = answer(payload) if callable(answer) else answer
        self.objections += list(self._schemas.responses[action].violations(told))
        return [3, message_id, told]

    def _follow_up(self, action: str, payload: Message) -> None:
        if (follow_up := self.follow_ups.get(action)) is not None:
            telling = asyncio.create_task(self._tell_all(follow_up(payload)))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    async def _tell_all(self, calls: Iterable[tuple[str, Message]]) -> None:
        for action, payload in calls:
            await self.tell(action, **payload)

    async def call(self, action: str, payload: Message) -> list[Any]:
        """Call the central system and return the frame that it replies with."""
        message_id = f"m{next(self._ids)}"
        reply = asyncio.get_running_loop().create_future()
        self._replies[message_id] = reply
        await self._socket.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(60):
            frame: list[Any] = await reply
        return frame

    async def tell(self, action: str, **payload: Any) -> Message:
        """Call the central system and return its answer, which must be a valid one."""
        frame = await self.call(action, payload)
        assert frame[0] == 3, frame
        answer: Message = frame[2]
        assert list(self._schemas.responses[action].violations(answer)) == []
        return answer

    def called(self, action: str, *, since: int = 0) -> list[Message]:
        """Return the payloads of the calls of an action, in order."""
        return [payload for name, payload in self.calls[since:] if name == action]


class PeerBench[P: Peer]:
    """A central system, and what a test needs to connect its charger, once or again."""

    def __init__(
        self,
        system: CentralSystem,
        subprotocol: str,
        introduce: Callable[[ClientConnection, ChargingStation], P],
    ) -> None:
        """Initialize.

        Args:
            system: the central system.
            subprotocol: the name of the version that the charger speaks.
            introduce: returns the charger on an open socket.
        """
        self.system = system
        self._subprotocol = Subprotocol(subprotocol)
        self._introduce = introduce

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
        user: str = "CP1",
    ) -> AsyncIterator[P]:
        """Connect the charger, to the first port or another one; it has not booted yet.

        In the end it has had nothing to object to, and has done nothing itself that was counted as a fault.
        """
        url = f"{'wss' if tls else 'ws'}://127.0.0.1:{port or self.system.port}/CP1"
        headers = {}
        if password is not None:
            credentials = b64encode(f"{user}:{password}".encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        async with connect(
            url, subprotocols=[self._subprotocol], ssl=tls, additional_headers=headers
        ) as socket:
            await until(
                lambda: "CP1" in self.system.stations and self.station.connected
            )
            charger, station = self._introduce(socket, self.station), self.station
            serving = asyncio.create_task(charger.serve())
            yield charger
            await socket.close()
            await serving
        assert charger.objections == []
        assert not station.faults
        await until(lambda: not station.connected)

    @asynccontextmanager
    async def in_service(self) -> AsyncIterator[P]:
        """Connect the charger, booted and set up."""
        async with self.connected() as charger:
            await charger.boot()
            yield charger


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

    async def play(self, charger: Peer) -> None:
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

    async def play(self, charger: Peer) -> None:
        """Send it."""
        await charger.tell(self.action, **self.payload)


def relay(action: str, payload: Message, answer: Message) -> Ask:
    """Return the command to send a message as it is, and to hear the answer as it is."""
    return Ask(
        lambda station: station.call(action, payload), action, payload, answer, answer
    )
