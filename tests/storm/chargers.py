"""Many chargers, each of which charges, retries, and counts what it has lost."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
import json
import random
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

_ACCEPTED = {"status": "Accepted"}
_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "ChangeConfiguration": _ACCEPTED,
    "ClearChargingProfile": _ACCEPTED,
    "GetConfiguration": {"configurationKey": [], "unknownKey": []},
    "SetChargingProfile": _ACCEPTED,
    "TriggerMessage": _ACCEPTED,
}
RETRY_S = (1.0, 2.0)
ANSWER_S = 60.0


class StormCharger:
    """One charger with a car in session; its clock may be wrong."""

    def __init__(self, url: str, identity: str, lost: Counter[str]) -> None:
        """Initialize with where it counts its losses."""
        self.identity = identity
        self.booted = asyncio.Event()
        self.register_wh = 0
        self.transaction_id: int | None = None
        self.clock_ahead = timedelta()
        self._url = f"{url}/{identity}"
        self._lost = lost
        self._socket: ClientConnection | None = None
        self._waiting: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._sent = 0

    async def live(self) -> None:
        """Be connected, and connect again, until cancelled."""
        while True:
            try:
                await self._connected()
            except OSError, WebSocketException:
                self._lost["cut" if self.booted.is_set() else "refused"] += 1
            self.booted.clear()
            self._forget_calls()
            await asyncio.sleep(random.uniform(*RETRY_S))

    async def _connected(self) -> None:
        protocols = [Subprotocol("ocpp1.6")]
        async with connect(
            self._url,
            subprotocols=protocols,
            compression=None,
            ping_interval=None,
            open_timeout=ANSWER_S,
            close_timeout=1,
        ) as self._socket:
            begun = asyncio.create_task(self._begin())
            try:
                async for text in self._socket:
                    await self._take(self._socket, json.loads(text))
            finally:
                begun.cancel()

    async def _take(self, socket: ClientConnection, frame: list[Any]) -> None:
        kind, message_id, *rest = frame
        if kind != 2:
            if (waiting := self._waiting.pop(message_id, None)) is not None:
                waiting.set_result(rest[0] if kind == 3 else {})
        elif (answer := _ANSWERS.get(rest[0])) is not None:
            await socket.send(json.dumps([3, message_id, answer]))
        else:
            await socket.send(json.dumps([4, message_id, "NotSupported", "", {}]))

    async def _begin(self) -> None:
        with suppress(ConnectionError, TimeoutError, WebSocketException):
            boot = {"chargePointVendor": "Storm", "chargePointModel": "S1"}
            answer = await self.call("BootNotification", boot)
            if answer.get("status") == "Accepted":
                await self._report_status()
                self.booted.set()

    async def _report_status(self) -> None:
        status = "Available" if self.transaction_id is None else "Charging"
        payload = {"connectorId": 1, "errorCode": "NoError", "status": status}
        await self.call("StatusNotification", payload)

    async def begin_session(self) -> None:
        """Begin a session."""
        begin = {"connectorId": 1, "idTag": "TAG", "meterStart": self.register_wh}
        answer = await self.call(
            "StartTransaction", {**begin, "timestamp": self._time()}
        )
        self.transaction_id = answer.get("transactionId")
        await self._report_status()

    async def meter(self) -> None:
        """Count energy, and report it."""
        self.register_wh += random.randrange(10, 100)
        samples = [
            {"value": f"{self.register_wh}", "unit": "Wh"},
            {
                "value": f"{random.randrange(1000, 11000)}",
                "measurand": "Power.Active.Import",
                "unit": "W",
            },
            *(
                {
                    "value": f"{random.uniform(6, 16):.1f}",
                    "measurand": "Current.Import",
                    "unit": "A",
                    "phase": phase,
                }
                for phase in ("L1", "L2", "L3")
            ),
        ]
        value = {"timestamp": self._time(), "sampledValue": samples}
        payload = {
            "connectorId": 1,
            "transactionId": self.transaction_id or 0,
            "meterValue": [value],
        }
        await self.call("MeterValues", payload)

    async def call(self, action: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a call, and return its answer; a missing one is a loss."""
        if self._socket is None:
            raise ConnectionError(self.identity)
        self._sent += 1
        message_id = f"{self._sent}"
        waiting = self._waiting[message_id] = asyncio.Future()
        try:
            await self._socket.send(json.dumps([2, message_id, action, payload]))
            async with asyncio.timeout(ANSWER_S):
                return await waiting
        except TimeoutError:
            self._lost[f"{action} unanswered"] += 1
            raise

    def cut(self) -> None:
        """Lose the connection from one moment to the next."""
        if self._socket is not None:
            self._socket.transport.abort()

    def _forget_calls(self) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError(self.identity))
                waiting.exception()
        self._waiting.clear()

    def _time(self) -> str:
        return f"{datetime.now(UTC) + self.clock_ahead:%Y-%m-%dT%H:%M:%SZ}"


class Chargers:
    """All chargers, and their losses."""

    def __init__(self, url: str, identities: list[str]) -> None:
        """Initialize; none is connected yet."""
        self.lost: Counter[str] = Counter()
        self._all = [StormCharger(url, identity, self.lost) for identity in identities]
        self._living: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        """Connect all at once, and wait until each has booted."""
        self._living = [asyncio.create_task(each.live()) for each in self._all]
        await self.back()

    async def back(self) -> None:
        """Wait until all have booted; those that have not are lost."""
        _, waiting = await asyncio.wait(
            [asyncio.create_task(each.booted.wait()) for each in self._all],
            timeout=ANSWER_S,
        )
        for task in waiting:
            task.cancel()
        if waiting:
            self.lost["not back"] += len(waiting)

    async def begin_sessions(self) -> None:
        """Begin a session at each."""
        await self._each([each.begin_session() for each in self._all])

    async def meter(self, rounds: int, period_s: float) -> int:
        """Report meter values, spread over each period, and return how many."""
        for _ in range(rounds):
            await self._each([self._meter(each, period_s) for each in self._all])
        return rounds * len(self._all)

    async def _meter(self, charger: StormCharger, period_s: float) -> None:
        await asyncio.sleep(random.uniform(0, period_s))
        await charger.meter()

    async def _each(self, work: list[Any]) -> None:
        for result in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(result, Exception):
                self.lost[type(result).__name__] += 1

    async def flap(self) -> None:
        """Cut all connections at once, and wait until all are back."""
        for each in self._all:
            each.cut()
        await asyncio.wait_for(self._all_gone(), ANSWER_S)
        await self.back()

    async def _all_gone(self) -> None:
        while any(each.booted.is_set() for each in self._all):
            await asyncio.sleep(0.01)

    def set_clocks(self, years: float) -> None:
        """Put the clocks of every other charger ahead, and of the others back."""
        for number, each in enumerate(self._all):
            sign = 1 if number % 2 else -1
            each.clock_ahead = timedelta(days=365 * years * sign)

    def compare(self, known: Mapping[str, tuple[str | None, float | None]]) -> None:
        """Count the sessions and the energy that the central system does not know."""
        for each in self._all:
            session, total_wh = known[each.identity]
            if session != str(each.transaction_id):
                self.lost["sessions"] += 1
            if total_wh != each.register_wh:
                self.lost["registers"] += 1

    async def stop(self) -> None:
        """Disconnect all."""
        for task in self._living:
            task.cancel()
        await asyncio.gather(*self._living, return_exceptions=True)
