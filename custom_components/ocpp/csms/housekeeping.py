"""Housekeeping: what is done for connected chargers now and then, without anybody asking for it."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
import time

from .background import BackgroundTasks
from .model import Registration
from .operations import sign_certificate
from .operations.forget_old import forget_old
from .operations.free_vend import FreeVend
from .operations.poll import Polling
from .operations.restart import IdleRestart
from .operations.revive import Revival
from .operations.settle_transactions import Settling
from .operations.tell_costs import RunningCosts
from .server.websocket import ChargerSocket
from .station import ChargingStation
from .timeouts import Timeouts

UPHOLD = "uphold"
"""The purpose of bringing limits into force, which a charger that answers slowly is not asked for twice at once."""


class Housekeeping:
    """The housekeeping of one central system."""

    def __init__(
        self,
        sockets: Mapping[str, ChargerSocket],
        tasks: BackgroundTasks,
        timeouts: Timeouts,
        has_free_vend: Callable[[], bool],
    ) -> None:
        """Initialize.

        Args:
            sockets: the open websockets, by the charger's identity.
            tasks: runs what takes longer.
            timeouts: its interval, and the time for which a charger may be silent.
            has_free_vend: tells whether anybody may charge without a token.
        """
        self._sockets = sockets
        self._tasks = tasks
        self._timeouts = timeouts
        self._has_free_vend = has_free_vend
        self._polling: dict[str, Polling] = {}
        self._free_vend: dict[str, FreeVend] = {}
        self._settling: dict[str, Settling] = {}
        self._revivals: dict[str, Revival] = {}
        self._restarts: dict[str, IdleRestart] = {}
        self._costs: dict[str, RunningCosts] = {}
        self._pinged_at = time.monotonic()

    async def run(self, also: Callable[[], None]) -> None:
        """Keep house until cancelled; `also` is called each time before."""
        while True:
            await asyncio.sleep(self._timeouts.housekeeping_s)
            also()
            now = time.monotonic()
            ping_due = now - self._pinged_at >= self._timeouts.ping_s
            if ping_due:
                self._pinged_at = now
            for socket in tuple(self._sockets.values()):
                if now - socket.last_heard > self._timeouts.silence_s:
                    socket.drop()
                    continue
                if ping_due:
                    self._keep_alive(socket)
                if not self._revive(socket):
                    self._keep(socket.station)

    def polling(self, station: ChargingStation) -> Polling:
        """Return what asks a charger for meter values on its present connection."""
        if station.identity not in self._polling:
            self._polling[station.identity] = Polling(station)
        return self._polling[station.identity]

    def note_connection(self, station: ChargingStation) -> None:
        """Take note of a new connection: what the charger did not answer before, it may answer now."""
        self._polling[station.identity] = Polling(station)
        self._costs[station.identity] = RunningCosts(station)

    def forget(self, identity: str) -> None:
        """Forget a charger that has been let go."""
        self._polling.pop(identity, None)
        self._free_vend.pop(identity, None)
        self._settling.pop(identity, None)
        self._revivals.pop(identity, None)
        self._restarts.pop(identity, None)
        self._costs.pop(identity, None)

    def _keep_alive(self, socket: ChargerSocket) -> None:
        """Ping a charger, and have its certificate renewed in time."""
        station = socket.station
        self._tasks.run_in_turn(station.identity, "ping", socket.ping)
        certificate = socket.credentials.certificate
        if sign_certificate.is_renewal_due(
            certificate, socket.reminded_at, station.now
        ):
            socket.reminded_at = station.now
            self._tasks.run_for(
                station.identity, sign_certificate.ask_to_renew(station)
            )

    def _revive(self, socket: ChargerSocket) -> bool:
        """Cut the connection of a charger that answers nothing, and tell whether that was done."""
        station, hearing = socket.station, socket.connection.hearing
        if station.snapshot.registration is not Registration.ACCEPTED:
            return False
        revival = self._revivals.get(station.identity)
        if revival is None:
            revival = self._revivals[station.identity] = Revival(station)
        revival.note(hearing)
        if revival.needs_proof(hearing):
            self._tasks.run_in_turn(station.identity, "prove", revival.ask)
        if cut := revival.must_cut(hearing):
            socket.drop()
        return cut

    def _keep(self, station: ChargingStation) -> None:
        """Start sessions that wait, ask for what is missing, and hold limits in force."""
        identity = station.identity
        if self._has_free_vend():
            for evse_id in self._vending(station).newly_waiting():
                work = station.commands.start_transaction(evse_id)
                self._tasks.run_for(identity, work)
        polling = self.polling(station)
        for evse_id in polling.due_evses():
            poll = partial(polling.poll, evse_id)
            self._tasks.run_in_turn(identity, f"poll {evse_id}", poll)
        costs = self._costs.setdefault(identity, RunningCosts(station))
        if costs.due():
            self._tasks.run_in_turn(identity, "costs", costs.tell)
        forget_old(station)
        settling = self._settling_of(station)
        for evse_id in settling.settle():
            ask = partial(settling.ask, evse_id)
            self._tasks.run_in_turn(identity, f"settle {evse_id}", ask)
        restart = self._restart_of(station)
        if restart.is_due:
            self._tasks.run_in_turn(identity, "restart", restart.restart)
        station.limits.verify()
        if station.limits.pending:
            self._tasks.run_in_turn(identity, UPHOLD, station.limits.uphold)

    def _restart_of(self, station: ChargingStation) -> IdleRestart:
        if station.identity not in self._restarts:
            self._restarts[station.identity] = IdleRestart(station)
        return self._restarts[station.identity]

    def _settling_of(self, station: ChargingStation) -> Settling:
        if station.identity not in self._settling:
            self._settling[station.identity] = Settling(station)
        return self._settling[station.identity]

    def _vending(self, station: ChargingStation) -> FreeVend:
        if station.identity not in self._free_vend:
            self._free_vend[station.identity] = FreeVend(station)
        return self._free_vend[station.identity]
