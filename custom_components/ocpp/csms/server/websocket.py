"""One open websocket of a charger."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
import logging
import time

from websockets.exceptions import ConnectionClosed

from ..claims import AnotherDeviceError
from ..connection import Connection
from ..devices.station_info import StationInfo
from ..errors import CallFailedError, CsmsError, NotConnectedError, RejectedError
from ..model import STATION, Registration, Trigger
from ..ocppj.framing import Payload
from ..ocppj.message_log import Direction
from ..ocppj.violations import Fault
from ..pki.security_profiles import Credentials
from ..station import ChargingStation
from ..versions import Version
from .bounded_socket import MAX_FRAME_BYTES, MAX_UNKNOWN_FRAME_BYTES, BoundedSocket
from .listener import address_of
from .probation import Probation
from .publishing import PacedPublishing
from .rate_limit import TokenBucket

type Observe = Callable[[ChargingStation, Direction, str | bytes], None]
"""Is told of every frame, before it is acted upon."""

LARGE_FRAME_BYTES = 10_000
"""A frame of this size takes as much to read as another one of the usual size."""

FRAMES_IN_A_ROW = 5
"""The number of frames that are acted upon before others have their turn."""


class ChargerSocket:
    """The open websocket of one charger, and the OCPP-J connection over it."""

    def __init__(
        self,
        station: ChargingStation,
        websocket: BoundedSocket,
        version: Version,
        credentials: Credentials,
        frames: Callable[[Registration], TokenBucket],
        observe: Observe,
        on_flood: Callable[[], None],
        on_exposed: Callable[[ChargerSocket, StationInfo], None],
    ) -> None:
        """Initialize on an open websocket.

        Args:
            station: whose it is.
            websocket: the open websocket.
            version: the protocol version that was agreed on.
            credentials: what was shown for it.
            frames: returns how many frames may come; nothing is read while there are more.
            observe: is told of every frame.
            on_flood: is told of each second in which too much came.
            on_exposed: is told of another device than the charger, and puts it on probation.
        """
        self.version = version
        """The protocol version that it speaks."""
        self.probation: Probation | None = None
        """Its probation, while it is not in charge."""
        self.credentials = credentials
        self.connection = Connection(
            station.identity,
            version,
            self._handle,
            self._send,
            station.faults,
        )
        self.last_heard = time.monotonic()
        self.booted = False
        self.reminded_at: datetime | None = None
        """The time at which the charger was last asked to have its certificate renewed."""
        self.station = station
        """Whose it is."""
        self._websocket = websocket
        self._frames_of = frames
        self._observe = observe
        self._on_flood = on_flood
        self._flooded_at = 0.0
        self._in_a_row = 0
        self._publishing = PacedPublishing(station.publish, lambda: station.has_events)
        self._on_exposed = on_exposed
        self._pings = 0
        self._has_ponged = False
        websocket.on_oversized = self._on_oversized
        self._registration: Registration | None = None
        self.welcome()

    def welcome(self) -> None:
        """Take in as much as befits an adopted charger, or anybody else."""
        registration = self.station.snapshot.registration
        if self.probation is not None and self.probation.doubtful:
            registration = Registration.PENDING
        if registration is self._registration:
            return
        self._registration = registration
        self._frames = self._frames_of(registration)
        adopted = registration is Registration.ACCEPTED
        # Anybody may be an unknown charger, and under as many names as he likes.
        self.connection.log_level = logging.WARNING if adopted else logging.INFO
        self._websocket.take_in(MAX_FRAME_BYTES if adopted else MAX_UNKNOWN_FRAME_BYTES)

    @property
    def address(self) -> str:
        """The network address at the other end."""
        return address_of(self._websocket.transport)

    @property
    def never_pongs(self) -> bool:
        """True if it was pinged more than once, and has never answered."""
        return not self._has_ponged and self._pings > 1

    @property
    def own_host(self) -> str:
        """The address at which the charger has reached this system."""
        return str(self._websocket.local_address[0]).removeprefix("::ffff:")

    def drop(self) -> None:
        """Cut the socket at once: the peer of an outlived connection will not say goodbye."""
        self.connection.close()
        self._websocket.transport.abort()

    async def run(self) -> str:
        """Take what comes until the socket closes, and return why it did."""
        try:
            async for text in self._websocket:
                await self._receive(text)
        except ConnectionClosed as err:
            if err.sent is not None and err.sent.code == 1009:
                return "it sent a frame that is too large"
            return str(err)
        finally:
            # Its end is told in any case, and with it what came before.
            self._publishing.stop()
        return "the connection was closed"

    async def ping(self) -> None:
        """Have the charger answer, if it does answer pings."""
        with suppress(ConnectionClosed):
            await self._ping()

    async def answers_ping(self, timeout_s: float) -> bool:
        """Return whether it answers a ping in time."""
        with suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(timeout_s):
                await (await self._ping())
                return True
        return False

    async def answers_call(self, timeout_s: float) -> bool:
        """Return whether the charger answers a call in time, whatever it answers."""
        command = self.version.triggers.ask(Trigger.HEARTBEAT, STATION)
        try:
            async with asyncio.timeout(timeout_s):
                await self.connection.request(command)
        except RejectedError, CallFailedError:
            return True
        except TimeoutError, CsmsError:
            return False
        return True

    async def _ping(self) -> asyncio.Future[float]:
        self._pings += 1
        pong = asyncio.ensure_future(await self._websocket.ping())
        pong.add_done_callback(self._on_pong)
        return pong

    def _on_pong(self, pong: asyncio.Future[float]) -> None:
        if not pong.cancelled() and pong.exception() is None:
            self.last_heard = time.monotonic()
            self._has_ponged = True

    def _handle(self, action: str, payload: Payload) -> Payload:
        if self.probation is None:
            try:
                return self.station.handle(self.version, action, payload)
            except AnotherDeviceError as err:
                self._on_exposed(self, err.info)
        assert self.probation is not None
        return self.probation.answer(action, payload)

    def _on_oversized(self) -> None:
        most = self._websocket.protocol.max_message_size
        self.connection.note(
            Fault.OVERSIZED_FRAME, f"a frame of more than {most} bytes"
        )

    async def _receive(self, text: str | bytes) -> None:
        self.last_heard = time.monotonic()
        await self._keep_pace(len(text))
        if self.probation is not None:
            await self.probation.may_pass(text)
        self._note_frame(Direction.IN, text)
        if (reply := self.connection.receive(text)) is not None:
            self._note_frame(Direction.OUT, reply)
            await self._websocket.send(reply)
        self._publishing.note_message()
        self.welcome()
        await self._give_others_a_turn()

    async def _give_others_a_turn(self) -> None:
        """Let others have a turn after some messages, if those were read at once and take the event loop all the time."""
        if self._in_a_row == 0:
            asyncio.get_running_loop().call_soon(self._note_turn)
        self._in_a_row += 1
        if self._in_a_row >= FRAMES_IN_A_ROW:
            await asyncio.sleep(0)

    def _note_turn(self) -> None:
        self._in_a_row = 0

    def _note_frame(self, direction: Direction, text: str | bytes) -> None:
        """Tell of a frame, unless it is of no concern to the charger."""
        if self.probation is None or not self.probation.doubtful:
            self._observe(self.station, direction, text)

    async def _keep_pace(self, size: int) -> None:
        """Read no faster than what is allowed; what comes meanwhile fills the network's buffers, not ours."""
        now = self.last_heard
        delay_s = self._frames.delay_s(now, 1 + size / LARGE_FRAME_BYTES)
        if delay_s == 0:
            return
        if now - self._flooded_at >= 1:
            self._flooded_at = now
            self.connection.note(Fault.FLOOD, "more messages than any charger sends")
            self._on_flood()
        with suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                await self._websocket.wait_closed()

    async def _send(self, text: str) -> None:
        self._note_frame(Direction.OUT, text)
        try:
            await self._websocket.send(text)
        except ConnectionClosed as err:
            raise NotConnectedError(self.station.identity) from err
