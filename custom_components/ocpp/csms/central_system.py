"""The central system: listens, lets chargers in, and keeps one live connection to each.

A charger that comes back is served on its new connection; two devices at one identity are told apart. A charger that nobody has adopted is held pending: it may
connect and announce itself, but not charge.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
import ssl

from .background import BackgroundTasks
from .devices.claimants import Decision
from .devices.station_info import StationInfo
from .devices.vendors import KnownModel, Vendors
from .events import (
    AwaitingAdoption,
    Booted,
    CertificateRequested,
    CertificateSettled,
    Event,
    ProfileAwaited,
    StrangerLeft,
    TransactionStarted,
)
from .evses.transaction import Transaction
from .housekeeping import UPHOLD, Housekeeping
from .memory import Memory
from .model import Registration
from .numbering import UniqueNumbers
from .observers import Listeners, Unsubscribe
from .ocppj.message_log import MAX_BYTES, MAX_BYTES_OF_UNKNOWN, Direction
from .operations import sign_certificate as signing
from .operations.greet import Greeter
from .pki.certificate_authority import CertificateAuthority
from .pki.contracts.verifier import ContractVerifier
from .server.access import AccessUpkeep
from .server.admission import ConnectionLimits, ConnectionPolicy
from .server.handshake import Negotiation
from .server.server import ChargerServer
from .server.websocket import ChargerSocket
from .station import ChargingStation
from .station_settings import StationSettings
from .surroundings import Surroundings
from .timeouts import Timeouts
from .tokens.authorization import Authority, Authorization, Place, TokenStatus
from .tokens.token import Token
from .transactions.clock_steps import ClockWatch
from .transactions.settling import is_in_use_elsewhere
from .versions import DIALECTS, Dialect

type FrameObserver = Callable[[str, Direction, str], None]
"""Is told of every frame: the charger's identity, the direction, the text."""


