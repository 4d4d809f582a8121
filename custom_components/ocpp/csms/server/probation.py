"""Probation: the answers to a device of which it is not clear whether it is the charger that it claims to be."""

import asyncio
from collections.abc import Callable

from ..devices.station_info import StationInfo
from ..events import Booted
from ..model import Registration, Snapshot
from ..ocppj.framing import (
    Call,
    Json,
    MalformedFrameError,
    Payload,
    Send,
    UnknownMessageTypeError,
)
from ..ocppj.odd_frames import understand
from ..ocppj.reading import read
from ..ocppj.schemas.mending import UnusableError
from ..station import ChargingStation
from ..tokens.authorization import NOT_AUTHORIZED
from ..versions import Context, Handled, Version


class Probation:
    """The probation of one connection: on trial, only its introduction is answered; in doubt, nothing is taken in."""

    def __init__(
        self,
        station: ChargingStation,
        version: Version,
        on_boot: Callable[[StationInfo], None],
    ) -> None:
        """Initialize on trial.

        Args:
            station: the charger that it claims to be.
            version: the protocol version that it speaks.
            on_boot: is told of what it announces, before that is answered.
        """
        self.info: StationInfo | None = None
        """Its announcement."""
        self.doubtful = False
        """True once it is not taken for the charger."""
        self.spoken = False
        """True once it has said anything."""
        self.introduction: tuple[str, Payload] | None = None
        """The call by which it has announced itself, for the charger to take in should it be the one."""
        self._station = station
        self._version = version
        self._on_boot = on_boot
        self._over = asyncio.Event()

    def doubt(self) -> None:
        """Take it for another device from now on."""
        self.doubtful = True
        self._over.set()

    def end(self) -> None:
        """Let it go on as the charger."""
        self._over.set()

    async def may_pass(self, text: str | bytes) -> None:
        """Wait until a frame can be taken in."""
        self.spoken = True
        if not self.doubtful and not self._introduces(text):
            await self._over.wait()

    def answer(self, action: str, payload: Payload) -> Payload:
        """Return the answer to a call, which has no other consequence."""
        if self.doubtful and action in self._version.once_only:
            # What is refused, a charger keeps and sends again; what is answered would be lost.
            raise UnusableError("another charger uses this identity")
        handled = self._handled(action, payload)
        for event in handled.events:
            if isinstance(event, Booted):
                self.info, self.introduction = event.info, (action, payload)
                self._on_boot(event.info)
                handled = self._handled(action, payload)
        return handled.answer

    def _introduces(self, text: str | bytes) -> bool:
        """Return whether a message holds nothing but an introduction, as far as it can be read."""
        try:
            return all(map(self._is_introduction, read(text).values))
        except MalformedFrameError:
            return True

    def _is_introduction(self, value: Json) -> bool:
        try:
            frame = understand(value, self._version.message_types).frame
        except MalformedFrameError, UnknownMessageTypeError:
            return True
        if isinstance(frame, Call | Send):
            return frame.action in self._version.introductions
        return True

    def _handled(self, action: str, payload: Payload) -> Handled:
        registration = Registration.PENDING if self.doubtful else Registration.ACCEPTED
        context = Context(
            self._station.now,
            registration,
            lambda: 0,
            lambda _token, _evse_id: NOT_AUTHORIZED,
        )
        blank = Snapshot(self._station.identity, registration=registration)
        return self._version.handlers[action](payload, blank, context)
