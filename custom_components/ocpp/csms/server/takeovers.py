"""Takeovers: connections in the name of a charger that has one already.

The charger that comes back is the usual case: its old connection is dead, and the new one is in charge as soon as that
is clear. If the old one is alive, two devices use one identity. The one that was known is served, the other one is
held, and nothing of what it says is taken in until the owner has decided.
"""

import asyncio
from collections.abc import Callable, MutableMapping
from enum import Enum, auto
import logging
import time

from ..devices.claimants import Claimant, differ
from ..devices.station_info import StationInfo
from ..model import Registration
from ..station import ChargingStation
from ..timeouts import Timeouts
from .authentication import is_outdated
from .probation import Probation
from .websocket import ChargerSocket

_LOGGER = logging.getLogger(__name__)

MOST_HELD = 4
"""The number of connections of one identity that are held besides the one in charge."""
HELD_S = 600.0
"""The time after which a connection that is held must come again, to be judged anew."""
PROVED_S = 10.0
"""The time for which a proof that the charger is there is good enough against devices at other addresses."""
OVERLAP_S = 10.0
"""The time within which a charger that has restarted may still have its old connection."""


BACK_WITHIN_S = 300.0
"""The time within which a device comes back whose connection was cut although it was alive."""
HEARD_S = 30.0
"""The time within which something was heard of a connection that is alive."""


class Life(Enum):
    """The signs of life on a connection."""

    NONE = auto()
    PONG = auto()
    """Its websocket answers, which the software behind it may have forgotten."""
    ANSWER = auto()
    """The charger answers."""


