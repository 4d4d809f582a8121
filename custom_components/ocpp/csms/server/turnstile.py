"""The turnstile: the pace at which a charger that connects anew all the time is served.

Each connection that is served changes the state of all entities of its charger, and the next ends it. So more of them
wait with nothing of theirs being read, and of those that wait for the same charger, one is kept.
"""

import asyncio
from contextlib import suppress
import time

from websockets.protocol import State

from ..allowances.rate_limit import TokenBucket
from ..model import Overuse, Registration
from ..station import ChargingStation
from .bounded_socket import BoundedSocket


class Turnstile:
    """Lets the connections of each adopted charger through one after the other."""

    def __init__(self) -> None:
        """Initialize; nobody waits."""
        self._waiting: dict[ChargingStation, BoundedSocket] = {}

    async def lets_through(
        self, station: ChargingStation, websocket: BoundedSocket, pace: TokenBucket
    ) -> bool:
        """Wait until a connection may be served, and return whether it is still there by then."""
        if station.snapshot.registration is not Registration.ACCEPTED:
            return True
        waiting = self._waiting.get(station)
        if waiting is None and pace.take(time.monotonic()):
            return True
        station.allowance.note(Overuse.CONNECTIONS)
        if waiting is not None:
            known = station.claims.address
            if waiting.address == known != websocket.address:
                websocket.transport.abort()
                return False
            waiting.transport.abort()
        self._waiting[station] = websocket
        try:
            return await _has_waited(websocket, pace)
        finally:
            if self._waiting.get(station) is websocket:
                del self._waiting[station]


async def _has_waited(websocket: BoundedSocket, pace: TokenBucket) -> bool:
    """Wait for a connection's turn, and return whether it is still there."""
    while (wait_s := pace.wait_s(time.monotonic())) > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await websocket.wait_closed()
                return False
    return websocket.state is State.OPEN and pace.take(time.monotonic())
