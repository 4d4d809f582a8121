"""A small central system that answers by script."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
import json
import ssl
from typing import Any
from uuid import uuid4

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.waiting import until

type Payload = dict[str, Any]

_NOW = "2026-06-01T10:00:00Z"


class ScriptedCsms:
    """A central system that accepts everything, unless a test has it answer something else."""

    def __init__(self) -> None:
        """Initialize without a station."""
        self.port = 0
        self.taken: list[tuple[str, Payload]] = []
        """Every call of the station, in order."""
        self.replies: dict[str, Callable[[Payload], Payload]] = {
            "Authorize": lambda _: {"idTokenInfo": {"status": "Accepted"}},
            "BootNotification": lambda _: boot_answer("Accepted"),
            "Heartbeat": lambda _: {"currentTime": _NOW},
            "TransactionEvent": _event_answer,
            "SignCertificate": lambda _: {"status": "Accepted"},
            "DataTransfer": lambda _: {"status": "Accepted"},
            "NotifyEVChargingNeeds": lambda _: {"status": "Accepted"},
            "NotifyEVChargingSchedule": lambda _: {"status": "Accepted"},
        }
        self.authorizations: list[str] = []
        """The credentials of each connection."""
        self.frames: list[list[Any]] = []
        """Every frame that is no call and no result."""
        self._waiting: dict[str, asyncio.Future[Payload]] = {}
        self._socket: ServerConnection | None = None

    @property
    def url(self) -> str:
        """Its URL for stations."""
        return f"ws://127.0.0.1:{self.port}"

    async def call(self, action: str, payload: Payload) -> Payload:
        """Send a call, and return the answer; an error is returned with its code."""
        assert self._socket is not None
        message_id = str(uuid4())
        answered: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = answered
        await self._socket.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(60):
            return await answered

    async def tell(self, action: str, payload: Payload) -> None:
        """Send a call, and care for no answer."""
        assert self._socket is not None
        await self._socket.send(json.dumps([2, str(uuid4()), action, payload]))

    async def wait(self, action: str, count: int = 1) -> list[Payload]:
        """Return the payloads of an action, once so many have come."""
        await until(lambda: len(self.of(action)) >= count)
        return self.of(action)

    def of(self, action: str) -> list[Payload]:
        """Return the payloads of an action."""
        return [payload for name, payload in self.taken if name == action]

    def events(self) -> list[tuple[str, str]]:
        """Return type and trigger of all transaction events."""
        return [
            (event["eventType"], event["triggerReason"])
            for event in self.of("TransactionEvent")
        ]

    async def serve(self, socket: ServerConnection) -> None:
        """Answer what comes."""
        self._socket = socket
        request = socket.request
        assert request is not None
        self.authorizations.append(request.headers.get("Authorization", ""))
        async for text in socket:
            match json.loads(text):
                case [2, message_id, action, payload]:
                    self.taken.append((action, payload))
                    reply = self.replies.get(action, _nothing)(payload)
                    await socket.send(json.dumps([3, message_id, reply]))
                case [3, message_id, payload]:
                    self._waiting[message_id].set_result(payload)
                case [4, message_id, code, *rest] if message_id in self._waiting:
                    self._waiting[message_id].set_result({"error": code, "rest": rest})
                case frame:
                    self.frames.append(frame)


def boot_answer(status: str) -> Payload:
    """Return the answer to a boot."""
    return {"status": status, "currentTime": _NOW, "interval": 60}


def _nothing(_: Payload) -> Payload:
    return {}


def _event_answer(event: Payload) -> Payload:
    return {"idTokenInfo": {"status": "Accepted"}} if "idToken" in event else {}


@asynccontextmanager
async def scripted_csms(
    protocols: Sequence[str] = ("ocpp2.1", "ocpp2.0.1"),
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[ScriptedCsms]:
    """Run a central system that knows these protocols."""
    system = ScriptedCsms()
    offered = [Subprotocol(each) for each in protocols]
    async with serve(
        system.serve, "127.0.0.1", 0, subprotocols=offered, ssl=tls
    ) as server:
        system.port = next(iter(server.sockets)).getsockname()[1]
        yield system
