"""Those who come to do harm: bombs, floods, shapes that are dear to check, web pages, and takeovers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
import random
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus, WebSocketException

from tests.fuzz.fuzzer import Fuzzer, fate, raw

ADDRESSES = [f"127.0.0.{number}" for number in range(2, 12)]
"""The addresses that strangers come from: others than that of the chargers, as in a network."""

_BOOT = (
    '[2,"b","BootNotification",{"chargePointVendor":"Evil","chargePointModel":"E1"}]'
)
_STOP = (
    '[2,"s","StopTransaction",{"transactionId":1,"meterStop":50000,'
    '"timestamp":"2026-11-28T12:00:00Z"}]'
)
_METER_VALUES = (
    '[2,"q","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-11-28T00:00:00Z",'
    '"sampledValue":[%s]}]}]'
)


def _shapes(size: int) -> list[str]:
    """Return frames of a size in shapes that were dear to parse, to check or to keep."""
    keys = ",".join(f'"{key}":0' for key in range(size))
    return [
        _METER_VALUES % ",".join(['{"value":"","a":0}'] * size + ["{}"]),
        _METER_VALUES % ",".join(["{}"] * size),
        "[" * size + "]" * size,
        f'[2,"1","Heartbeat",{{{keys}}}]',
        f'[2,"1","DataTransfer",{{"vendorId":"{"x" * 10 * size}"}}]',
        f'[2,"1","Authorize",{{"idTag":"{"![x](http://x) " * size}"}}]',
    ]


class Strangers:
    """All of them; what became of their attempts is counted."""

    def __init__(self, url: str, victim: str) -> None:
        """Initialize with the identity that is to be taken over."""
        self.outcomes: Counter[str] = Counter()
        self._url = url
        self._victim = victim
        self._numbers = count()

    async def storm(self, seconds: float) -> None:
        """Do everything at once for a while."""
        attacks = [self.bomb, self.shape, self.page, self.take_over, self.flood]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
                for attack in attacks:
                    for _ in range(4):
                        group.create_task(self._repeat(attack))

    async def _repeat(self, attack: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await attack()
            except InvalidStatus as err:
                self.outcomes[f"refused with {err.response.status_code}"] += 1
            except OSError, EOFError, WebSocketException:
                self.outcomes["cut"] += 1
            await asyncio.sleep(0.01)

    @asynccontextmanager
    async def _visit(
        self, identity: str | None = None, **options: Any
    ) -> AsyncIterator[ClientConnection]:
        who = identity or f"STRANGER{next(self._numbers)}"
        address = (random.choice(ADDRESSES), 0)
        socket = await raw(
            self._url, who, local_addr=address, close_timeout=1, **options
        )
        try:
            yield socket
        finally:
            socket.transport.abort()

    async def bomb(self) -> None:
        """Send megabytes that compress to nothing."""
        async with self._visit(compression="deflate") as socket:
            for _ in range(60):
                await socket.send('[2,"1","Heartbeat",{' + " " * 1_000_000 + "}]")
                self.outcomes["bombs sent"] += 1

    async def shape(self) -> None:
        """Send frames of ever larger sizes that are dear to check."""
        async with self._visit() as socket:
            await socket.send(_BOOT)
            for exponent in range(6, 16):
                await socket.send(random.choice(_shapes(2**exponent)))
                self.outcomes["shapes sent"] += 1
            async with asyncio.timeout(1):
                await fate(socket)

    async def page(self) -> None:
        """Connect as a web page does, with the identity of an adopted charger."""
        async with self._visit(self._victim, origin="http://evil.example") as socket:
            await socket.send(_BOOT)
            await socket.recv()
            self.outcomes["pages answered"] += 1

    async def take_over(self) -> None:
        """Connect as an adopted charger, and end its session with much energy."""
        async with self._visit(self._victim) as socket:
            for text in (_BOOT, _STOP):
                await socket.send(text)
                await socket.recv()
                self.outcomes["answered as the victim"] += 1
            await asyncio.sleep(1)

    async def flood(self) -> None:
        """Come as somebody new, and send as fast as it goes."""
        async with self._visit() as socket:
            await socket.send(_BOOT)
            for number in range(2000):
                await socket.send(f'[2,"{number}","Heartbeat",{{}}]')
                self.outcomes["flooding frames sent"] += 1


async def fuzz(fuzzers: list[Fuzzer], frames: int) -> int:
    """Have each fuzzer send its share of frames, and return how many were answered wrongly."""

    async def storm(fuzzer: Fuzzer) -> None:
        await fuzzer.connect()
        for _ in range(0, frames // len(fuzzers), 200):
            await fuzzer.send_burst(200)
        await fuzzer.close()

    await asyncio.gather(*map(storm, fuzzers))
    return sum(len(fuzzer.objections) for fuzzer in fuzzers)