class Takeovers:
    """The connections that claim an identity, and which one of each is in charge."""

    def __init__(
        self,
        sockets: MutableMapping[str, ChargerSocket],
        timeouts: Timeouts,
        on_open: Callable[[ChargingStation, ChargerSocket], None],
    ) -> None:
        """Initialize without connections.

        Args:
            sockets: the connections in charge, by the charger's identity.
            timeouts: the time for signs of life.
            on_open: is told of every connection that is put in charge.
        """
        self._sockets = sockets
        self._timeouts = timeouts
        self._on_open = on_open
        self._trials: dict[ChargerSocket, asyncio.Task[None]] = {}
        self._held: dict[ChargerSocket, asyncio.TimerHandle] = {}
        self._held_since: dict[ChargerSocket, float] = {}
        self._proved_at: dict[ChargerSocket, float] = {}
        self._cut_at: dict[str, float] = {}

    def receive(self, socket: ChargerSocket) -> None:
        """Put a new connection in charge, on trial, or on hold."""
        station = socket.station
        present = self._sockets.get(station.identity)
        if self._is_beyond_doubt(present, socket):
            if present is not None and _was_heard(present):
                station.claims.note_turn()
            self._put_in_charge(socket)
        else:
            self._make_room(station)
            self._put_on_probation(socket)
            if present is None:
                self._hold(socket)
            else:
                work = self._try(socket)
                name = f"ocpp {station.identity}"
                self._trials[socket] = asyncio.create_task(work, name=name)

    def expose(self, socket: ChargerSocket, info: StationInfo) -> None:
        """Hold a connection that was in charge, once it has announced itself as another device."""
        station = socket.station
        if self._sockets.get(station.identity) is socket:
            del self._sockets[station.identity]
        socket.connection.close()
        station.detach(socket, "another device uses its identity")
        # Those that it kept away are judged anew, now that it is known better.
        self.release(station.identity)
        self._put_on_probation(socket).info = info
        self._hold(socket)

    def leave(self, socket: ChargerSocket, reason: str) -> None:
        """Forget a connection that has ended; another one may be put in charge in its place."""
        if (trial := self._trials.pop(socket, None)) is not None:
            trial.cancel()
        if (timer := self._held.pop(socket, None)) is not None:
            timer.cancel()
        self._held_since.pop(socket, None)
        self._proved_at.pop(socket, None)
        station = socket.station
        if self._sockets.get(station.identity) is socket:
            del self._sockets[station.identity]
            station.detach(socket, reason)
            self._let_follow(station, socket)

    def release(self, identity: str) -> None:
        """Cut all connections of an identity that are not in charge; those that come again are judged anew."""
        self._cut_at.pop(identity, None)
        for socket in (*self._held, *self._trials):
            if socket.station.identity == identity:
                socket.drop()

    def cut_outdated(self, station: ChargingStation) -> None:
        """Cut all connections of a charger that do not meet what is required of it now."""
        present = self._sockets.get(station.identity)
        for socket in (
            *([] if present is None else [present]),
            *self._held,
            *self._trials,
        ):
            if socket.station is station and _is_outdated(socket):
                socket.drop()

    async def _try(self, socket: ChargerSocket) -> None:
        """Put a connection in charge, or on hold, once it is clear what became of the present one."""
        station = socket.station
        while (present := self._sockets.get(station.identity)) is not None:
            life = await self._life_of(present, socket)
            if self._sockets.get(station.identity) is present:
                break
        self._trials.pop(socket, None)
        if present is None:
            self._put_in_charge(socket)
        elif not self._are_two(present, socket, life):
            if life is Life.PONG:
                station.claims.note_turn()
            self._put_in_charge(socket)
        elif self._has_merely_dialled(socket, present):
            station.claims.note_turn()
            self._cut_at[station.identity] = time.monotonic()
            self._put_in_charge(socket)
        elif not self._is_back(socket, present):
            self._hold(socket)
        else:
            # The one that is back is the one that was known.
            probation = self._put_on_probation(present)
            probation.info = station.snapshot.info
            present.connection.close()
            station.detach(present, "another device uses its identity")
            self._put_in_charge(socket)
            self._hold(present)

    @staticmethod
    def _has_merely_dialled(socket: ChargerSocket, present: ChargerSocket) -> bool:
        """Return whether a newcomer may be a charger that dials before it hangs up; until then, it says nothing."""
        snapshot, probation = socket.station.snapshot, socket.probation
        return (
            socket.address == present.address
            and (probation is None or not probation.spoken)
            and snapshot.rival is None
            and not socket.station.claims.take_turns
        )

    def _is_back(self, socket: ChargerSocket, present: ChargerSocket) -> bool:
        """Return whether a newcomer is the known device, whose place the present one has taken."""
        known = socket.station.claims.address
        if present.address != socket.address:
            return known == socket.address
        cut_at = self._cut_at.pop(socket.station.identity, None)
        return cut_at is not None and time.monotonic() - cut_at < BACK_WITHIN_S

    async def _life_of(self, present: ChargerSocket, other: ChargerSocket) -> Life:
        station, now = present.station, time.monotonic()
        proved_at = self._proved_at.get(present)
        if proved_at is not None and now - proved_at < PROVED_S:
            if other.address != station.claims.address:
                return Life.ANSWER
        life = await life_of(present, self._timeouts)
        if life is Life.ANSWER:
            self._proved_at[present] = time.monotonic()
        return life

    def _is_beyond_doubt(
        self, present: ChargerSocket | None, socket: ChargerSocket
    ) -> bool:
        """Return whether a new connection can be put in charge at once."""
        station = socket.station
        if station.snapshot.registration is not Registration.ACCEPTED:
            # Some have two connections, and dial again whenever one is cut.
            return present is None or not station.claims.take_turns
        if present is None:
            return not station.claims.is_doubtful(socket.address)
        if _is_outdated(present):
            return True
        # Without an announcement, nothing tells the present device from another one at its address.
        return (
            station.snapshot.info is None
            and present.address == socket.address
            and not station.claims.take_turns
        )

    @staticmethod
    def _are_two(present: ChargerSocket, other: ChargerSocket, life: Life) -> bool:
        """Return whether two devices are connected, given the signs of life of the first one."""
        if life is Life.PONG:
            claims = present.station.claims
            return present.address != other.address or claims.take_turns
        return life is Life.ANSWER

    def _put_on_probation(self, socket: ChargerSocket) -> Probation:
        station = socket.station

        def on_boot(info: StationInfo) -> None:
            if probation.doubtful:
                station.claims.note_rival(Claimant(socket.address, info))
            elif differ(station.snapshot.info, info):
                if (trial := self._trials.pop(socket, None)) is not None:
                    trial.cancel()
                self._hold(socket)

        probation = Probation(station, socket.version, on_boot)
        socket.probation = probation
        return probation

    def _hold(self, socket: ChargerSocket) -> None:
        """Take nothing in of what a connection says until the owner has decided."""
        assert socket.probation is not None
        station = socket.station
        self._held_since[socket] = time.monotonic()
        loop = asyncio.get_running_loop()
        self._held[socket] = loop.call_later(HELD_S, socket.drop)
        socket.probation.doubt()
        socket.welcome()
        socket.connection.disown()
        station.claims.note_rival(Claimant(socket.address, socket.probation.info))

    def _put_in_charge(self, socket: ChargerSocket) -> None:
        station = socket.station
        probation, socket.probation = socket.probation, None
        socket.welcome()
        self._sockets[station.identity] = socket
        station.claims.note_served(socket.address)
        station.link.note_connected()
        station.attach(socket)
        self._on_open(station, socket)
        if probation is None:
            return
        if probation.introduction is not None:
            action, payload = probation.introduction
            station.handle(socket.version, action, payload)
            station.publish()
        probation.end()

    def _make_room(self, station: ChargingStation) -> None:
        """Cut the connection that has been held longest, rather one that does not come from the known address."""
        own = [
            socket
            for socket in (*self._held, *self._trials)
            if socket.station is station
        ]
        if len(own) < MOST_HELD:
            return
        known = station.claims.address
        strange = [socket for socket in own if socket.address != known]
        (strange or own)[0].drop()

    def _let_follow(self, station: ChargingStation, gone: ChargerSocket) -> None:
        """Put a connection in charge that cannot be told from the one that has ended."""
        for socket, timer in self._held.items():
            probation = socket.probation
            if socket.station is not station or socket.address != gone.address:
                continue
            if probation is None or differ(station.snapshot.info, probation.info):
                continue
            timer.cancel()
            del self._held[socket]
            since = self._held_since.pop(socket)
            if time.monotonic() - since < OVERLAP_S and not station.claims.take_turns:
                station.claims.withdraw()
            self._put_in_charge(socket)
            return


def _is_outdated(socket: ChargerSocket) -> bool:
    """Return whether a connection would not be admitted any more."""
    station = socket.station
    return is_outdated(station.identity, station.access, socket.credentials)


def _was_heard(socket: ChargerSocket) -> bool:
    """Return whether a connection was alive just now, as far as that can be told."""
    return time.monotonic() - socket.last_heard < HEARD_S


async def life_of(socket: ChargerSocket, timeouts: Timeouts) -> Life:
    """Ask for signs of life on a connection, of its websocket and of the charger behind it."""
    asking = None
    if socket.station.snapshot.info is not None:
        asking = asyncio.create_task(socket.answers_call(timeouts.proof_s))
    ponged = await socket.answers_ping(timeouts.pong_s)
    if asking is not None and (ponged or socket.never_pongs):
        # Whatever becomes of the newcomer: an answer that nobody waits for would count as the charger's fault.
        if await asyncio.shield(asking):
            return Life.ANSWER
    return Life.PONG if ponged else Life.NONE