class CentralSystem:
    """Hosts the connections of all chargers."""

    def __init__(
        self,
        *,
        unknown_chargers: Registration = Registration.PENDING,
        observe_frame: FrameObserver | None = None,
        timeouts: Timeouts | None = None,
        limits: ConnectionLimits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        dialects: Sequence[Dialect] = DIALECTS,
    ) -> None:
        """Initialize; `start` opens the port.

        Args:
            unknown_chargers: how a charger is received that nobody has adopted.
            observe_frame: is told of every frame.
            timeouts: the timeouts and intervals; the defaults suit real chargers.
            limits: those of connections, likewise.
            clock: tells the time; tests have their own.
            dialects: the protocol versions that chargers may speak, the preferred one first.
        """
        self._unknown_chargers = unknown_chargers
        self._observe_frame = observe_frame
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._clock_watch = ClockWatch(clock)
        self._authority = Authority()
        self.certificate_authority: CertificateAuthority | None = None
        """The authority that signs the certificates of chargers, if there is one."""
        self.contracts: ContractVerifier | None = None
        """The check of contracts of vehicles, if there is one."""
        self.last_unknown_token: str | None = None
        """The id token that was shown last and that the authority does not know."""
        self.cost_of: Callable[[str, Transaction], float | None] = lambda _, __: None
        """Returns what a session at a charger has cost so far, if that is known."""
        self._transaction_numbers = UniqueNumbers(clock)
        self._vendors: Vendors | None = None
        self._stations: dict[str, ChargingStation] = {}
        self.policy = ConnectionPolicy(
            self._stations, unknown_chargers, limits or ConnectionLimits()
        )
        """The policy by which connections are admitted or refused."""
        self._server = ChargerServer(
            self.policy,
            Negotiation(dialects),
            self._timeouts,
            self._station_of,
            self._observe,
            self._on_open,
            self._forget_if_unknown,
        )
        self._listeners = Listeners[ChargingStation, Event]()
        self._access = AccessUpkeep(
            self._server.sockets,
            self._listeners.tell,
            self._server.takeovers.cut_outdated,
        )
        self._tasks = BackgroundTasks()
        self._greeter = Greeter(
            self._server.sockets,
            self._timeouts,
            self._introduce,
            self._sync_tokens,
        )
        self.housekeeping = Housekeeping(
            self._server.sockets,
            self._tasks,
            self._timeouts,
            lambda: self.authority.free_vend,
        )
        """The upkeep of connected chargers."""

    @property
    def stations(self) -> Mapping[str, ChargingStation]:
        """All chargers by identity: those adopted, connected or not, and those held pending."""
        return self._stations

    @property
    def authority(self) -> Authority:
        """The id tokens that may charge; replaced when that changes."""
        return self._authority

    @authority.setter
    def authority(self, authority: Authority) -> None:
        before, self._authority = self._authority, authority
        if authority == before:
            return
        withdrawn = authority.withdraws(before)
        for station in self._stations.values():
            if withdrawn:
                station.tokens.distrust_cache()
            if station.connected:
                self._run_for(station, self._sync_tokens(station))

    @property
    def port(self) -> int:
        """The port that was opened first."""
        return self._server.ports[0]

    def subscribe(
        self, listener: Callable[[ChargingStation, Event], None]
    ) -> Unsubscribe:
        """Call `listener` with every event of every charger."""
        return self._listeners.add(listener)

    # Which chargers there are.

    def adopt(
        self,
        identity: str,
        settings: StationSettings | None = None,
        memory: Memory | None = None,
    ) -> ChargingStation:
        """Let a charger take part; one that is held pending is accepted on its open connection."""
        station = self._stations.get(identity)
        if station is None:
            return self._add(identity, Registration.ACCEPTED, settings, memory)
        if settings is not None:
            keeps_list_as_before = settings.local_list is station.tokens.keeps_list
            station.configure(settings)
            self._server.takeovers.cut_outdated(station)
            if station.connected and not keeps_list_as_before:
                self._run_for(station, self._sync_tokens(station))
        if station.snapshot.registration is not Registration.ACCEPTED:
            station.accept()
            if station.connected:
                self._run_for(station, self._greeter.admit(station))
        return station

    def release(self, identity: str) -> None:
        """Let a charger go; should it come back, it is unknown."""
        station = self._stations.pop(identity, None)
        self.policy.refused.release(identity)
        if station is not None:
            self._forget(identity)
            station.drop()
            self._server.takeovers.release(identity)

    def decide(self, identity: str, decision: Decision) -> None:
        """Take over the owner's decision about another device that uses a charger's identity."""
        station = self._stations[identity]
        station.claims.decide(decision)
        if decision is Decision.REPLACEMENT:
            station.drop()
        self._server.takeovers.release(identity)

    def _add(
        self,
        identity: str,
        registration: Registration,
        settings: StationSettings | None = None,
        memory: Memory | None = None,
    ) -> ChargingStation:
        station = ChargingStation(
            identity,
            registration,
            settings or StationSettings(),
            memory or Memory(),
            Surroundings(
                self._clock,
                self._authorize,
                self._recognise,
                self._transaction_numbers,
                self._timeouts,
                lambda: self.certificate_authority is not None,
                self._cost_of,
                self._server.port_for,
                lambda: self.contracts,
            ),
        )
        station.subscribe_all_events(lambda event: self._on_event(station, event))
        station.subscribe_events(lambda event: self._listeners.tell(station, event))
        self._stations[identity] = station
        return station

    def _recognise(self, info: StationInfo) -> KnownModel | None:
        return None if self._vendors is None else self._vendors.recognise(info)

    def _authorize(self, place: Place, token: Token) -> Authorization:
        """Answer about an id token; one that is known may have one session at a time."""
        identity, evse_id = place
        answer, id_token = (
            self.authority.decide(token, place, self._clock()),
            token.value,
        )
        if not self.authority.knows(id_token):
            station = self._stations.get(identity)
            if station is not None and station.starts_with(id_token):
                return Authorization(TokenStatus.ACCEPTED)
            self.last_unknown_token = id_token
        if evse_id is not None and self.authority.knows(id_token):
            known = (station.snapshot for station in self._stations.values())
            is_accepted = answer.status is TokenStatus.ACCEPTED
            if is_accepted and is_in_use_elsewhere(token, place, known):
                return replace(answer, status=TokenStatus.CONCURRENT_TX)
        return answer

    def _cost_of(self, identity: str, transaction: Transaction) -> float | None:
        """Return what a session has cost so far, as chargers show it."""
        cost = self.cost_of(identity, transaction)
        return None if cost is None else round(cost, 2)

    # Listening.

    async def start(
        self, host: str, port: int, tls: ssl.SSLContext | None = None
    ) -> int:
        """Open a port, encrypted or not, and return its number; once more for another one. 0 picks a free one.

        Raises:
            OSError: when the port cannot be opened.
        """
        first = not self._server.ports
        opened = await self._server.open(host, port, tls)
        if first:
            work = self.housekeeping.run(self._tidy)
            self._tasks.run(work, "housekeeping")
        return opened

    def encrypt_with(self, tls: ssl.SSLContext) -> None:
        """Use another certificate for connections to come; those that are open stay."""
        self._server.encrypt_with(tls)

    async def stop(self) -> None:
        """Close the ports and all connections, in order, so that chargers reconnect soon."""
        await self._tasks.stop()
        await self._server.close()
        # A connection may have been opened in between.
        await self._tasks.stop()

    # One connection.

    async def _station_of(self, identity: str) -> ChargingStation:
        if self._vendors is None:
            self._vendors = await asyncio.to_thread(_known_vendors)
        station = self._stations.get(identity)
        return (
            self._add(identity, self._unknown_chargers) if station is None else station
        )

    def _on_open(self, station: ChargingStation, socket: ChargerSocket) -> None:
        self.housekeeping.note_connection(station)
        self._server.renegotiate(station)
        self._tasks.run_instead(
            station.identity, "greet", lambda: self._greeter.greet(station, socket)
        )
        self._access.raise_security(station, socket)

    def _observe(
        self, station: ChargingStation, direction: Direction, text: str | bytes
    ) -> None:
        self._follow_clock()
        shown = text if isinstance(text, str) else text.decode(errors="replace")
        adopted = station.snapshot.registration is Registration.ACCEPTED
        memory = MAX_BYTES if adopted else MAX_BYTES_OF_UNKNOWN
        station.message_log.add(self._clock(), direction, shown, memory)
        if self._observe_frame is not None:
            self._observe_frame(station.identity, direction, shown)

    def _tidy(self) -> None:
        self._follow_clock()
        self.policy.tidy()
        for station in tuple(self._stations.values()):
            if station.snapshot.overuses:
                station.allowance.calm_down()
                station.publish()

    def _follow_clock(self) -> None:
        """Have all chargers follow a clock that was set."""
        if (step := self._clock_watch.step()) is not None:
            for station in self._stations.values():
                station.follow_clock(step)

    def _forget_if_unknown(self, station: ChargingStation) -> None:
        """Forget an unknown charger that has gone."""
        if (
            not station.connected
            and station.snapshot.registration is Registration.PENDING
        ):
            if self._stations.get(station.identity) is station:
                del self._stations[station.identity]
                self._forget(station.identity)
                self._listeners.tell(station, StrangerLeft(station.identity))

    def _forget(self, identity: str) -> None:
        self._greeter.forget(identity)
        self.housekeeping.forget(identity)
        self._tasks.forget(identity)

    # What happens by itself.

    def _on_event(self, station: ChargingStation, event: Event) -> None:
        if self._stations.get(station.identity) is not station:
            return
        match event:
            case Booted(info=info):
                self._greeter.note_boot(station, info)
                self._server.renegotiate(station)
                self._run_for(station, self._greeter.meet(station))
            case TransactionStarted():
                self._tasks.run_in_turn(station.identity, UPHOLD, station.limits.uphold)
            case ProfileAwaited(evse_id=evse_id):
                self._run_for(station, station.limits.tell_again(evse_id))
            case CertificateRequested():
                if (authority := self.certificate_authority) is not None:
                    self._tasks.run_in_turn(
                        station.identity,
                        "sign",
                        lambda: signing.sign(
                            station,
                            event,
                            authority,
                            self._clock(),
                            partial(self._access.note_signed, station),
                        ),
                    )
            case CertificateSettled(problem=str(problem)):
                self._tasks.log_failure(station.identity, problem)

    def _introduce(self, station: ChargingStation) -> None:
        self._listeners.tell(station, AwaitingAdoption(station.identity))

    async def _sync_tokens(self, station: ChargingStation) -> None:
        """Have a charger that takes part go by the tokens as they are now."""
        if station.snapshot.registration is Registration.ACCEPTED:
            await station.tokens.keep(self._authority)

    def _run_for(
        self, station: ChargingStation, work: Coroutine[object, object, None]
    ) -> None:
        self._tasks.run_for(station.identity, work)


def _known_vendors() -> Vendors:
    from .devices import vendor_files  # noqa: PLC0415 - no charger, no vendor

    return vendor_files.load()
