"""One open websocket of a charger."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
import logging
import time

from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

from ..allowances.paces import Paces
from ..allowances.rate_limit import TokenBucket
from ..claims import AnotherDeviceError
from ..connections.connection import Connection
from ..devices.station_info import StationInfo
from ..errors import CallFailedError, CsmsError, NotConnectedError, RejectedError
from ..model import STATION, Registration, Trigger
from ..ocppj.framing import Payload
from ..ocppj.message_log import Direction
from ..ocppj.repeated_calls import RepeatedCalls
from ..ocppj.violations import Fault
from ..pki.security_profiles import Credentials
from ..station import ChargingStation
from ..versions import Version
from .bounded_socket import MAX_FRAME_BYTES, MAX_UNKNOWN_FRAME_BYTES, BoundedSocket
from .probation import Probation
from .publishing import Answers, PacedPublishing
from .turns import Lane, Turns

type Observe = Callable[[ChargingStation, Direction, str | bytes], None]
"""Is told of every frame, before it is acted upon."""

LARGE_FRAME_BYTES = 10_000
"""A frame of this size takes as much to read as another one of the usual size."""


class ChargerSocket:
    """The open websocket of one charger, and the OCPP-J connection over it."""

    def __init__(
        self,
        station: ChargingStation,
        websocket: BoundedSocket,
        version: Version,
        credentials: Credentials,
        paces: Paces,
        frames_of_unknown: TokenBucket,
        turns: Turns,
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
            paces: the paces of the charger; nothing is read while more frames come.
            frames_of_unknown: the pace while it is not, or not yet, taken for an adopted charger.
            turns: the turns of all connections.
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
        self.connection.on_round_trip = self._on_round_trip
        self.last_heard = time.monotonic()
        self.booted = False
        self.reminded_at: datetime | None = None
        """The time at which the charger was last asked to have its certificate renewed."""
        self.station = station
        """Whose it is."""
        self._websocket = websocket
        self._paces = paces
        self._frames_of_unknown = frames_of_unknown
        self._turns = turns
        self._observe = observe
        self._on_flood = on_flood
        self._flooded_at = 0.0
        self._publishing = PacedPublishing(
            station.publish, lambda: station.has_events, paces.published
        )
        self._answers = Answers()
        self._repeated = RepeatedCalls(version.repetitions)
        self._on_exposed = on_exposed
        self._is_unnoticed = False
        self._pings = 0
        self._has_ponged = False
        self._is_cut = False
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
        adopted = registration is Registration.ACCEPTED
        # Anybody may be an unknown charger, and under as many names as he likes.
        self.connection.log_level = logging.WARNING if adopted else logging.INFO
        self._websocket.take_in(MAX_FRAME_BYTES if adopted else MAX_UNKNOWN_FRAME_BYTES)

    @property
    def lane(self) -> Lane:
        """The lane in which it waits for its turn."""
        adopted = self._registration is Registration.ACCEPTED
        return Lane.ADOPTED if adopted else Lane.STRANGERS

    @property
    def _frames(self) -> TokenBucket:
        """The frames that may come; who is on probation uses up nothing of the charger's."""
        if self.lane is Lane.ADOPTED and self.probation is None:
            return self._paces.frames
        return self._frames_of_unknown

    @property
    def address(self) -> str:
        """The network address at the other end."""
        return self._websocket.address

    @property
    def never_pongs(self) -> bool:
        """True if it was pinged more than once, and has never answered."""
        return not self._has_ponged and self._pings > 1

    @property
    def own_host(self) -> str:
        """The address at which the charger has reached this system."""
        return str(self._websocket.local_address[0]).removeprefix("::ffff:")

    @property
    def offered(self) -> Sequence[str]:
        """The subprotocols that the charger has offered."""
        request = self._websocket.request
        assert request is not None
        return request.headers.get_all("Sec-WebSocket-Protocol")

    def drop(self) -> None:
        """Cut the socket at once: the peer of an outlived connection will not say goodbye."""
        self._is_cut = True
        self.connection.close()
        self._websocket.transport.abort()

    async def run(self) -> str:
        """Take what comes until the socket closes, and return why it did."""
        try:
            while True:
                # Undecoded: a text that is not in UTF-8 is no reason to hang up on a charger.
                await self._receive(await self._websocket.recv(decode=False))
        except ConnectionClosedOK:
            return "the connection was closed"
        except ConnectionClosed as err:
            if err.sent is not None and err.sent.code == 1009:
                return "it sent a frame that is too large"
            return str(err)
        finally:
            # Its end is told in any case, and with it what came before.
            self._answers.stop()
            self._publishing.stop()

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
            self._note_heard()
            self._on_round_trip(pong.result())
            self._has_ponged = True

    def _on_round_trip(self, lasted_s: float) -> None:
        if self.probation is None:
            self.station.link.note_round_trip(lasted_s)

    def _note_heard(self) -> None:
        self.last_heard = time.monotonic()
        if self.probation is None:
            self.station.link.note_heard(self.station.now)

    def _handle(self, action: str, payload: Payload) -> Payload | Awaitable[Payload]:
        if self.probation is None:
            try:
                answer = self.station.handle(self.version, action, payload)
            except AnotherDeviceError as err:
                self._on_exposed(self, err.info)
            else:
                if not isinstance(answer, dict):
                    return answer
                self._is_unnoticed |= self._repeated.take(
                    action, payload, answer, self.last_heard
                )
                return answer
        assert self.probation is not None
        return self.probation.answer(action, payload)

    def _on_oversized(self) -> None:
        most = self._websocket.protocol.max_message_size
        self.connection.note(
            Fault.OVERSIZED_FRAME, f"a frame of more than {most} bytes"
        )

    async def _receive(self, text: bytes) -> None:
        self._note_heard()
        await self._keep_pace(len(text))
        await self._turns.take(self.lane)
        if self.probation is not None:
            await self.probation.may_pass(text)
        if self._is_cut:
            # It has come while the connection was open, which is no reason to act upon it.
            return
        self._note_frame(Direction.IN, text)
        replies = self.connection.receive(text)

        async def tell() -> None:
            for reply in replies:
                self._note_frame(Direction.OUT, reply)
                await self._websocket.send(reply)
            self._guarded(self._publishing.note_message)
            self._guarded(self._learn)

        delay_s = self.station.capabilities.answer_delay_s if replies else 0.0
        await self._answers.give(tell, delay_s)
        self.welcome()

    def _learn(self) -> None:
        """Learn from a call that was repeated, after it has been answered."""
        if self._is_unnoticed:
            self._is_unnoticed = False
            before = self.station.learned
            learned = before.unnoticed(self.station.now)
            if learned != before:
                self.station.conclude(learned)

    def _note_frame(self, direction: Direction, text: str | bytes) -> None:
        """Tell of a frame, unless it is of no concern to the charger."""
        if self.probation is None or not self.probation.doubtful:
            self._guarded(lambda: self._observe(self.station, direction, text))

    def _guarded(self, tell: Callable[[], None]) -> None:
        """Tell others; a defect of theirs must not cost the charger its connection."""
        try:
            tell()
        except Exception as err:  # noqa: BLE001
            self.connection.note_defect("what follows from a message", err)

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
