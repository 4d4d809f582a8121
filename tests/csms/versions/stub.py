"""A protocol version of the tests' own, and a charger that speaks it.

It has OCPP 1.6's messages and some of 2.1's, so that what 1.6 has no message for can be tested over a socket.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import cache
import json
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.events import DataReceived
from custom_components.ocpp.csms.model import Snapshot
from custom_components.ocpp.csms.ocppj.framing import ALL_MESSAGE_TYPES, Payload
from custom_components.ocpp.csms.ocppj.schemas.compiled import Schemas, load
from custom_components.ocpp.csms.versions import Context, Handled
from custom_components.ocpp.csms.versions.v16 import VERSION as V16

from .stub_commands import StubControl, StubTransactions, StubTriggers
from .stub_sessions import status_notification, transaction_event
from .stub_settings import StubSettings, no_variables

BORROWED = (
    "ChangeAvailability",
    "GetBaseReport",
    "GetTransactionStatus",
    "GetVariables",
    "NotifyReport",
    "NotifyPeriodicEventStream",
    "RequestStartTransaction",
    "Reset",
    "SetVariables",
    "StatusNotification",
    "TransactionEvent",
    "TriggerMessage",
    "UnlockConnector",
)
"""The messages of OCPP 2.1 that the stub has."""


@cache
def _schemas() -> Schemas:
    own, newer = load("ocpp.v16", ""), load("ocpp.v21", "Request")

    def both[T](ours: Mapping[str, T], theirs: Mapping[str, T]) -> Mapping[str, T]:
        borrowed = {name: theirs[name] for name in BORROWED if name in theirs}
        return {**ours, **borrowed}

    return Schemas(
        both(own.requests, newer.requests),
        both(own.responses, newer.responses),
        both(own.sends, newer.sends),
    )


def _acknowledge(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    return Handled({}, snapshot)


def _stream(payload: Payload, snapshot: Snapshot, _: Context) -> Handled:
    received = DataReceived(
        snapshot.identity, "stream", str(payload["id"]), str(payload["pending"]), True
    )
    return Handled({}, snapshot, (received,))


STUB = replace(
    V16,
    name="stub",
    subprotocol="stub",
    message_types=ALL_MESSAGE_TYPES,
    load_schemas=_schemas,
    actions=V16.actions | set(BORROWED),
    handlers={
        **V16.handlers,
        "NotifyReport": _acknowledge,
        "NotifyPeriodicEventStream": _stream,
        "StatusNotification": status_notification,
        "TransactionEvent": transaction_event,
    },
    control=StubControl(),
    settings=StubSettings(),
    transactions=StubTransactions(),
    triggers=StubTriggers(),
)


type Answer = Callable[[Payload], Awaitable[Payload]]


def answering(status: str) -> Answer:
    """Return an answer that is nothing but a status."""

    async def answer(_: Payload) -> Payload:
        return {"status": status}

    return answer


_ANSWERS: Mapping[str, Payload] = {
    "GetBaseReport": {"status": "EmptyResultSet"},
}


class StubCharger:
    """A charger that sends what it is told to, and answers every call as it is told to."""

    def __init__(self, socket: ClientConnection) -> None:
        """Initialize on an open socket."""
        self.answers: dict[str, Answer] = {"GetVariables": no_variables}
        """Answers to calls by action, in place of the usual ones."""
        self.unknown: set[str] = set()
        """The actions that it does not know."""
        self.calls: list[tuple[str, Payload]] = []
        """The calls of the central system."""
        self.frames: list[list[Any]] = []
        """The frames that came in and were neither calls nor awaited answers."""
        self._socket = socket
        self._pending: dict[str, asyncio.Future[list[Any]]] = {}

    async def run(self) -> None:
        """Take in frames until the socket closes."""
        with suppress(ConnectionClosed):
            async for text in self._socket:
                frame = json.loads(text)
                match frame:
                    case [2, str(message_id), str(action), dict(payload)]:
                        self.calls.append((action, payload))
                        await self.send_frame(
                            [4, message_id, "NotImplemented", "", {}]
                            if action in self.unknown
                            else [3, message_id, await self._answer(action, payload)]
                        )
                    case [3 | 4, str(message_id), *_] if message_id in self._pending:
                        self._pending.pop(message_id).set_result(frame)
                    case _:
                        self.frames.append(frame)

    async def _answer(self, action: str, payload: Payload) -> Payload:
        if (answer := self.answers.get(action)) is not None:
            return await answer(payload)
        return dict(_ANSWERS.get(action, {"status": "Rejected"}))

    async def call(self, action: str, payload: Payload) -> Payload:
        """Send a call and return the payload of its answer."""
        message_id = str(uuid4())
        self._pending[message_id] = asyncio.get_running_loop().create_future()
        await self.send_frame([2, message_id, action, payload])
        frame = await self._pending[message_id]
        assert frame[0] == 3, frame
        return dict(frame[2])

    async def send_frame(self, frame: list[Any]) -> None:
        """Send any frame."""
        await self._socket.send(json.dumps(frame))

    async def boot(self) -> None:
        """Announce itself."""
        boot: Payload = {"chargePointVendor": "Stub", "chargePointModel": "Stub"}
        await self.call("BootNotification", boot)

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()


@asynccontextmanager
async def stub_charger(
    url: str, identity: str = "CP1", subprotocol: str = "stub"
) -> AsyncIterator[StubCharger]:
    """Connect a charger that speaks the stub version, or another one by hand."""
    spoken = [Subprotocol(subprotocol)]
    async with connect(f"{url}/{identity}", subprotocols=spoken) as link:
        charger = StubCharger(link)
        running = asyncio.create_task(charger.run())
        try:
            yield charger
        finally:
            await link.close()
            await running
