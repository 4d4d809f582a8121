"""Greeting: getting to know chargers that connect or boot, and introducing those that nobody has adopted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from ..devices.station_info import StationInfo
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..events import Booted, Event
from ..model import Registration
from ..server.websocket import ChargerSocket
from ..station import ChargingStation
from ..timeouts import Timeouts
from .commission import Commissioner


class Greeter:
    """Greets the chargers of one central system."""

    def __init__(
        self,
        sockets: Mapping[str, ChargerSocket],
        timeouts: Timeouts,
        introduce: Callable[[ChargingStation], None],
        sync_tokens: Callable[[ChargingStation], Awaitable[None]],
    ) -> None:
        """Initialize.

        Args:
            sockets: the open websockets, by the charger's identity.
            timeouts: the time for chargers to announce themselves.
            introduce: is told of a charger that waits to be adopted, once it is known what it is.
            sync_tokens: sends an adopted charger the tokens that it keeps.
        """
        self._sockets = sockets
        self._timeouts = timeouts
        self._introduce = introduce
        self._sync_tokens = sync_tokens
        self._commissioners: dict[str, Commissioner] = {}

    async def greet(self, station: ChargingStation, socket: ChargerSocket) -> None:
        """Have a charger announce itself that does not do so of its own accord, unless it has merely reconnected."""
        # At another address, it may be another device: what it announces tells.
        known = (
            station.snapshot.info is not None
            and socket.address == station.claims.address
        )
        timeouts = self._timeouts
        await asyncio.sleep(timeouts.reconnect_s if known else timeouts.boot_s)
        if self._is_silent(socket) and not known:
            with suppress(RejectedError, CallFailedError, CallTimeoutError):
                await station.commands.announce()
                await asyncio.sleep(timeouts.boot_s)
        if self._is_silent(socket):
            await self.meet(station)

    async def admit(self, station: ChargingStation) -> None:
        """Have a charger announce itself that was just adopted, since the answer tells it that it is.

        The connection of one that does not is cut once: most announce themselves when they connect.
        """
        socket, booted = self._sockets.get(station.identity), asyncio.Event()

        def on_event(event: Event) -> None:
            if isinstance(event, Booted):
                booted.set()

        unsubscribe = station.subscribe_all_events(on_event)
        try:
            await station.commands.announce()
            async with asyncio.timeout(self._timeouts.boot_s):
                await booted.wait()
        except RejectedError, CallFailedError, TimeoutError, CallTimeoutError:
            present = self._sockets.get(station.identity)
            if present is not None and present is socket and not booted.is_set():
                present.drop()
        finally:
            unsubscribe()

    def note_boot(self, station: ChargingStation, info: StationInfo) -> None:
        """Take note that a charger has announced itself; `meet` should follow."""
        if (socket := self._sockets.get(station.identity)) is not None:
            socket.booted = True
        self._commissioner(station).note_boot()
        station.recognise(info)

    async def meet(self, station: ChargingStation) -> None:
        """Get to know a charger; an unknown one is then introduced with what it has told by then."""
        commissioner = self._commissioner(station)
        if station.snapshot.registration is not Registration.PENDING:
            await commissioner.commission()
            await self._sync_tokens(station)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeouts.boot_s):
                await commissioner.commission()
        if station.snapshot.registration is Registration.PENDING:
            self._introduce(station)

    def forget(self, identity: str) -> None:
        """Forget a charger that has been let go."""
        self._commissioners.pop(identity, None)

    def _commissioner(self, station: ChargingStation) -> Commissioner:
        if station.identity not in self._commissioners:
            self._commissioners[station.identity] = Commissioner(station)
        return self._commissioners[station.identity]

    def _is_silent(self, socket: ChargerSocket) -> bool:
        """Return whether the socket is still the present one, and the charger has not announced itself."""
        present = self._sockets.get(socket.connection.identity)
        return present is socket and not socket.booted
