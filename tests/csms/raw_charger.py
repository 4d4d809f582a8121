"""A charger whose frames are written by hand, in whatever form."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Registration, Snapshot
from custom_components.ocpp.csms.ocppj.violations import Faults
from custom_components.ocpp.csms.station import ChargingStation

from .bench import PATIENT


class RawCharger:
    """The charger CP1 at the end of a socket."""

    def __init__(self, socket: ClientConnection, system: CentralSystem) -> None:
        """Initialize on an open socket."""
        self.socket = socket
        self.system = system
        self.answers: dict[str, dict[str, Any]] = {}
        """The answers that it gives to calls, by their action; it leaves others unanswered."""
        self.called: list[str] = []
        """The actions that it was called for so far."""
        self._calls = 0

    @property
    def station(self) -> ChargingStation:
        """The charger, as the central system sees it."""
        return self.system.stations["CP1"]

    @property
    def snapshot(self) -> Snapshot:
        """Its present state."""
        return self.station.snapshot

    @property
    def faults(self) -> Faults:
        """Its faults so far."""
        return self.station.faults

    async def answers_to(self, frame: str | bytes, count: int = 1) -> list[Any]:
        """Send a text frame, and return the answers to it; calls of the other side are none."""
        data = frame if isinstance(frame, bytes) else frame.encode()
        await self.socket.send(data, text=True)
        return [await self.next_answer() for _ in range(count)]

    async def answer_to(self, frame: str | bytes) -> Any:
        """Send a text frame, and return the answer to it."""
        (answer,) = await self.answers_to(frame)
        return answer

    async def call(self, action: str, payload: Any) -> Any:
        """Call, and return the answering frame."""
        self._calls += 1
        return await self.answer_to(
            json.dumps([2, f"call {self._calls}", action, payload])
        )

    async def next_answer(self) -> Any:
        """Return the answer that comes next."""
        async with asyncio.timeout(60):
            while (frame := json.loads(await self.socket.recv()))[0] == 2:
                await self._on_call(*frame[1:3])
        return frame

    async def _on_call(self, message_id: str, action: str) -> None:
        self.called.append(action)
        if (answer := self.answers.get(action)) is not None:
            await self.socket.send(json.dumps([3, message_id, answer]))

    async def listen(self) -> None:
        """Answer calls until the connection ends."""
        with suppress(ConnectionClosed):
            while (frame := json.loads(await self.socket.recv()))[0] == 2:
                await self._on_call(*frame[1:3])


@asynccontextmanager
async def accepting() -> AsyncIterator[CentralSystem]:
    """Run a central system that accepts everybody."""
    system = CentralSystem(unknown_chargers=Registration.ACCEPTED, timeouts=PATIENT)
    await system.start("127.0.0.1", 0)
    yield system
    await system.stop()


@asynccontextmanager
async def raw_charger(
    system: CentralSystem | None = None, identity: str = "CP1"
) -> AsyncIterator[RawCharger]:
    """Connect a charger to a central system, or to one that accepts everybody."""
    async with AsyncExitStack() as stack:
        if system is None:
            system = await stack.enter_async_context(accepting())
        url = f"ws://127.0.0.1:{system.port}/{identity}"
        protocols = [Subprotocol("ocpp1.6")]
        socket = await stack.enter_async_context(connect(url, subprotocols=protocols))
        yield RawCharger(socket, system)
